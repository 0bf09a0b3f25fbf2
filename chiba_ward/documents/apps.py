from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "chiba_ward.documents"
    verbose_name = "文書(PDF)"

    def ready(self) -> None:
        from chiba_ward.access import readlog, waiting
        from chiba_ward.casework import my_work, reconciliation
        from chiba_ward.documents import effects  # noqa: F401  (registers the effect)
        from chiba_ward.documents.duties import ANY_FAILED, FAILED, failed_documents
        from chiba_ward.documents.services import blobs_in, remake

        owner = reconciliation.Owner("document", blobs_in, give_up=remake)
        reconciliation.register_owner(owner)
        my_work.register(failed_documents)
        waiting.announce(FAILED, ANY_FAILED)
        readlog.register_kind("document", "文書(PDF)")
        readlog.register_target("documents:", "pk", "document")
