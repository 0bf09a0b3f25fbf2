from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "chiba_ward.documents"
    verbose_name = "文書(PDF)"

    def ready(self) -> None:
        from chiba_ward.casework import blobs, my_work
        from chiba_ward.documents import effects  # noqa: F401  (registers the effect)
        from chiba_ward.documents.duties import failed_documents
        from chiba_ward.documents.models import blob_names

        blobs.register_owner(blob_names, "matter__compartment")
        my_work.register(failed_documents)
