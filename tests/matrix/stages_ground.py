"""Consents, files, drafts, documents, deliveries, links and tables: what hangs on consultations, and what stands alone."""

from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import attachments, drafts
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import Attachment, Draft
from chiba_ward.correspondence.enums import DeliveryState, Medium, RecipientKind
from chiba_ward.correspondence.models import ContactCard, Delivery, Notice, NoticeTemplate
from chiba_ward.directory.models import Office
from chiba_ward.documents import services as documents
from chiba_ward.documents.models import Document
from consultations.models import ConsentGrant, Consultation, PartnerLink, Referral
from consultations.services import referrals
from tests.guards.places import ANSWERS
from tests.guards.plugins.furnish import _picture
from tests.matrix.actors import HEADS, PEOPLE, in_office
from tests.matrix.stages import Names, Stage, World, setting
from tests.matrix.stages_consultation import KOREI, MIDORI_KOREI, MIDORI_SOMU, SOMU
from tests.matrix.stages_referral import token_of  # noqa: F401  (the links' probes ask here too)
from tests.matrix.stages_support import MEMBERS

EVERYBODY = frozenset(PEOPLE)
KENKO, KODOMO, CHIIKI = in_office("wakaba-kenko"), in_office("wakaba-kodomo"), in_office("wakaba-chiiki")
KEY, ACCOUNT = frozenset({"key holder"}), frozenset({"resident"})


def case_of(world: World, stage: str) -> Consultation:
    """The case of this stage; of a つなぎ, the one that it is about (its own key is another number)."""
    _, pk = world.rows.get(("consultation", f"of {stage}"), (Consultation, world.keys[stage]))
    return Consultation.objects.get(pk=pk)


# --- consents


def _consented(case: str, by: str) -> Any:
    def make(world: World, stage: Stage) -> ConsentGrant:
        return referrals.record_consent(
            world.keys[case],
            by=world.by(by),
            to_office=Office.objects.get(code="wakaba-anshin-1"),
            items=["concern"],
            method="oral",
            obtained_on=timezone.localdate(),
        )

    return make


def _consent(case: str, by: str, desk: Names, **more: Names) -> Stage:
    stands = {"of_visible_case": desk, "kept": desk, **more}
    return Stage("consent", f"for {case}", _consented(case, by), stands, readers=desk)


CONSENTS = setting(
    _consent("filed by key", "triage desk", SOMU, own_by_key=KEY),
    _consent("filed by account", "triage desk elsewhere", MIDORI_SOMU, own_by_account=ACCOUNT),
    _consent("at the section", "section", KOREI),
    _consent("at the health section", "specialist", KENKO),
    _consent("at the family section", "abuse team", KODOMO),
    _consent("at the community section", "community section", CHIIKI),
    _consent("at a section elsewhere", "section elsewhere", MIDORI_KOREI),
)


# --- files


def _file(case: str, audience: Audience = Audience.CITIZEN) -> Any:
    def make(world: World, stage: Stage) -> Attachment:
        return attachments.attach(
            case_of(world, case).matter, _picture(), world.by("triage desk"), audience=audience
        )

    return make


def _handed(referral: str) -> Any:
    return lambda world, stage: world.row("attachment", f"of {referral}")


def _attachment(name: str, make: Any, sight: Names, **more: Names) -> Stage:
    return Stage("attachment", name, make, {"of_case_in_sight": sight, **more})


ATTACHMENTS = setting(
    _attachment("sent with a key", _file("filed by key"), SOMU, shown_to_person=KEY),
    _attachment("of the house, with a key", _file("filed by key", Audience.HOUSE), SOMU),
    _attachment("sent from an account", _file("filed by account"), MIDORI_SOMU, shown_to_person=ACCOUNT),
    _attachment("at the health section", _file("at the health section"), KENKO),
    _attachment("at the family section", _file("at the family section"), KODOMO),
    _attachment("at the community section", _file("at the community section"), CHIIKI),
    _attachment("at a section elsewhere", _file("at a section elsewhere"), MIDORI_KOREI),
    _attachment("handed over, not opened", _handed("sent"), KOREI, handed_over=KOREI),
    _attachment("handed over", _handed("opened"), KOREI, handed_over=KOREI | {"partner"}),
    _attachment("handed over, recalled", _handed("recalled"), KOREI, handed_over=KOREI),
    _attachment(
        "handed to the bureau", _handed("to the bureau, opened"), KOREI, handed_over=KOREI | {"bureau"}
    ),
    _attachment(
        "handed to the health section",
        _handed("to the health section, opened"),
        KOREI,
        handed_over=KOREI | {"specialist"},
    ),
    _attachment(
        "handed to the family section",
        _handed("to the family section, opened"),
        KOREI,
        handed_over=KOREI | {"abuse team"},
    ),
    _attachment(
        "handed to a section elsewhere",
        _handed("to a section elsewhere, opened"),
        KOREI,
        handed_over=KOREI | {"section elsewhere"},
    ),
    _attachment("handed over by link, not opened", _handed("sent by link"), KOREI, handed_over=KOREI),
    _attachment(
        "handed over by link", _handed("sent by link, opened"), KOREI, handed_over=KOREI | {"link holder"}
    ),
)


