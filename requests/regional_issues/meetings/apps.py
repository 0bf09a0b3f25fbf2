from django.apps import AppConfig


class WardMeetingsConfig(AppConfig):
    name = "regional_issues.meetings"
    label = "ward_meetings"
    verbose_name = "調整会議"

    def ready(self) -> None:
        from regional_issues.meetings import registrations

        registrations.register_all()
