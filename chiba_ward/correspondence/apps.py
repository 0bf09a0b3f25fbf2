from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "chiba_ward.correspondence"
    verbose_name = "通知と連絡"

    def ready(self) -> None:
        from chiba_ward.correspondence import registrations

        registrations.register_all()
