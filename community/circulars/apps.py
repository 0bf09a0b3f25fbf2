from django.apps import AppConfig


class CircularsConfig(AppConfig):
    name = "community.circulars"
    label = "circulars"
    verbose_name = "電子回覧"

    def ready(self) -> None:
        from community.circulars import registrations

        registrations.register_all()
