"""Which できること fit a 困りごと, and the other way round: one question to the database, and every reason in words.

There is no score. What fits at all is of the same field and the same kind, open, with capacity left, on days that
overlap. Then the reasons are counted, and shown: the same district or ward, bands of the week that overlap, 「一回だけ」 on
both sides, a success of the same two before. More reasons come first, then the nearer, then whoever has waited longest.
A pair that did not come to anything is not proposed again; a clerk may still choose it by its number.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from community.matching.centres import COS, KM_PER_DEGREE, centres
from community.matching.enums import FRUITFUL, Side, Slot
from community.matching.models import Listing, Need, Offer

LIMIT = 20
FRUIT = [str(state) for state in FRUITFUL]
# `one` is what somebody is sought for; `o` are the others. Names of tables and columns are those of this module.
SQL = """
WITH centre AS MATERIALIZED (
  SELECT * FROM unnest(%(c_area)s::bigint[], %(c_ward)s::bigint[], %(c_lon)s::float8[], %(c_lat)s::float8[])
    AS c(area, ward, lon, lat)
), own AS MATERIALIZED (
  SELECT lon, lat FROM centre WHERE area = ANY(%(areas)s::bigint[]) OR ward = ANY(%(wards)s::bigint[])
), past AS MATERIALIZED (
  SELECT DISTINCT theirs.org_id FROM matching_match m
    JOIN {mine} mine ON mine.id = m.{mine_id} JOIN {others} theirs ON theirs.id = m.{others_id}
   WHERE mine.org_id = %(org)s AND theirs.org_id IS NOT NULL AND m.state = ANY(%(fruit)s)
), fitting AS (
  SELECT o.id, o.decided_at, o.slots,
    ARRAY(SELECT p.area_id FROM {others}_areas p WHERE p.{others_id} = o.id) AS areas,
    ARRAY(SELECT p.ward_id FROM {others}_wards p WHERE p.{others_id} = o.id
      UNION SELECT a.ward_id FROM {others}_areas p JOIN directory_area a ON a.id = p.area_id
       WHERE p.{others_id} = o.id AND a.ward_id IS NOT NULL) AS wards,
    o.is_micro AND %(is_micro)s AS micro,
    cardinality(o.slots) = 0 OR cardinality(%(slots)s::smallint[]) = 0 OR o.slots::smallint[] && %(slots)s::smallint[] AS timely,
    o.org_id IS NOT NULL AND o.org_id IN (SELECT org_id FROM past) AS proven
  FROM {others} o LEFT JOIN community_communityorg theirs ON theirs.id = o.org_id
  WHERE (theirs.ended_on IS NULL OR theirs.ended_on > %(today)s)
    AND o.state = 'open' AND o.theme_id = %(theme)s AND o.kind = %(kind)s AND o.expires_on >= %(today)s
    AND (o.org_id IS NULL OR o.org_id IS DISTINCT FROM %(org)s::bigint)
    AND (o.ends_on IS NULL OR %(starts)s::date IS NULL OR o.ends_on >= %(starts)s::date)
    AND (o.starts_on IS NULL OR %(ends)s::date IS NULL OR o.starts_on <= %(ends)s::date)
    AND {more}
    AND NOT EXISTS (SELECT 1 FROM matching_match m
      WHERE m.{others_id} = o.id AND m.{mine_id} = %(pk)s AND m.state <> 'cancelled')
    AND (%(only)s::bigint IS NULL OR o.id = %(only)s::bigint)
), placed AS (
  SELECT f.*,
    f.areas && %(areas)s::bigint[] AS same_area,
    f.wards && %(all_wards)s::bigint[] AS same_ward,
    cardinality(f.wards) = 0 OR cardinality(%(all_wards)s::bigint[]) = 0 AS anywhere,
    (SELECT min(%(degree)s * sqrt(power(c.lat - own.lat, 2) + power((c.lon - own.lon) * %(cos)s, 2)))
       FROM centre c CROSS JOIN own WHERE c.area = ANY(f.areas) OR c.ward = ANY(f.wards)) AS km
  FROM fitting f
)
SELECT id, same_area, same_ward, anywhere, timely, micro, proven, CASE WHEN same_area THEN 0 ELSE km END AS km,
  (same_area OR same_ward OR anywhere)::int + timely::int + micro::int + proven::int AS named
