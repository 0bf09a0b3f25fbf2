from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "chiba_ward.directory"
    verbose_name = "区・課・発令"
