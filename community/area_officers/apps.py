from django.apps import AppConfig


class AreaOfficersConfig(AppConfig):
    name = "community.area_officers"
    label = "area_officers"
    verbose_name = "地域担当職員"

    def ready(self) -> None:
        from community.area_officers import registrations

        registrations.register_all()
