from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "chiba_ward.outbox"
    verbose_name = "送信箱"
