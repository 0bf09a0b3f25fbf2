"""振り分け: who is responsible, how urgent, which fields; always a human's word."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import deadlines, timeline
from chiba_ward.casework.enums import Audience
from chiba_ward.correspondence import notices
from chiba_ward.directory.models import Office, Post, Posting
from consultations import urgency
from consultations.enums import LinkKind, State
from consultations.models import CaseLink, Consultation, Field
from consultations.services.base import locked_case, note_first_action
from consultations.workflow.errors import Refused


def assign(
    pk: int, *, by: Actor, office: Office, post: Post | None = None, posting: Posting | None = None
) -> Consultation:
    """Give the case to a section, a seat in it, or a person. A person makes it 対応中 at once.

    Raises `Refused` when post or person do not belong to the section, or the person's posting has ended.
    """
    if post and post.office_id != office.pk:
        raise Refused("選んだ職は、その課にありません。", "post")
    if posting and posting.post.office_id != office.pk:
        raise Refused("選んだ担当者は、その課に発令されていません。", "posting")
    if posting and not Posting.objects.active_on().filter(pk=posting.pk).exists():
        raise Refused("選んだ担当者の発令は終わっています。ほかの人を選んでください。", "posting")
    with locked_case(pk, by=by) as case:
        moved = case.desk_office_id != office.pk
        if case.state in (State.RECEIVED, State.TRIAGED, State.IN_PROGRESS):
            case.triage(office=office, post=post)
        else:
            case.owner_post, case.desk_office = post, office
        if posting:
            _taken(case, posting)
        elif moved:
            deadlines.cancel(case.matter, "consultation.take")
            deadlines.start(case.matter, "consultation.take", office, urgency=case.urgency)
        note_first_action(case)
        name = office.name_on(timezone.localdate())
        timeline.record(case.matter, "consultation.assigned", by, audience=Audience.CITIZEN, office=name)
        if posting and posting != by.posting:
            notices.tell_posting(case.matter, posting, "consultation.assigned")
    return case


def take(pk: int, *, by: Actor) -> Consultation:
    """担当になる. Raises `Refused` when somebody else has it already (two clerks on one case)."""
    if by.posting is None:
        raise Refused("発令のある職員だけが担当になれます。")
    with locked_case(pk, by=by) as case:
        if case.assignee_id == by.posting.pk:
            return case
        if case.assignee_id:
            raise Refused(f"この相談は {case.assignee} が担当しています。替わるときは「担当を変える」を使ってください。")
        _taken(case, by.posting)
        note_first_action(case)
        timeline.record(
            case.matter,
            "consultation.taken",
            by,
            audience=Audience.CITIZEN,
            office=case.desk_office.name_on(timezone.localdate()),
        )
    return case


def bulk_assign(pks: Iterable[int], *, by: Actor, office: Office, post: Post | None = None) -> tuple[int, list[str]]:
    """Assign many; each in its own transaction. Returns how many went, and why the others did not."""
    done, problems = 0, []
    for pk in pks:
        try:
            assign(pk, by=by, office=office, post=post)
            done += 1
        except Refused as refused:
            problems.append(refused.message)
        except Consultation.DoesNotExist:
            problems.append("見られない相談が含まれていました。")
    return done, problems


def set_urgency(pk: int, *, by: Actor, level: str, note: str = "") -> Consultation:
    """緊急度 by a human: replaces the suggestion of the phrases and restarts the reply clock from receipt."""
    with locked_case(pk, by=by) as case:
        if case.urgency == level:
            return case
        case.urgency = level
        case.risk_rank = urgency.risk_rank(level, case.hits)
        for kind in ("consultation.take", "consultation.reply"):
            deadlines.change_urgency(case.matter, kind, level)
        note_first_action(case)
        timeline.record(case.matter, "consultation.urgency_set", by, text=note, level=level)
    return case


def set_fields(pk: int, *, by: Actor, fields: Iterable[Field], flags: Iterable[str], applies_intent: str) -> Consultation:
    """相談種別・注意・申請の意思 as staff confirm them."""
    with locked_case(pk, by=by) as case:
        chosen = list(fields)
        if any(field.is_hardship for field in chosen) and not applies_intent:
            raise Refused("生活に困っている相談では、申請の意思を確認して選んでください。", "applies_intent")
        case.fields.set(chosen)
        case.flags, case.applies_intent = sorted(flags), applies_intent
        timeline.record(
            case.matter, "consultation.fields_set", by, text="、".join(field.name for field in chosen)
        )
    return case


def add_note(pk: int, *, by: Actor, text: str) -> Consultation:
    """A note of the house: never leaves it, never changes; a correction is another note."""
    with locked_case(pk, by=by) as case:
        note_first_action(case)
        timeline.record(case.matter, "consultation.note", by, text=text)
    return case


def link(pk: int, other_pk: int, *, by: Actor, kind: str = LinkKind.RELATED) -> CaseLink:
    """Put two visible cases together. Never merged. Raises `Refused` for the same case."""
    if pk == other_pk:
        raise Refused("同じ相談どうしは結び付けられません。", "other")
    with transaction.atomic():
        pair = Consultation.objects.visible_to(by).select_for_update(of=("self",)).filter(pk__in=[pk, other_pk])
        if len(pair) != 2:
            raise Consultation.DoesNotExist
        earlier, later = sorted([pk, other_pk])
        made, created = CaseLink.objects.get_or_create(
            earlier_id=earlier, later_id=later, defaults={"kind": kind, "posting": by.posting}
        )
        if created:
            for case, other in ((pair[0], pair[1]), (pair[1], pair[0])):
                timeline.record(case.matter, "consultation.linked", by, text=other.receipt_no)
    return made


def _taken(case: Consultation, posting: Posting) -> None:
    case.take(posting=posting, at=timezone.now())
    deadlines.meet(case.matter, "consultation.take")
