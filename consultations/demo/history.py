"""A year of finished and running consultations, written as rows of the past: seeded, so that two runs agree.

They are demo rows, not filings: no notice leaves, no deadline of last winter starts to ring today.
"""

import datetime as dt
import random
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from chiba_ward.casework import calendars, deadlines, receipt_numbers
from chiba_ward.casework.enums import Audience, Channel
from chiba_ward.casework.models import Matter, TimelineEntry
from chiba_ward.casework.opening_hours import TOKYO, OpeningCalendar
from chiba_ward.correspondence.models import ContactCard
from chiba_ward.directory.initial.rows import read
from chiba_ward.directory.models import Office, Posting, Ward
from consultations.enums import ConsultantKind, Outcome, ReferralState, State
from consultations.models import Consultation, Field, LegalGround, Party, Referral
from consultations.services.filing import KIND

HERE = Path(__file__).parent
DAYS = 365
PER_WARD = 90
SECTION_OF = {
    "child": "kodomo",
    "poverty": "engo",
    "mental": "kenko",
    "community": "chiiki",
    "procedure": "mado",
}
PARTNER_OF = {
    "elder": "anshin-1",
    "poverty": "jiritsu",
    "hikikomori": "hikikomori",
    "foreigner": "gaikokujin",
}


def load(per_ward: int = PER_WARD, seed: int = 20260401) -> int:
    """`per_ward` consultations for each ward over the last year. Returns how many were written."""
    dice = random.Random(seed)  # noqa: S311  (an invented year, not a secret)
    phrases = read(HERE / "phrases.yaml")
    fields = {field.code: field for field in Field.objects.all()}
    made = 0
    for ward in Ward.objects.all():
        for _ in range(per_ward):
            _one(dice, ward, phrases, fields)
            made += 1
    return made


@transaction.atomic
def _one(dice: random.Random, ward: Ward, phrases: dict[str, list[str]], fields: dict[str, Field]) -> None:
    subject = dice.choice(list(phrases))
    desk = Office.objects.get(code=f"{ward.slug}-{SECTION_OF.get(subject, 'korei')}")
    calendar = calendars.calendar_of(desk)
    received = _moment(dice)
    matter = Matter.objects.create(receipt_no=receipt_numbers.new("S"), kind=KIND, created_at=received)
    clerk = Posting.objects.active_on().filter(post__office__ward=ward).order_by("id").first()
    acted_minutes = min(int(dice.expovariate(1 / 150)), 1500)
    acted = calendar.add_minutes(received, acted_minutes)
    ended = calendar.add_opening_days(acted, dice.randint(1, 20))
    is_ended = ended < timezone.now()
    channel = dice.choices([Channel.WEB, Channel.COUNTER, Channel.TELEPHONE, Channel.POST], [45, 25, 25, 5])[
        0
    ]
    if acted > timezone.now():
        return _still_waiting(dice, matter, ward, desk, subject, phrases, received)
    outcome = dice.choices(list(Outcome), [50, 25, 12, 8, 5])[0] if is_ended else ""
    case = Consultation.objects.create(
        matter=matter,
        state=State.CLOSED if is_ended else dice.choice([State.IN_PROGRESS, State.MONITORING]),
        channel=channel,
        entered_by=clerk if channel != Channel.WEB else None,
        consultant_kind=dice.choices(
            [ConsultantKind.SELF, ConsultantKind.FAMILY, ConsultantKind.NEIGHBOUR], [6, 3, 1]
        )[0],
        ward=ward,
        chief_concern=dice.choice(phrases[subject]),
        body="（見本の相談です。内容は作りごとです。）",
        urgency=dice.choices(["U1", "U2", "U3"], [1, 4, 10])[0],
        risk_rank=3,
        owner_office=desk,
        desk_office=desk,
        assignee=clerk if clerk and not is_ended else None,
        received_at=received,
        due_at=ended,
        taken_at=acted,
        first_action_at=acted,
        first_action_minutes=acted_minutes,
        outcome=outcome,
        outcome_note="見本" if outcome else "",
        closed_at=ended if is_ended else None,
    )
    case.fields.set(_fields(dice, subject, fields))
    if case.closed_at is None:
        _next_look(case)
    _surroundings(dice, case, ended if is_ended else None)
    if subject in PARTNER_OF and dice.random() < 0.6 and clerk:
        _referral(dice, case, ward, subject, clerk, acted, calendar)
    return None


