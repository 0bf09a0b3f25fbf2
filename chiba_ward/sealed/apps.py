from django.apps import AppConfig


class SealedConfig(AppConfig):
    name = "chiba_ward.sealed"
    verbose_name = "封をした列"

    def ready(self) -> None:
        from chiba_ward.sealed import checks  # noqa: F401  (announces them)
