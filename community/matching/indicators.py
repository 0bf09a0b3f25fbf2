"""2-1 in numbers: how many requests come to something, why the others do not, what goes on, who is new (DOMAIN §5 2-1 e).

An entry in the register is no match: only what came to an outcome counts. Small numbers are hidden by progress.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial

from django.utils import timezone

from chiba_ward.progress.registry import CITY, Measured, Period, declare
from chiba_ward.progress.shares import keys, shares
from community.enums import OrgKind
from community.matching.enums import FRUITFUL, FailureKind, MatchState
from community.matching.models import Match, Need

Values = Mapping[int | None, Measured]
NEWCOMERS = (OrgKind.NPO, OrgKind.UNIVERSITY, OrgKind.COMPANY)


def succeeded(period: Period) -> Values:
    """Of the 困りごと submitted in the period, those of which something has come up to now."""
    if not _has_begun(period):
        return {}
    fruit = set(Match.objects.filter(state__in=FRUITFUL).order_by("pk").values_list("need", flat=True))
    asked = Need.objects.filter(
        submitted_at__date__range=(period.first, period.last), decided_at__isnull=False
    ).exclude(state__in=["returned", "submitted"])
    return shares((ward, pk in fruit) for pk, ward in asked.order_by("pk").values_list("pk", "ward"))


def failed(kind: str, period: Period) -> Values:
    """Of all that ended without anything in the period, those of this kind of reason."""
    if not _has_begun(period):
        return {}
    ended = Match.objects.filter(
        state=MatchState.FAILED, ended_at__date__range=(period.first, period.last)
    ).order_by("pk")
    return shares((ward, why == kind) for ward, why in ended.values_list("need__ward", "failure__kind"))


def continued(period: Period) -> Values:
    if not _has_begun(period):
        return {}
    states = [MatchState.CONTINUED, MatchState.FINISHED]
    asked = Match.objects.filter(state__in=states, followed_up_on__range=(period.first, period.last))
    rows = asked.order_by("pk").values_list("need__ward", "state")
    return shares((ward, state == MatchState.CONTINUED) for ward, state in rows)


def newcomers(period: Period) -> Values:
    """NPO, universities and companies whose first success of all lies in the period, by the ward where it was needed."""
    if not _has_begun(period):
        return {}
    fruit = Match.objects.filter(state__in=FRUITFUL, offer__org__kind__in=NEWCOMERS)
    first: dict[int, tuple[int | None, bool]] = {}
    rows = fruit.order_by("succeeded_on", "pk").values_list("offer__org", "need__ward", "succeeded_on")
    for org, ward, day in rows:
        first.setdefault(org, (ward, period.first <= day <= period.last))
    counts: Counter[int | None] = Counter()
    for ward, is_new in first.values():
        counts.update({ward, CITY} if is_new else ())
    return {key: Measured.count(counts[key]) for key in keys()}


def _has_begun(period: Period) -> bool:
    return period.first <= timezone.localdate()


declare(
    "matching.succeeded",
    74,
    "困りごとが成立した割合",
    "期間に届いて、確かめた困りごとのうち、いままでに成立したもの（続いている・終わったを含む）の割合。区は困りごとを受け持つ区。"
    "登録しただけのものは、成立に数えない。",
    succeeded,
    unit="％",
    numerator="成立した",
    denominator="確かめた困りごと",
)
for _order, _kind in enumerate(FailureKind, start=75):
    _compute: Callable[[Period], Values] = partial(failed, _kind.value)
    declare(
        f"matching.failed_{_kind.value}",
        _order,
        f"不成立の理由が「{_kind.label}」の割合",
        f"期間に不成立で終わった仲介のうち、理由の数え方が「{_kind.label}」のものの割合。理由は、終わらせるときに一覧から選ぶ。",
        _compute,
        unit="％",
        numerator=f"理由が{_kind.label}",
        denominator="不成立で終わった仲介",
    )
declare(
    "matching.continued",
    80,
    "成立した3か月後に続いている割合",
    "期間に、続いているかを確かめた仲介のうち、続いていたものの割合。確かめる日は「マッチングの日数」の行による。",
    continued,
    unit="％",
    numerator="続いていた",
    denominator="確かめた仲介",
)
declare(
    "matching.newcomers",
    81,
    "新しく参加したNPO・大学・企業",
    "期間に、できることがはじめて成立したNPO・大学・企業の数。区は、困りごとを受け持つ区。",
    newcomers,
    unit="団体",
)
