"""振り分け: who is responsible, how urgent, which fields; always a human's word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework import deadlines, timeline
from chiba_ward.casework.enums import Audience
from chiba_ward.correspondence import notices
from chiba_ward.directory.models import Office, Post, Posting
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.enums import HoldKind
from consultations import household, joint, urgency
from consultations.enums import PROTECTED_FLAGS, Flag, LinkKind, State
from consultations.models import CaseLink, Consultation, Field
from consultations.policy import may_replace
from consultations.services import referrals, suspicion
from consultations.services.base import (
    clock_urgency,
    given_away_case,
    locked_case,
    note_first_action,
    refresh_due,
)
from consultations.services.succession import referrals_follow
from consultations.workflow.errors import Refused

TAKE = "consultation.take"
SORTABLE = (State.RECEIVED, State.TRIAGED, State.IN_PROGRESS)


ANYBODY = -1  # no expectation about who has the case now


def assign(
    pk: int,
    *,
    by: Actor,
    office: Office,
    post: Post | None = None,
    posting: Posting | None = None,
    expected: int | None = ANYBODY,
) -> Consultation:
    """Give the case to a section, a seat in it, or a person. A person makes it 対応中 at once.

    `expected` is the posting that the clerk saw as 担当 (None: nobody). Raises `Refused` when somebody else has taken
    it since, and when post or person do not belong to the section or the person's posting has ended.
    """
    _check_fits(office, post, posting)
    with locked_case(pk, by=by, right="consultation.triage") as case:
        suspicion.refuse_protected(case)
        if expected not in (ANYBODY, case.assignee_id):
            raise Refused(
                f"{case.receipt_no} は、この一覧を開いたあとに担当が変わりました（{_holder(case)}）。"
            )
        _give(case, by, office, post, posting)
    return case


def take_back(pk: int, *, by: Actor) -> Consultation:
    """取り戻す: undo giving it away, within half an hour and as long as nobody there has taken it."""
    with given_away_case(pk, by=by) as case:
        assert by.posting is not None
        _give(case, by, by.posting.post.office, None, None)
    return case


def move_to_ward(case: Consultation, *, by: Actor, office: Office, tells_person: bool) -> None:
    """区の間の移管, under the caller's lock: ward, desk, lead, clocks, つなぎ, letters and whatever stands beside the case
    go to the section of whoever accepts, who has it from now on. `tells_person`: a line of it stands on their own page.

    Raises `Refused` for a protected case: its compartment is that of the ward it would leave (ADR 0024).
    """
    suspicion.refuse_protected(case)
    sender, person = case.desk_office, by.seat
    case.ward, case.town = (
        office.ward,
        None,
    )  # the place in the ward is another one, and stands in the history
    _give(case, by, office, None, person, tells_person=tells_person)
    refresh_due(case)
    case.save()
    referrals_follow(case, sender, office)
    notices.hand_on(case.matter, sender, office)
    joint.moved_to_ward(case, sender, office)


def _check_fits(office: Office, post: Post | None, posting: Posting | None) -> None:
    if post and post.office_id != office.pk:
        raise Refused("選んだ職は、その課にありません。", "post")
    if posting and posting.post.office_id != office.pk:
        raise Refused(
            "選んだ担当者は、その課に発令されていません。課と担当者の組み合わせを確かめてください。",
            "posting",
        )
    if posting and not Posting.objects.active_on().filter(pk=posting.pk).exists():
        raise Refused("選んだ担当者の発令は終わっています。ほかの人を選んでください。", "posting")


def _give(
    case: Consultation,
    by: Actor,
    office: Office,
    post: Post | None,
    posting: Posting | None,
    *,
    tells_person: bool = True,
) -> None:
    """Under the caller's lock. What an outside agency leads stays with it; the desk in the house moves."""
    moved = case.desk_office_id != office.pk
    if case.state in SORTABLE:
        case.triage(office=office, post=post)
    else:
        if case.owner_office_id == case.desk_office_id:
            case.owner_office = office
        case.desk_office, case.owner_post, case.assignee = office, post, None
    if moved:
        _move_clocks(case, office)
    if posting:
        _taken(case, posting)
    else:
        deadlines.start(case.matter, TAKE, office, urgency=clock_urgency(case))
    note_first_action(case)
    _record_giving(case, by, office, post, posting, moved and tells_person)


def _move_clocks(case: Consultation, office: Office) -> None:
    """The new section owes what was promised; its time to take the case begins now, in its own hours."""
    deadlines.cancel(case.matter, TAKE)
    for deadline in case.matter.deadlines.running().filter(kind__startswith="consultation."):
        deadline.office = office
        deadline.save(update_fields=["office"])
    referrals.desk_moved(case)


def _record_giving(
    case: Consultation,
    by: Actor,
    office: Office,
    post: Post | None,
    posting: Posting | None,
    tells_person: bool,
) -> None:
    names = office.words_on(timezone.localdate())
    person = str(posting.person) if posting else ""
    audience = Audience.CITIZEN if tells_person else Audience.HOUSE
    timeline.record(case.matter, "consultation.assigned", by, audience=audience, **names)
    if post or posting:
        to = person or (post.name if post else "")
        timeline.record(case.matter, "consultation.given", by, to=to, **names)
    if posting and posting != by.posting:
        notices.tell_posting(case.matter, posting, "escalation.assigned")


