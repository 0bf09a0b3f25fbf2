"""受け付ける: typed by staff for a person, or relayed from a site where the person typed it; and the answer to
「いまどうなっているか」 for a telephone or a kiosk."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chiba_ward.access import readlog, throttle
from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.api.bodies import Part, judged_together
from chiba_ward.api.enums import Scope
from chiba_ward.api.idempotency import Done, Outcome, once, token_of
from chiba_ward.api.problems import Problem, not_possible
from chiba_ward.api.views import ApiView
from chiba_ward.casework import matters, sentences, timeline
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.passphrase import PassphraseFormatError
from chiba_ward.casework.receipt_numbers import ReceiptNumberError
from chiba_ward.compartments import services as compartments
from consultations import receipts
from consultations.api import answers, bodies, shapes
from consultations.api.cases import list_cases, queue_operation
from consultations.forms.keys import KeyForm
from consultations.intake import filing_from
from consultations.models import Consultation
from consultations.services import entering, filing
from consultations.services.entering import EntryFacts
from consultations.services.filing import Filed, Filing
from consultations.services.submission import REISSUE_WITHIN

NO_ENTRY = "この発令では、相談を代わりに入力できません。受付か課の発令で、トークンの許可を頼んでください。"


class FilingView(ApiView):
    """What both ways of filing share: once, and the receipt again for whoever lost it."""

    keyed = frozenset({"POST"})
    about = "consultation"
    filed: Filed | None = None

    def receipt(self, done: Done) -> dict[str, Any]:
        """A repeat within fifteen minutes shows the passphrase again, as the page does: the answer was lost."""
        case = Consultation.objects.select_related("matter").get(pk=done.outcome.id("case"))
        readlog.saw("consultation", [case.pk])
        promise = self.filed.promise_at if self.filed else _promise_of(case)
        return {
            "receipt_no": case.receipt_no,
            "passphrase": self.filed.passphrase if self.filed else _phrase_again(case, done),
            "promise_at": shapes.moment(promise),
            "desk_office": shapes.office_ref(case.desk_office_id),
            "is_visible": Consultation.objects.visible_to(self.actor).filter(pk=case.pk).exists(),
        }

    def created(self, done: Done) -> Response:
        content = self.receipt(done)
        where = f"/api/v1/consultations/{content['receipt_no']}/"
        return self.answer(done, content, Location=where)


class ConsultationsView(FilingView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"GET": Scope.READ, "POST": Scope.FILE}

    @queue_operation
    def get(self, request: Request) -> Response:
        return list_cases(self)

    @extend_schema(
        operation_id="consultations_file",
        tags=["相談"],
        summary="窓口・電話・郵便の相談を受け付ける（代理入力）",
        description="画面の代理入力と同じ項目・同じ期限・同じ控えです。入力した職員は、トークンの発令として記録されます。",
        request=bodies.EntryBody,
        responses={201: answers.Receipt},
    )
    def post(self, request: Request) -> Response:
        data = self.read(bodies.EntryBody)
        return self.created(once(request, lambda seed: self._enter(data, seed)))

    def _enter(self, data: dict[str, Any], seed: str) -> Outcome:
        if not allows(self.actor, "consultation.enter"):
            raise Problem(403, NO_ENTRY, "no-right")
        given = judged_together(
            {
                "entry": Part(bodies.EntryStart, data["entry"], "/entry"),
                **_answers(data),
                "read_back": Part(bodies.ReadBack, data["read_back"], "/read_back", {"actor": self.actor}),
            }
        )
        start = given["entry"]
        facts = _facts(start, given["read_back"])
        paper = filing_from(given, channel=start["channel"], language=start["language"])
        self.filed = filing.file(replace(paper, entry=facts.columns), by=self.actor, seed=seed)
        entering.record_speaker_and_consent(self.filed.consultation, facts, by=self.actor)
        return Outcome(201, {"case": self.filed.consultation.pk})


class IntakeView(FilingView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"POST": Scope.RELAY}

    @extend_schema(
        operation_id="intake_relay",
        tags=["相談"],
        summary="市民が別のサイトで入力した相談を受け渡す",
        description="オンラインの相談として受け付けます。入力したのは本人なので、代理入力の記録は付きません。"
        "答えの受付番号と合言葉を、その場で本人に見せてください。",
        request=bodies.IntakeBody,
        responses={201: answers.Receipt},
    )
    def post(self, request: Request) -> Response:
        data = self.read(bodies.IntakeBody)
        return self.created(once(request, lambda seed: self._relay(data, seed)))

    def _relay(self, data: dict[str, Any], seed: str) -> Outcome:
        """Filed by nobody of the house: the person typed it. That a system handed it over stands in the timeline."""
        given = judged_together(_answers(data))
        paper: Filing = filing_from(given, channel=Channel.WEB, language=data.get("language", "ja"))
        self.filed = filing.file(paper, by=Actor(), seed=seed)
        case = self.filed.consultation
        timeline.record(case.matter, "consultation.relayed", self.actor, text=token_of(self.request).name)
        return Outcome(201, {"case": case.pk})


class StatusView(ApiView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"POST": Scope.STATUS}
    about = "consultation"

    @extend_schema(
        operation_id="status",
        tags=["状況"],
        summary="受付番号と合言葉で、いまの状況を答える",
        description="画面の「送った相談がどうなったか見る」と同じ制限です。番号が違うのか合言葉が違うのかは、答えません。"
        "まちがいが続くと、しばらく待つ答え（429）になります。",
        request=bodies.StatusBody,
        responses=answers.StatusAnswer,
    )
    def post(self, request: Request) -> Response:
        data = self.read(bodies.StatusBody)
        matter = _opened(data, throttle.bucket_of(request._request))
        language = override(data.get("language", settings.LANGUAGE_CODE))
        with language, compartments.opened_for(matter.pk, matter.compartment_id):
            return Response(_status(matter, data.get("language", "ja")))


def _answers(data: dict[str, Any]) -> dict[str, Part]:
    return {
        "topic": Part(bodies.TopicBody, {"topic": data["topic"]}, ""),
        "story": Part(bodies.Story, data["story"], "/story"),
        "place": Part(bodies.Place, data["place"], "/place"),
        "contact": Part(bodies.Contact, data["contact"], "/contact"),
    }


def _facts(start: dict[str, Any], read_back: dict[str, Any]) -> EntryFacts:
    spoken = ("speaker", "speaker_name", "speaker_relation", "mandate", "identity", "restriction")
    agreed = ("paper_place", "consent_office", "consent_items", "consent_method")
    return EntryFacts(**{name: start[name] for name in spoken}, **{name: read_back[name] for name in agreed})


def _promise_of(case: Consultation) -> dt.datetime:
    first = case.matter.deadlines.filter(kind=receipts.REPLY).order_by("id").first()
    return receipts.promised(first) if first else case.received_at


def _phrase_again(case: Consultation, done: Done) -> str | None:
    if timezone.now() - done.at >= REISSUE_WITHIN:
        return None
    return matters.set_passphrase(case.matter, seed=done.seed)


def _opened(data: dict[str, Any], client_key: str) -> Any:
    key = bodies.KeyBody.rules({name: data[name] for name in ("number", "phrase")})
    try:
        return matters.check_passphrase(key["number"], key["phrase"], client_key)
    except ReceiptNumberError as error:
        raise not_possible(str(error), "/number") from error
    except PassphraseFormatError as error:
        raise not_possible(str(error), "/phrase") from error
    except matters.WrongKey as error:
        raise Problem(404, str(KeyForm.WRONG), "wrong-key") from error


def _status(matter: Any, language: str) -> dict[str, Any]:
    """What the resident reads on the page of the case, and nothing of the house."""
    case: Consultation = matter.consultation
    readlog.saw("consultation", [case.pk])
    if case.protected_at:
        return {**RECEIVED, "receipt_no": matter.receipt_no}
    promise = matter.deadlines.running().filter(kind=receipts.REPLY).first()
    office = case.desk_office.version_on(timezone.localdate())
    return {
        "receipt_no": matter.receipt_no,
        "is_open": case.is_open,
        "steps": [sentences.sentence(entry, language) for entry in matter.timeline.for_citizen()],
        "promise_at": shapes.moment(receipts.promised(promise)) if promise else None,
        "office": office.name if office else "",
        "telephone": office.telephone if office else "",
        "messages": [_for_resident(shapes.message(row)) for row in case.messages.all()],
    }


# Of a protected matter whoever holds the key learns that it was received: no section, no step, no end (DOMAIN §9 R6).
RECEIVED: dict[str, Any] = {
    "is_open": True,
    "steps": [],
    "promise_at": None,
    "office": "",
    "telephone": "",
    "messages": [],
}


def _for_resident(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("at", "direction", "office", "body")}
