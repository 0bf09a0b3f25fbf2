from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    name = "community.open_data"
    label = "open_data"
    verbose_name = "オープンデータ（公共施設・イベント・境界）"

    def ready(self) -> None:
        from community.open_data import registrations

        registrations.register_all()
