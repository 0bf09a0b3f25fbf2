from django.apps import AppConfig


class CompartmentsConfig(AppConfig):
    name = "chiba_ward.compartments"
    verbose_name = "区画"
