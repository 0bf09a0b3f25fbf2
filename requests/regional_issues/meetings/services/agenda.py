"""次第: what comes by itself, what is put on, moved, taken off, and what became of each item."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.enums import PARTNER_ROLES
from chiba_ward.directory.models import Office, Ward
from regional_issues.enums import AgendaKind, IssueState
from regional_issues.meetings.enums import Audience, ItemKind, MeetingKind, MeetingState, Outcome
from regional_issues.meetings.models import AgendaItem, Decision, WardMeeting
from regional_issues.meetings.services.locking import locked_meeting
from regional_issues.models import LocalIssue
from regional_issues.services import issues

RUN = "ward_meeting.run"
STEP = 10
OVERDUE_TITLE = "期限までに報告のない決定：{}"
OPEN_TO_CHANGE = (MeetingState.PLANNED, MeetingState.CALLED)
RECORDED = (MeetingState.CALLED, MeetingState.HELD)


@transaction.atomic
def fill(ward: int, kind: str) -> int:
    """What belongs on the next regular agenda and is not there yet; how many came. A second run adds nothing.

    The database keeps each of them single (`overdue_waits_in_one_meeting`, `carried_from`), so two runs at once agree.
    """
    found = WardMeeting.objects.next_regular(ward, kind)
    meeting = WardMeeting.objects.select_for_update(of=("self",)).get(pk=found.pk) if found else None
    if meeting is None or meeting.state not in OPEN_TO_CHANGE:
        return 0
    before = meeting.items.count()
    rows = [*_undecided(meeting), *_overdue(meeting), *_issues(meeting)]
    last = _last_order(meeting)
    for position, row in enumerate(rows, 1):
        row.order = last + position * STEP
    AgendaItem.objects.bulk_create(rows, ignore_conflicts=True)
    return meeting.items.count() - before


def _undecided(meeting: WardMeeting) -> list[AgendaItem]:
    earlier = AgendaItem.objects.undecided().filter(
        meeting__ward=meeting.ward_id, meeting__kind=meeting.kind, meeting__held_at__isnull=False
    )
    return [
        AgendaItem(
            meeting=meeting, title=row.title, kind=row.kind, audience=row.audience,
            presenter_id=row.presenter_id, carried_from=row,
        )
        for row in earlier.order_by("meeting__starts_at", "order", "pk")
    ]  # fmt: skip


def _overdue(meeting: WardMeeting) -> list[AgendaItem]:
    """C19: decisions of either meeting of the ward, on the next 区内調整会議."""
    if meeting.kind != MeetingKind.INTERNAL:
        return []
    late = Decision.objects.overdue().filter(item__meeting__ward=meeting.ward_id)
    there = AgendaItem.objects.filter(overdue=OuterRef("pk"))
    waits = Q(outcome=Outcome.WAITING, taken_off_reason="")
    late = late.exclude(Exists(there.filter(Q(meeting=meeting) | waits)))
    return [
        AgendaItem(
            meeting=meeting, title=OVERDUE_TITLE.format(row.text)[:200], kind=ItemKind.REPORT,
            audience=row.item.audience, presenter_id=row.office_id, overdue=row,
        )
        for row in late.select_related("item").order_by("due_on", "pk")
    ]  # fmt: skip


def _issues(meeting: WardMeeting) -> list[AgendaItem]:
    """What has been assessed or tabled and not been decided, until the register says that it is."""
    kind = AgendaKind.LIAISON if meeting.is_outward else AgendaKind.WARD
    there = AgendaItem.objects.filter(issue=OuterRef("pk"), meeting__kind=meeting.kind)
    waits = Q(outcome=Outcome.WAITING, taken_off_reason="")
    found = LocalIssue.objects.for_next_agenda(meeting.ward, kind)
    return [
        AgendaItem(
            meeting=meeting, title=row.title[:200], kind=ItemKind.DISCUSSION, issue=row,
            audience=Audience.MEMBERS if meeting.is_outward else Audience.INTERNAL,
            presenter_id=row.owner_office_id,
        )
        for row in found.exclude(Exists(there.filter(Q(meeting=meeting) | waits)))
    ]  # fmt: skip


def table_issues(meeting: WardMeeting, *, by: Actor) -> None:
    """付議: the register says so from the call on."""
    found = LocalIssue.objects.filter(state=IssueState.ASSESSED)
    on = meeting.items.on_agenda().filter(issue__isnull=False).order_by().values("issue")
    for row in found.filter(pk__in=on).order_by("pk"):
        issues.table(row, by=by)


def fill_all() -> int:
    """Every night: a decision becomes late by the day alone."""
    wards = Ward.objects.order_by("pk").values_list("pk", flat=True)
    return sum(fill(ward, kind) for ward in wards for kind in MeetingKind.values)


def add(pk: int, *, by: Actor, title: str, kind: str, audience: str, presenter: Office) -> AgendaItem:
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        _require(meeting, OPEN_TO_CHANGE)
        _check_audience(meeting, audience)
        return AgendaItem.objects.create(
            meeting=meeting, order=_last_order(meeting) + STEP, title=title, kind=kind, audience=audience,
            presenter=presenter,
        )  # fmt: skip


def move(pk: int, *, by: Actor, item: int, order: int) -> AgendaItem:
    """順番を変える: to the place `order`, counted from one."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        _require(meeting, OPEN_TO_CHANGE)
        moved = _item(meeting, item)
        others = [row for row in meeting.items.on_agenda().order_by("order", "pk") if row.pk != moved.pk]
        others.insert(max(order - 1, 0), moved)
        for position, row in enumerate(others, 1):
            row.order = position * STEP
        AgendaItem.objects.bulk_update(others, ["order"])
    return moved


