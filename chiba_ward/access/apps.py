from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "chiba_ward.access"
    verbose_name = "利用者と権限"

    def ready(self) -> None:
        from chiba_ward.access import registrations

        registrations.register_all()
