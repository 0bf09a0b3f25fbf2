from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "chiba_ward.casework"
    verbose_name = "案件の共通部分"

    def ready(self) -> None:
        from chiba_ward.casework import (
            checks,  # noqa: F401  (the scanner's setting)
            file_duties,
            file_owners,
            my_work,
            sentences,
        )
        from chiba_ward.casework.file_sentences import SENTENCES
        from chiba_ward.casework.scans import SCAN, ScanEffect
        from chiba_ward.outbox.effects import outside_effect

        for kind, words in SENTENCES.items():
            sentences.register(kind, words)
        outside_effect(SCAN, ScanEffect())
        file_owners.register()
        my_work.register(file_duties.file_duties)
