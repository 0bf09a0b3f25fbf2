from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "chiba_ward.database"
    verbose_name = "データベース"

    def ready(self) -> None:
        # A right of the connection, not business flow: no page, task or command runs with more than it may have.
        from django.db.backends.signals import connection_created

        from chiba_ward.database import checks  # noqa: F401  (registers them)
        from chiba_ward.database.roles import refuse_mighty

        connection_created.connect(refuse_mighty)