# --- drafts


def _begun(by: str) -> Any:
    def make(world: World, stage: Stage) -> Draft:
        actor = world.by(by)
        draft = drafts.start(
            "consultation", user=actor.user if actor.is_citizen else None, posting=actor.posting
        )
        story = {**ANSWERS["story"], "chief_concern": [stage.canary]}
        draft.data = {**ANSWERS, "story": story, "entry": {"channel": ["counter"], "language": ["ja"]}}
        draft.save()
        return draft

    return make


def _draft(by: str, relation: str) -> Stage:
    return Stage("draft", f"begun by {by}", _begun(by), {relation: frozenset({by})})


DRAFTS = setting(
    _draft("anonymous", "this_browser"),
    _draft("resident", "own_account"),
    *(
        _draft(by, "own_posting")
        for by in ("reception", "section", "specialist", "abuse team", "area officer", "section elsewhere")
    ),
)


# --- documents


def _document(name: str, kind: str, case: str, seen_by: Names, by: str = "", **params: Any) -> Stage:
    """Done: one real PDF is made, and the others of this table point to it. `params` may be asked of the world."""

    def make(world: World, stage: Stage) -> Document:
        found = {key: value(world) if callable(value) else value for key, value in params.items()}
        matter = case_of(world, case).matter if case in world.keys else None
        return Document.objects.create(
            kind=kind,
            title=stage.canary,
            matter=matter,
            state="done",
            done_at=timezone.now(),
            pages=1,
            blob=_one_pdf(world).blob.name,
            sha256=_one_pdf(world).sha256,
            requested_by=world.by(by).posting if by else None,
            params=found,
        )

    relation = "asked_by_me" if by else kind
    return Stage("document", name, make, {relation: seen_by})


def _one_pdf(world: World) -> Document:
    if "pdf" not in world.rows:
        matter = case_of(world, "filed by key").matter
        made = documents.request("consultation_receipt", title="受付票", matter=matter, by=Actor())
        documents.make(made.pk)
        world.rows["pdf"] = (Document, made.pk)  # type: ignore[index]  # not a stage
    _, pk = world.rows["pdf"]  # type: ignore[index]  # see above
    return Document.objects.get(pk=pk)


def _receipt(case: str, seen_by: Names) -> Stage:
    return _document(f"receipt of {case}", "consultation_receipt", case, seen_by)


def _sheet(referral: str, seen_by: Names) -> Stage:
    return _document(
        f"sheet, {referral}", "referral_sheet", referral, seen_by, referral=lambda world: world.keys[referral]
    )


def _paper(code: str) -> Stage:
    meeting = f"meeting of {code}"
    return _document(
        f"agenda of the {meeting}",
        "meeting_paper",
        meeting,
        in_office(code, *MEMBERS),
        sheet="agenda",
        meeting=lambda world: world.keys[meeting],
    )


def _plan_paper(code: str) -> Stage:
    plan = f"plan of {code}"
    return _document(
        f"paper of the {plan}",
        "support_plan_paper",
        plan,
        in_office(code, *MEMBERS),
        plan=lambda world: world.keys[plan],
    )


def _child_plan(code: str) -> Stage:
    plan = f"child plan of {code}"
    return _document(
        f"paper of the {plan}",
        "child_support_plan",
        plan,
        in_office(code),
        plan=lambda world: world.keys[plan],
    )


def _pack(org: str, seen_by: Names) -> Stage:
    return _document(
        f"pack of {org}", "handover_pack", "", seen_by, org=lambda world: world.row("community_org", org).pk
    )


def _hand_over(paper: str, seen_by: Names) -> Stage:
    return _document(
        f"on paper: {paper}",
        "area_hand_over",
        "",
        seen_by,
        paper=lambda world: world.row("area_hand_over", paper).pk,
    )


def _form(case: str, seen_by: Names) -> Stage:
    return _document(f"consent form of {case}", "consent_form", case, seen_by)


def _letter(code: str) -> Stage:
    def make(world: World, stage: Stage) -> Document:
        row = _document(stage.name, "letter", "", frozenset()).make(world, stage)
        Delivery.objects.filter(pk=world.keys[f"letter of {code}"]).update(document=row)
        return row

    return Stage("document", f"letter of {code}", make, {"letter": in_office(code)})


