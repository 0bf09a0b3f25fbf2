from django.apps import AppConfig


class CompartmentsConfig(AppConfig):
    name = "chiba_ward.compartments"
    verbose_name = "区画"

    def ready(self) -> None:
        from chiba_ward.access import duties
        from chiba_ward.compartments import glass, seats, services
        from chiba_ward.directory import succession
        from chiba_ward.sealed import stores

        duties.bring_along(seats.OF_POSTING, seats.keep)
        duties.bring_along(glass.OF_POSTING, glass.keep)
        succession.register(seats.take_over)
        stores.work_within(services.everywhere)