def _still_waiting(
    dice: random.Random,
    matter: Matter,
    ward: Ward,
    desk: Office,
    subject: str,
    phrases: dict[str, list[str]],
    received: dt.datetime,
) -> None:
    """Came in so lately that nobody has acted: it waits at the desk that sorts, with running deadlines."""
    triage = Office.objects.get(code=f"{ward.slug}-somu")
    take = deadlines.start(matter, "consultation.take", triage, at=received)
    reply = deadlines.start(matter, "consultation.reply", triage, at=received)
    case = Consultation.objects.create(
        matter=matter,
        consultant_kind=ConsultantKind.SELF,
        ward=ward,
        chief_concern=dice.choice(phrases[subject]),
        body="（見本の相談です。内容は作りごとです。）",
        owner_office=triage,
        desk_office=triage,
        received_at=received,
        due_at=min(take.due_at, reply.due_at),
    )
    _surroundings(dice, case, None)


def _next_look(case: Consultation) -> None:
    """A running case promises its next look, counted from today."""
    look = deadlines.start(case.matter, "consultation.next_look", case.desk_office)
    Consultation.objects.filter(pk=case.pk).update(due_at=look.due_at)


def _surroundings(dice: random.Random, case: Consultation, ended: dt.datetime | None) -> None:
    ContactCard.objects.create(matter=case.matter)
    Party.objects.create(
        consultation=case, kind="consulter", name=f"見本 {dice.choice('春夏秋冬空海山川花月')}", kana="ミホン"
    )
    lines = [("consultation.received", case.received_at, {})]
    if case.first_action_at:
        name = case.desk_office.name_on(timezone.localdate(case.first_action_at))
        lines.append(("consultation.taken", case.first_action_at, {"office": name}))
    if ended:
        lines.append(("consultation.closed", ended, {}))
    TimelineEntry.objects.bulk_create(
        TimelineEntry(matter=case.matter, at=at, kind=kind, audience=Audience.CITIZEN, data=data)
        for kind, at, data in lines
    )


def _referral(
    dice: random.Random,
    case: Consultation,
    ward: Ward,
    subject: str,
    clerk: Posting,
    acted: dt.datetime,
    calendar: OpeningCalendar,
) -> None:
    code, ground = PARTNER_OF[subject], LegalGround.objects.get(code="law")
    to_office = Office.objects.get(code=f"{ward.slug}-{code}" if code.startswith("anshin") else code)
    state = dice.choices(
        [
            ReferralState.OUTCOME_REPORTED,
            ReferralState.CONTACT_MADE,
            ReferralState.DECLINED,
            ReferralState.RETURNED,
        ],
        [68, 14, 12, 6],
    )[0]
    answered = calendar.add_minutes(acted, dice.randint(30, 900))
    contact = calendar.add_opening_days(answered, dice.randint(0, 4))
    if contact > timezone.now():
        return
    reached = state in (ReferralState.OUTCOME_REPORTED, ReferralState.CONTACT_MADE)
    Referral.objects.create(
        consultation=case,
        state=state,
        route="account",
        from_office=case.desk_office,
        to_office=to_office,
        created_by=clerk,
        created_at=acted,
        ground=ground,
        ground_text=ground.words,
        basis_note="見本（実際の根拠ではありません）",
        purpose="見本のつなぎ",
        sent_at=acted,
        from_name=case.desk_office.name_on(timezone.localdate(acted)),
        to_name=to_office.name_on(timezone.localdate(acted)),
        opened_at=acted,
        answered_at=answered,
        accepted_by_name="見本 担当" if reached else "",
        first_contact_on=timezone.localdate(contact) if reached else None,
        decline_reason="見本の理由" if state == ReferralState.DECLINED else "",
        better_place="見本の別の先" if state == ReferralState.DECLINED else "",
        contact_made_at=contact if reached else None,
        outcome_done="見本" if state == ReferralState.OUTCOME_REPORTED else "",
        ended_at=None if state == ReferralState.CONTACT_MADE else contact,
    )


def _fields(dice: random.Random, subject: str, fields: dict[str, Field]) -> list[Field]:
    extra = dice.sample(
        ["elder", "health", "mental", "housing", "work"], k=dice.choices([0, 1, 2], [6, 3, 1])[0]
    )
    return [fields[code] for code in {subject, *extra} if code in fields]


def _moment(dice: random.Random) -> dt.datetime:
    day = timezone.localdate() - dt.timedelta(days=dice.randint(0, DAYS))
    minute = dice.randint(7 * 60, 22 * 60)
    moment = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), TOKYO)
    return min(moment, timezone.now() - dt.timedelta(minutes=dice.randint(1, 90)))