LETTERS = ("wakaba-somu", "wakaba-korei", "wakaba-kenko", "wakaba-kodomo", "midori-korei")
DOCUMENTS = setting(
    _receipt("filed by key", SOMU | KEY),
    _receipt("filed by account", MIDORI_SOMU | ACCOUNT),
    _receipt("at the section", KOREI),
    _receipt("at the health section", KENKO),
    _receipt("at the family section", KODOMO),
    _receipt("at the community section", CHIIKI),
    _receipt("at a section elsewhere", MIDORI_KOREI),
    *(_letter(code) for code in LETTERS),
    _sheet("sent", KOREI),
    _sheet("opened", KOREI | {"partner"}),
    _sheet("recalled", KOREI),
    _sheet("sent by the health section", KENKO),
    _sheet("sent by the family section", KODOMO),
    _sheet("to the bureau, opened", KOREI | {"bureau"}),
    _sheet("sent by link, opened", KOREI | {"link holder"}),
    _form("filed by key", SOMU),
    _form("at the section", KOREI),
    _form("at the health section", KENKO),
    _form("at the family section", KODOMO),
    *(_paper(code) for code in ("wakaba-korei", "wakaba-kenko", "wakaba-kodomo", "midori-kenko")),
    *(_plan_paper(code) for code in ("wakaba-korei", "wakaba-kenko", "wakaba-kodomo")),
    *(_child_plan(code) for code in ("wakaba-kodomo", "midori-kodomo")),
    _pack("org with officers", CHIIKI | in_office("matrix-jichikai")),
    _pack("org of midori", in_office("midori-chiiki")),
    _hand_over("paper for the area officer", CHIIKI),
    _hand_over("paper of midori", in_office("midori-chiiki")),
    *(
        _document(
            f"paper of {circular}",
            "circular_paper",
            "",
            seen_by,
            circular=lambda world, circular=circular: world.row("e_circular", circular).pk,
        )
        for circular, seen_by in (
            ("of the desk to the association", CHIIKI | in_office("matrix-jichikai")),
            ("of midori", in_office("midori-chiiki")),
        )
    ),
    _document(
        "progress report",
        "progress_report",
        "",
        frozenset({"coordinator", "coordinator at the desk", "bureau"}),
    ),
    _document("sheet of a ward", "district_sheet", "", EVERYBODY, ward=1, area=0, language="ja"),
    *(
        _document(f"of no rule, asked by {by}", "of no rule", "", frozenset({by}), by)
        for by in ("reception", "section", "specialist", "abuse team")
    ),
)


# --- letters, calls, and what did not arrive


def _delivery(kind: str, medium: Medium, state: DeliveryState, code: str, case: str) -> Stage:
    def make(world: World, stage: Stage) -> Delivery:
        matter = case_of(world, case).matter
        contact = {"preferred": "call", "may_call": True, "phone": "0430000001", "may_write": True}
        card = ContactCard.objects.get(pk=matter.pk)
        for name, value in contact.items():
            setattr(card, name, value)
        card.save()
        notice = Notice.objects.create(
            matter=matter, template_key="consultation.reply", recipient_kind=RecipientKind.CITIZEN
        )
        office = Office.objects.get(code=code)
        row = Delivery.objects.create(notice=notice, medium=medium, state=state, office=office)
        world.keys[stage.name] = row.pk
        return row

    return Stage("delivery", f"{kind} of {code}", make, {"of_my_office": in_office(code)})


DESKS = {
    "wakaba-somu": "filed by key",
    "wakaba-korei": "at the section",
    "wakaba-kenko": "at the health section",
    "wakaba-kodomo": "at the family section",
    "midori-korei": "at a section elsewhere",
}
DELIVERIES = setting(
    *(_delivery("letter", Medium.LETTER, DeliveryState.TO_PRINT, code, case) for code, case in DESKS.items()),
    *(_delivery("call", Medium.CALL, DeliveryState.TO_CALL, code, case) for code, case in DESKS.items()),
    *(_delivery("failure", Medium.EMAIL, DeliveryState.FAILED, code, case) for code, case in DESKS.items()),
)


# --- links and tables


def _link(world: World, stage: Stage) -> PartnerLink:
    referral = Referral.objects.get(pk=world.keys["sent by link"])
    return referral.links.order_by("-id")[0]


LINKS = setting(Stage("partner_link", "sent by link", _link, {"token": EVERYBODY}))
TEXTS = setting(
    Stage(
        "notice_text",
        "a standard text",
        lambda world, stage: NoticeTemplate.objects.order_by("id")[0],
        {"as_head": HEADS},
    )
)