def take_off(pk: int, *, by: Actor, item: int, reason: str) -> AgendaItem:
    """次第から外す: the row stays with its reason."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        _require(meeting, OPEN_TO_CHANGE)
        row = _item(meeting, item)
        row.taken_off_reason = reason
        row.save()
    return row


def show_to(pk: int, *, by: Actor, item: int, audience: str) -> AgendaItem:
    """見せる範囲を変える."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        _require(meeting, (*OPEN_TO_CHANGE, MeetingState.HELD))
        _check_audience(meeting, audience)
        row = _item(meeting, item)
        row.audience = audience
        row.save()
    return row


def record(pk: int, *, by: Actor, item: int, outcome: str, summary: str) -> AgendaItem:
    """結果と要点: during the meeting or after it, until the minutes go to the head."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        _require(meeting, RECORDED)
        row = _item(meeting, item)
        if outcome != Outcome.CARRIED:
            _require_here(row)
        row.outcome, row.summary = Outcome(outcome), summary
        row.save()
        fill(meeting.ward_id, meeting.kind)
    return row


def decide(pk: int, *, by: Actor, item: int, text: str, office: Office, due_on: dt.date) -> Decision:
    """決定を記録する: what, who, by when."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        _require(meeting, RECORDED)
        row = _item(meeting, item)
        _require_here(row)
        check_office(row, office)
        made = Decision(item=row, text=text, office=office, due_on=due_on, by=by.seat, at=timezone.now())
        made.save()
        if row.outcome != Outcome.DECIDED:
            row.outcome = Outcome.DECIDED
            row.save()
    return made


def check_office(item: AgendaItem, office: Office) -> None:
    """An outside organisation is given nothing that it may not read."""
    if item.audience == Audience.INTERNAL and office.posts.filter(role__in=PARTNER_ROLES).exists():
        raise Refused("内部のみの議題の決定は、外部の機関・団体の担当にできません。", "office")


def _check_audience(meeting: WardMeeting, audience: str) -> None:
    if meeting.is_outward and audience == Audience.INTERNAL:
        raise Refused("区行政連絡調整会議には、内部のみの議題を載せられません。", "audience")


def _item(meeting: WardMeeting, pk: int) -> AgendaItem:
    found = meeting.items.on_agenda().filter(pk=pk).first()
    if found is None:
        raise Refused("議題を選び直してください。", "item")
    return found


def _require_here(row: AgendaItem) -> None:
    """What went on to a later agenda is recorded there."""
    if hasattr(row, "carried_to"):
        raise Refused("この議題は、すでに次の会議の次第に載っています。そちらで記録してください。", "item")


def _last_order(meeting: WardMeeting) -> int:
    return meeting.items.aggregate(last=Max("order"))["last"] or 0


def _require(meeting: WardMeeting, states: tuple[MeetingState, ...]) -> None:
    if meeting.state not in states:
        raise Refused("ほかの人の操作で状態が変わっています。画面を開き直してください。")
