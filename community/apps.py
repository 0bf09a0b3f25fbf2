from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = "地域の団体"

    def ready(self) -> None:
        from community import registrations

        registrations.register_all()
