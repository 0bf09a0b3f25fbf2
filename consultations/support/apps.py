from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "consultations.support"
    label = "support"
    verbose_name = "支援会議・支援プラン"

    def ready(self) -> None:
        from consultations.support import registrations

        registrations.register_all()
