from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "chiba_ward.disclosure"
    verbose_name = "開示の制限"

    def ready(self) -> None:
        from chiba_ward.disclosure import registrations

        registrations.register_all()
