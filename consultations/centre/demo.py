"""若葉区 in the demo city: three entries of the ledger, one of them late, a plan that was handed over, a move to 緑区."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.casework.enums import Channel
from chiba_ward.directory.models import Posting, Ward
from consultations.centre.enums import Category
from consultations.centre.models import Evaluation, ProgressEntry
from consultations.centre.services import entries, plans, transfers
from consultations.models import Consultation
from consultations.services import filing, triage

DESK = "wakaba-kodomo"


@dataclass(frozen=True)
class Story:
    concern: str
    body: str
    category: Category
    days: int


STORIES = (
    Story("朝起きられず保育所に行けない", "母は夜の仕事。祖母が週に二日手伝う。", Category.SUPPORT, -6),
    Story(
        "三月に出産、住むところが決まっていない", "妊娠七か月。一人で暮らしている。", Category.EXPECTANT, 20
    ),
    Story("転居先の学校のことで困っている", "来月、緑区に引っ越す。", Category.SUPPORT, 70),
)


def load() -> int:
    """Once; the number of cases that were filed."""
    postings = Posting.objects.active_on().with_duty().filter(post__office__code=DESK, post__is_head=False)
    posting = postings.order_by("kind", "id").first()
    if posting is None or ProgressEntry.objects.exists():
        return 0
    by = actor_of(posting.person, posting)
    late, expectant, moving = (_registered(story, by) for story in STORIES)
    _evaluated(late, by)
    _planned(expectant, by)
    _moves(moving, by)
    return len(STORIES)


def _registered(story: Story, by: Actor) -> ProgressEntry:
    office, today = by.seat.post.office, timezone.localdate()
    words = filing.Filing(
        chief_concern=story.concern,
        body=story.body,
        ward=office.ward,
        consulter=filing.Person(name="見本 のぞみ", kana="ミホン ノゾミ"),
        contact={"preferred": "portal"},
        channel=Channel.TELEPHONE,
    )
    case: Consultation = filing.file(words, by=by).consultation
    triage.assign(case.pk, by=by, office=office, posting=by.posting)
    soon = today + dt.timedelta(days=max(story.days, 1))
    return entries.register(case.pk, by=by, category=story.category, lead=office, next_on=soon)


def _evaluated(entry: ProgressEntry, by: Actor) -> None:
    """On the ledger since spring, looked at in summer; the day of the next look has passed since. The services take no
    days of the past, so the rows are written as they would stand."""
    late = timezone.localdate() + dt.timedelta(days=STORIES[0].days)
    Evaluation.objects.create(
        entry=entry,
        on=late - dt.timedelta(days=91),
        by=by.seat,
        finding="祖母が来る日は登園できている。母と話す時間を作る。",
        category=entry.category,
        next_on=late,
    )
    since = timezone.now() - dt.timedelta(days=180)
    ProgressEntry.objects.filter(pk=entry.pk).update(next_on=late, registered_at=since)


def _planned(entry: ProgressEntry, by: Actor) -> None:
    today = timezone.localdate()
    plan = plans.start(
        entry.pk,
        by=by,
        made_with=entry.consultation.parties.order_by("pk")[0],
        wish="安心して産みたい。住むところを先に決めたい。",
        issues="住まい、出産の費用、相談できる人がいない。",
        support="保健師が月に一度訪ねる。住まいの窓口にいっしょに行く。",
        starts_on=today,
        ends_on=today + dt.timedelta(days=180),
        evaluate_on=today + dt.timedelta(days=90),
    )
    plans.hand(plan.pk, by=by, handed_on=today)


def _moves(entry: ProgressEntry, by: Actor) -> None:
    transfers.ask(
        entry.pk,
        by=by,
        ward=Ward.objects.get(slug="midori"),
        reason="来月、緑区に転居する。転校の手続きと、登校の支えを続けてほしい。",
        caller=str(by.user),
        called="見本 へいじ",
        called_at=timezone.now(),
    )
