from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "chiba_ward.casework"
    verbose_name = "案件の共通部分"

    def ready(self) -> None:
        from chiba_ward.casework import registrations

        registrations.register_all()
