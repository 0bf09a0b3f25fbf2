"""進捗状況報告: the same table on paper, with the definition of every indicator."""

import datetime as dt

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.documents.heads import DocumentHead
from chiba_ward.documents.models import Document
from chiba_ward.documents.registry import PdfSource, document_kind, register_visibility
from chiba_ward.documents.renderer import Progress
from chiba_ward.progress import figures, policy
from chiba_ward.progress.charts import charts_for
from chiba_ward.progress.registry import Period


@document_kind("progress_report", "進捗状況報告")
def build(document: Document, progress: Progress) -> PdfSource:
    period = Period(
        dt.date.fromisoformat(document.params["from"]), dt.date.fromisoformat(document.params["to"])
    )
    progress(10)
    found = figures.table(period)
    progress(40)
    office = document.requested_by.post.office.name_on(timezone.localdate()) if document.requested_by else ""
    head = DocumentHead(
        title=document.title, created_at=document.created_at, office=office, classification="庁内限り"
    )
    return PdfSource.of_template(
        "progress/report.html", {"document": head, "table": found, "charts": charts_for(found)}
    )


def sees_report(_: Document, actor: Actor) -> bool:
    return policy.may_make_report(actor)


register_visibility("progress_report", sees_report)
