"""代理入力: what is recorded besides the consultation itself, and the correction in the same shift (J2, C16).

The applicant is never the typist: `entered_by` is the posting that typed, the persons are `Party` rows.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import deadlines, timeline
from chiba_ward.casework.search import index
from chiba_ward.correspondence.models import ContactCard
from chiba_ward.directory import selectors
from chiba_ward.directory.models import Office
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.enums import HoldSource
from consultations import held, search, urgency
from consultations.enums import (
    ConsentMethod,
    ConsultantKind,
    Flag,
    IdentitySeen,
    PartyKind,
    Speaker,
    State,
)
from consultations.models import Consultation, Party
from consultations.services import suspicion
from consultations.services.base import locked_case
from consultations.services.filing import Filing, add_parties
from consultations.services.referrals import record_consent
from consultations.workflow.errors import Refused

CLOCKS = ("consultation.take", "consultation.reply")


@dataclass(frozen=True)
class EntryFacts:
    """How the words came to the counter. `paper_place` says where a signed paper lies."""

    speaker: str = Speaker.SELF
    speaker_name: str = ""
    speaker_relation: str = ""
    mandate: str = ""
    identity: str = IdentitySeen.NONE
    paper_place: str = ""
    consent_office: Office | None = None
    consent_items: list[str] = field(default_factory=list)
    consent_method: str = ConsentMethod.ORAL
    restriction: str = ""
    """Why nobody may learn where the person is (`HoldKind`); empty where nothing was said of it."""

    @property
    def columns(self) -> dict[str, str]:
        """What stands in the case itself."""
        return {
            "speaker": self.speaker,
            "mandate": self.mandate if self.speaker == Speaker.PROXY else "",
            "identity_seen": self.identity,
            "paper_place": self.paper_place,
        }


def record_entry(case: Consultation, facts: EntryFacts, *, by: Actor) -> None:
    """Keep who spoke, what was seen, where the paper lies, and the consent. In the caller's transaction."""
    for name, value in facts.columns.items():
        setattr(case, name, value)
    case.save(update_fields=list(facts.columns))
    timeline.record(case.matter, "consultation.entered", by)
    record_speaker_and_consent(case, facts, by=by)


def record_speaker_and_consent(case: Consultation, facts: EntryFacts, *, by: Actor) -> None:
    """What a filing that came with `facts.columns` has not kept yet. In the caller's transaction.

    Whoever was said to be hiding is held from this transaction on: no mail that the filing owes has left before it.
    """
    if facts.restriction:
        disclosure.hold_for(case.matter, by=by, kind=facts.restriction, source=HoldSource.APPLICATION)
    if facts.speaker == Speaker.PROXY:
        name, relation = facts.speaker_name, facts.speaker_relation
        with transaction.atomic():
            Party.objects.create(consultation=case, kind=PartyKind.PROXY, name=name, relation=relation)
            index.refresh(case.matter)
    if facts.consent_office and facts.consent_items:
        record_consent(
            case.pk,
            by=by,
            to_office=facts.consent_office,
            items=facts.consent_items,
            method=facts.consent_method,
            obtained_on=timezone.localdate(),
            paper_location=facts.paper_place,
        )


def may_correct(actor: Actor, case: Consultation) -> bool:
    """The typist, on the same day, until anybody else has acted on it."""
    if actor.posting is None or case.entered_by_id != actor.posting.pk or case.state != State.RECEIVED:
        return False
    if (
        case.assignee_id
        or case.first_action_at
        or timezone.localdate(case.received_at) != timezone.localdate()
    ):
        return False
    # The form would bring the address back to a screen; who is held is corrected by a note.
    return not case.matter.timeline.exclude(posting=actor.posting).exists() and not held.is_held(case)


def correct(pk: int, *, by: Actor, filing: Filing, facts: EntryFacts) -> Consultation:
    """訂正: the same number with the right words; what stood before stays in the timeline of the house.

    Raises `Refused` once somebody else has acted: from then on a note or a new entry is the way.
    """
    with locked_case(pk, by=by, right="consultation.correct") as case:
        if not may_correct(by, case):
            raise Refused(
                "ほかの人が対応を始めたか、受付の日を過ぎたか、住所を出せない人なので、訂正できません。記録に書き足してください。"
            )
        timeline.record(case.matter, "consultation.corrected", by, text=_before(case))
        _replace_words(case, filing)
        parties = _replace_people(case, filing)
        _move_desk(case, filing)
        index.write({case.pk: search.findable(case, parties)})
    record_entry(case, facts, by=by)
    return case


def _before(case: Consultation) -> str:
    """What stood before, in full: the correction must not hide it."""
    people = "、".join(
        f"{party.get_kind_display()} {party.name or '（名前なし）'}" for party in case.parties.all()
    )
    contact = case.matter.contact.get_preferred_display()
    place = case.ward.name if case.ward else "不明"
    lines = [
        f"話した人：{case.get_speaker_display()}　委任：{case.get_mandate_display() or 'なし'}",
        f"本人確認：{case.get_identity_seen_display()}　署名した紙：{case.paper_place or 'なし'}",
        f"訂正前のひとこと：{case.chief_concern}",
        f"訂正前の内容：{case.body}",
        f"区：{place}",
        f"連絡方法：{contact}",
    ]
    return "\n".join([*lines, f"人：{people}"])


def _replace_words(case: Consultation, filing: Filing) -> None:
    found = urgency.hits_in(filing.chief_concern, filing.body)
    flags, suspected = urgency.flags_of(found)
    if filing.consultant_kind not in (ConsultantKind.SELF, ConsultantKind.ANONYMOUS):
        flags.append(Flag.THIRD_PARTY)
    for name in (
        "chief_concern",
        "body",
        "consultant_kind",
        "relation",
        "topic",
        "ward",
        "town",
        "language",
        "channel",
    ):
        setattr(case, name, getattr(filing, name))
    case.hits, case.flags = urgency.as_rows(found), sorted(flags)
    # What a text once raised a human lowers, not a correction of it (R1).
    suspicion.suspect(case, [*case.suspected, *suspected])
    case.risk_rank = urgency.risk_rank("", found)
    suggested = min((hit.urgency for hit in found), default="")
    for kind in CLOCKS:
        deadlines.change_urgency(case.matter, kind, suggested)


def _replace_people(case: Consultation, filing: Filing) -> list[Party]:
    case.parties.all().delete()
    ContactCard.objects.filter(pk=case.pk).delete()
    ContactCard.objects.create(matter=case.matter, language=filing.language, **filing.contact)
    return add_parties(case, filing)


def _move_desk(case: Consultation, filing: Filing) -> None:
    desk = selectors.triage_desk(filing.ward)
    if desk.pk != case.desk_office_id:
        case.owner_office = case.desk_office = desk
        deadlines.restart_for(case.matter, desk, fresh={"consultation.take"})