FROM placed
ORDER BY named DESC, same_area DESC, km ASC NULLS LAST, decided_at, id
LIMIT %(limit)s
"""
TABLES = {
    Side.NEED: {
        "mine": "matching_need",
        "mine_id": "need_id",
        "others": "matching_offer",
        "others_id": "offer_id",
    },
    Side.OFFER: {
        "mine": "matching_offer",
        "mine_id": "offer_id",
        "others": "matching_need",
        "others_id": "need_id",
    },
}
MORE = {Side.NEED: "o.taken < o.capacity", Side.OFFER: "TRUE"}


@dataclass(frozen=True)
class Proposal:
    """One that fits, why, and how far it is. `km` is None where no boundary tells; 0 within the same district."""

    listing: Listing
    reasons: tuple[str, ...]
    km: float | None
    cautions: tuple[str, ...] = ()

    @property
    def distance(self) -> str:
        if self.km is None:
            return "距離は分かりません（地区の境界が登録されていません）"
        return "同じ地区の中" if self.km == 0 else f"約{self.km:.1f}km"


def proposals_for(need: Need, limit: int = LIMIT) -> list[Proposal]:
    """The open できること that fit this 困りごと, at most `limit`, in the order that the module names.

    `need` is a saved row with its areas and wards; whether it is open is for the caller to ask. One query finds and
    orders them; a second reads the rows. It stands on `offer_to_propose` and on the index of `match_of_offer`.
    """
    return _proposals(need, Side.NEED, Offer, limit)


def needs_for(offer: Offer, limit: int = LIMIT) -> list[Proposal]:
    """The same the other way round."""
    return _proposals(offer, Side.OFFER, Need, limit)


def reasons_between(need: Need, offer: Offer) -> list[str]:
    """Why these two, in words, as it stands now; where a clerk has chosen what would not be proposed, that it was so."""
    found = _proposals(need, Side.NEED, Offer, 1, only=offer.pk)
    return list(found[0].reasons) if found else ["職員が番号で選んだ"]


@dataclass(frozen=True)
class _Own:
    """Whom something is sought for, with its places read once."""

    listing: Listing
    areas: frozenset[Any]
    wards: frozenset[Any]

    @property
    def all_wards(self) -> frozenset[Any]:
        return self.wards | {area.ward for area in self.areas if area.ward}


def _proposals(
    one: Listing, side: Side, others: type[Listing], limit: int, only: int | None = None
) -> list[Proposal]:
    # As they were read with the row, where a page has done so.
    own = _Own(one, frozenset(one.areas.all()), frozenset(one.wards.all()))
    found = _found(own, side, limit, only)
    rows = others._default_manager.filter(pk__in=[row["id"] for row in found])
    known = {row.pk: row for row in rows.select_related(*SHOWN).prefetch_related("areas__ward", "wards")}
    return [_proposal(own, known[row["id"]], row) for row in found]


SHOWN = ("org__office", "theme", "ward")


def _found(own: _Own, side: Side, limit: int, only: int | None) -> list[dict[str, Any]]:
    one = own.listing
    points = centres()
    given = {
        "c_area": [point.area for point in points],
        "c_ward": [point.ward for point in points],
        "c_lon": [point.longitude for point in points],
        "c_lat": [point.latitude for point in points],
        "areas": [area.pk for area in own.areas],
        "wards": [ward.pk for ward in own.wards],
        "all_wards": [ward.pk for ward in own.all_wards],
        "slots": list(one.slots),
        "starts": one.starts_on,
        "ends": one.ends_on,
        "fruit": FRUIT,
        "today": timezone.localdate(),
        "degree": KM_PER_DEGREE,
        "cos": COS,
        "limit": limit,
        "only": only,
        **{key: getattr(one, key) for key in ("pk", "kind", "is_micro")},
        "theme": one.theme_id,
        "org": one.org_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(**TABLES[side], more=MORE[side]), given)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _proposal(own: _Own, other: Any, row: dict[str, Any]) -> Proposal:
    return Proposal(
        listing=other,
        reasons=tuple(_reasons(own, other, row)),
        km=row["km"],
        cautions=() if row["timely"] else ("時間帯は重なっていません。相談が要ります",),
    )


def _reasons(own: _Own, other: Any, row: dict[str, Any]) -> Iterable[str]:
    yield f"テーマが同じ（{other.theme}）"
    yield f"種類が同じ（{other.get_kind_display()}）"
    if row["same_area"]:
        yield f"同じ地区（{_names(own.areas & set(other.areas.all()))}）"
    elif row["same_ward"]:
        yield f"同じ区（{_names(own.all_wards & _wards_of(other))}）"
    elif row["anywhere"]:
        yield "場所は市内のどこでもよい"
    if row["timely"]:
        yield _times(own.listing, other)
    if row["micro"]:
        yield "どちらも一回だけでよい"
    if row["proven"]:
        yield "前に成立したことがある"


def _times(one: Listing, other: Listing) -> str:
    shared = sorted(set(one.slots) & set(other.slots))
    if not shared:
        return "時間はいつでもよい"
    return f"{'・'.join(str(Slot(slot).label) for slot in shared)}が重なる"


def _wards_of(one: Listing) -> set[Any]:
    return {*one.wards.all(), *(area.ward for area in one.areas.all() if area.ward)}


def _names(places: AbstractSet[Any]) -> str:
    return "・".join(sorted(str(place) for place in places))
