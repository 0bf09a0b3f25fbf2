from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "chiba_ward.progress"
    verbose_name = "進捗の取りまとめ"

    def ready(self) -> None:
        from chiba_ward.progress import (
            documents,  # noqa: F401  (announces its document)
            relations,  # noqa: F401  (writes what the policy grants)
        )
