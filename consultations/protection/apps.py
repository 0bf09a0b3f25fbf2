from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    name = "consultations.protection"
    label = "protection"
    verbose_name = "保護が必要な相談"

    def ready(self) -> None:
        from consultations.protection import registrations

        registrations.register_all()
