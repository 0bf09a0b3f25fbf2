from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "community.matching"
    label = "matching"
    verbose_name = "地域のマッチング（困りごと・できること）"

    def ready(self) -> None:
        from community.matching import registrations

        registrations.register_all()
