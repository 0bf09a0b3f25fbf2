from django.apps import AppConfig


class CentreConfig(AppConfig):
    name = "consultations.centre"
    label = "centre"
    verbose_name = "こども家庭の支援（台帳・プラン・移管）"

    def ready(self) -> None:
        from consultations.centre import registrations

        registrations.register_all()
