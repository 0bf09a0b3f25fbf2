from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "chiba_ward.api"
    verbose_name = "外部連携"

    def ready(self) -> None:
        from chiba_ward.api import registrations

        registrations.register_all()
