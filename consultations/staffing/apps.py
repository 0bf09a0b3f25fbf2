from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "consultations.staffing"
    label = "staffing"
    verbose_name = "専門職の配置"

    def ready(self) -> None:
        from consultations import demo
        from consultations.staffing import (
            indicators,  # noqa: F401  (declares them)
            relations,  # noqa: F401  (writes what the policy grants)
        )
        from consultations.staffing.demo import load

        demo.register(load)
