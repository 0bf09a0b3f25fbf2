from django.apps import AppConfig


class SealedConfig(AppConfig):
    name = "chiba_ward.sealed"
    verbose_name = "区画"