def take(pk: int, *, by: Actor) -> Consultation:
    """担当になる. Raises `Refused` when somebody on duty has it already (two clerks on one case)."""
    if by.posting is None:
        raise Refused("発令のある職員だけが担当になれます。")
    with locked_case(pk, by=by, right="consultation.work") as case:
        if case.assignee_id == by.posting.pk:
            return case
        if case.assignee_id and not may_replace(by, case):
            raise Refused(
                f"この相談は{_holder(case)}。替わるときは「担当を決める・変える」を使ってください。"
            )
        _taken(case, by.posting)
        note_first_action(case)
        timeline.record(
            case.matter,
            "consultation.taken",
            by,
            audience=Audience.CITIZEN,
            **case.desk_office.words_on(timezone.localdate()),
        )
    return case


@dataclass(frozen=True)
class BulkLine:
    """What became of one case of a bulk act; `problem` is empty when it went."""

    number: str
    problem: str = ""


def bulk_assign(
    chosen: Mapping[int, int | None], *, by: Actor, office: Office, post: Post | None = None
) -> list[BulkLine]:
    """Assign many; each in its own transaction. `chosen` maps the case to who was seen as 担当 (None: nobody)."""
    return [_bulk_line(pk, expected, by, office, post) for pk, expected in chosen.items()]


def _bulk_line(pk: int, expected: int | None, by: Actor, office: Office, post: Post | None) -> BulkLine:
    known = (
        Consultation.objects.visible_to(by).filter(pk=pk).values_list("matter__receipt_no", flat=True).first()
    )
    try:
        assign(pk, by=by, office=office, post=post, expected=expected)
    except Refused as refused:
        return BulkLine(known or "", refused.message)
    except Consultation.DoesNotExist:
        return BulkLine(
            known or "", "見られない相談が含まれていました。ほかの人が先に振り分けたかもしれません。"
        )
    return BulkLine(known or "")


def set_urgency(pk: int, *, by: Actor, level: str, note: str = "") -> Consultation:
    """緊急度 by a human: replaces the suggestion of the phrases and restarts the reply clock from receipt."""
    with locked_case(pk, by=by, right="consultation.triage") as case:
        if case.urgency == level:
            return case
        case.urgency = level
        case.risk_rank = urgency.risk_rank(level, case.hits)
        for kind in (TAKE, "consultation.reply", "consultation.next_look"):
            deadlines.change_urgency(case.matter, kind, level)
        note_first_action(case)
        timeline.record(case.matter, "consultation.urgency_set", by, text=note, level=level)
    return case


def set_fields(
    pk: int, *, by: Actor, fields: Iterable[Field], flags: Iterable[str], applies_intent: str
) -> Consultation:
    """相談種別・注意・申請の意思 as staff confirm them. A confirmed DV is a restriction in the same transaction (OU6); taking
    the mark away again clears nothing: that takes two persons."""
    with locked_case(pk, by=by, right="consultation.work") as case:
        chosen, kept = list(fields), set(case.flags) & set(PROTECTED_FLAGS)
        if set(flags := list(flags)) & set(PROTECTED_FLAGS) - kept:
            raise Refused("虐待・DVのおそれは、「保護が必要かを確かめる」から記録してください。", "flags")
        if any(field.is_hardship for field in chosen) and not applies_intent:
            raise Refused("生活に困っている相談では、申請の意思を確認して選んでください。", "applies_intent")
        case.fields.set(chosen)
        case.flags, case.applies_intent = sorted({*flags, *kept}), applies_intent
        timeline.record(
            case.matter, "consultation.fields_set", by, text="、".join(field.name for field in chosen)
        )
        if Flag.DV in case.flags:
            disclosure.hold_for(case.matter, by=by, kind=HoldKind.DV)
    return case


def add_note(pk: int, *, by: Actor, text: str) -> Consultation:
    """A note of the house: never leaves it, never changes; a correction is another note."""
    with locked_case(pk, by=by, right="consultation.work") as case:
        if not case.is_open:
            suspicion.refuse_protected(case)  # sealed: nothing is added any more
        note_first_action(case)
        timeline.record(case.matter, "consultation.note", by, text=text)
    return case


def link(pk: int, other_pk: int, *, by: Actor, kind: str = LinkKind.RELATED) -> CaseLink:
    """Put a case of one's own together with one that one may read. Never merged. Raises `Refused` for the same case."""
    if pk == other_pk:
        raise Refused("同じ相談どうしは結び付けられません。", "other")
    with transaction.atomic():
        permitted = Q(rows(by, "consultation.work"), pk=pk) | Q(rows(by, "consultation.read"), pk=other_pk)
        both = Consultation.objects.filter(permitted).values("pk")
        pair = list(Consultation.objects.select_for_update(of=("self",)).order_by("pk").filter(pk__in=both))
        if len(pair) != 2:
            raise Consultation.DoesNotExist
        if any(household.is_conflicted(case) for case in pair):
            raise Refused(
                "安全のため、この相談はほかの相談と結び付けられません（暴力・虐待のおそれ、家への連絡禁止）。",
                "other",
            )
        earlier, later = sorted([pk, other_pk])
        made, created = CaseLink.objects.get_or_create(
            earlier_id=earlier, later_id=later, defaults={"kind": kind, "posting": by.seat}
        )
        if created:
            for case, other in ((pair[0], pair[1]), (pair[1], pair[0])):
                # No number in the text: lines stay for ever, and a link may have to disappear (a household in danger).
                timeline.record(case.matter, "consultation.linked", by, other_id=other.pk)
    return made


def _taken(case: Consultation, posting: Posting) -> None:
    """A state beyond 対応中 stays: つなぎ中 and 見守り change hands without going back."""
    now = timezone.now()
    if case.state in SORTABLE:
        case.take(posting=posting, at=now)
    else:
        case.assignee, case.taken_at = posting, case.taken_at or now
    deadlines.meet(case.matter, TAKE)


def _holder(case: Consultation) -> str:
    return f"{case.assignee.person}さんが担当しています" if case.assignee else "いまは担当がいません"
