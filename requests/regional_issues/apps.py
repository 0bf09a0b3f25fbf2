from django.apps import AppConfig


class RegionalIssuesConfig(AppConfig):
    name = "regional_issues"
    label = "regional_issues"
    verbose_name = "地域課題"

    def ready(self) -> None:
        from regional_issues import registrations

        registrations.register_all()
