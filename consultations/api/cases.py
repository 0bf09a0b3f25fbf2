"""さがす・読む: the queue, one case, its timeline, messages and files. Everything starts from `visible_to`."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.http import Http404, HttpResponseBase, QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chiba_ward.access import readlog
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_visible
from chiba_ward.api.enums import Scope
from chiba_ward.api.paging import page_of, paged
from chiba_ward.api.problems import Problem, not_possible
from chiba_ward.api.views import ApiView
from chiba_ward.casework import attachments, matters, outside_duty
from chiba_ward.casework.models import Attachment
from consultations import choices
from consultations.api import answers, bodies, shapes
from consultations.filters import NO_WARD, QueueFilter
from consultations.models import Consultation
from consultations.querysets import ConsultationQuerySet
from consultations.views.staff.facts import full, furnished
from consultations.views.staff.queue import order_of

NUMBER = OpenApiParameter(
    "receipt_no",
    {"type": "string", "pattern": r"^[A-Z]-[0-9A-Z]{4}-[0-9A-Z]{4}$"},
    OpenApiParameter.PATH,
    description="受付番号（例 S-7K4M-925W）",
)
OUR_OWN = ("after", "before", "size")
Operation = Callable[[Any], Any]

queue_operation: Operation = extend_schema(
    operation_id="consultations_list",
    tags=["相談"],
    summary="相談の一覧",
    description="画面の一覧と同じ条件・同じ並び（危険度、期限の順。終わったものを含むときは新しい順）です。",
    parameters=[bodies.QueueQuery],
    responses=page_of("CasePage", answers.CaseRow),
)


OUTSIDE_DUTY = (
    "この相談は、トークンの発令の担当外です。画面で開いて理由を書いてから、もう一度呼び出してください。"
)


def list_cases(view: ApiView) -> Response:
    query = view.query(bodies.QueueQuery)
    visible = Consultation.objects.visible_to(view.actor)
    chosen = QueueFilter(_conditions(query), queryset=visible, request=view.request)
    rows = chosen.qs.for_queue()
    words = str(query.get("q", ""))
    return Response(
        paged(view.request, rows, order_of(chosen), lambda found: _shown(chosen.confirmed(found), words))
    )


def _shown(cases: list[Consultation], words: str) -> list[Any]:
    readlog.saw("consultation", [case.pk for case in cases], verb=Verb.LIST, words=words)
    return shapes.case_rows(cases)


def _conditions(query: dict[str, Any]) -> QueryDict:
    """As the form of the page spells them: rows by their id. Raises Problem (422) for a code that nobody has."""
    wanted = {name: value for name, value in query.items() if name not in OUR_OWN}
    if "ward" in wanted and wanted["ward"] != NO_WARD:
        wanted["ward"] = _id_of(choices.ward_slugs(), wanted["ward"], "ward")
    if "field" in wanted:
        wanted["field"] = _id_of(choices.field_codes(), wanted["field"], "field")
    conditions = QueryDict(mutable=True)
    conditions.update(wanted)
    return conditions


def _id_of(codes: dict[int, str], code: str, name: str) -> str:
    found = next((pk for pk, known in codes.items() if known == code), None)
    if found is None:
        raise not_possible("このコードはありません。基本の情報（/master/）で確かめてください。", f"?{name}")
    return str(found)


class CaseView(ApiView):
    """Everything about one case begins by finding it for this actor; unknown and foreign are the same 404."""

    scopes: ClassVar[Mapping[str, Scope | None]] = {"GET": Scope.READ}
    about = "consultation"

    def case(self, number: str) -> Consultation:
        return self.opened(Consultation.objects.select_related("matter"), number)

    def opened(self, rows: ConsultationQuerySet, number: str) -> Consultation:
        """Raises Problem (403) outside the posting's duty: the reason is given by a person, on the page (C21)."""
        case: Consultation = get_visible(rows, self.actor, matter__receipt_no=number)
        if self.actor.is_staff and not outside_duty.may_open(self.actor, case.matter):
            raise Problem(403, OUTSIDE_DUTY, "no-right")
        readlog.saw("consultation", [case.pk])
        return case


class CaseDetailView(CaseView):
    @extend_schema(
        operation_id="consultation_read",
        tags=["相談"],
        summary="相談を読む",
        description="ETag は、動かすときの If-Match に使います。庁内の記録を足しただけでは変わりません。",
        parameters=[
            NUMBER,
            OpenApiParameter("ETag", {"type": "string"}, OpenApiParameter.HEADER, response=[200]),
        ],
        responses=answers.CaseAnswer,
    )
    def get(self, request: Request, receipt_no: str) -> Response:
        case = furnished(self.opened(full(), receipt_no))
        found = shapes.case_answer(case, self.actor)
        return Response(found, headers={"ETag": shapes.etag(found["version"])})


class TimelineView(CaseView):
    @extend_schema(
        operation_id="consultation_timeline",
        tags=["相談"],
        summary="経過（庁内の行を含む）",
        parameters=[NUMBER],
        responses=answers.Lines,
    )
    def get(self, request: Request, receipt_no: str) -> Response:
        entries = self.case(receipt_no).matter.timeline.order_by("id")
        return Response({"results": [shapes.line(entry) for entry in entries]})


class MessagesView(CaseView):
    @extend_schema(
        operation_id="consultation_messages",
        tags=["相談"],
        summary="相談者とのやり取り",
        parameters=[NUMBER],
        responses=answers.Messages,
    )
    def get(self, request: Request, receipt_no: str) -> Response:
        rows = self.case(receipt_no).messages.order_by("at", "id")
        return Response({"results": [shapes.message(row) for row in rows]})


class FileView(CaseView):
    @extend_schema(
        operation_id="consultation_file",
        tags=["相談"],
        summary="添付ファイル",
        parameters=[NUMBER, OpenApiParameter("file_id", int, OpenApiParameter.PATH)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, receipt_no: str, file_id: int) -> HttpResponseBase:
        """The rule of the file decides, as on the page; quarantined ones do not exist here."""
        case = self.case(receipt_no)
        found = Attachment.objects.clean().select_related("matter").filter(matter=case.pk, pk=file_id).first()
        if found is None or not matters.may_see_file(found, self.actor):
            raise Http404
        readlog.saw("attachment", [found.pk], matters=[case.pk])
        return attachments.serve(found)
