from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "chiba_ward.casework"
    verbose_name = "案件の共通部分"

    def ready(self) -> None:
        from chiba_ward.casework import sentences, timeline
        from chiba_ward.compartments import services as compartments

        sentences.register("matter.enclosed", "区画に移しました。")
        compartments.when_enclosed(timeline.record_enclosure)
