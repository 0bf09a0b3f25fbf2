"""2-4 in numbers: how far circulars reach, whether paper goes along, how many associations use them (DOMAIN §5 2-4 e)."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.db import connection

from chiba_ward.progress.registry import CITY, Measured, Period, declare
from chiba_ward.progress.shares import keys

TOKYO = ZoneInfo("Asia/Tokyo")
Values = Mapping[int | None, Measured]
Row = tuple[int, ...]

# Households, read, 紙, households on paper and associations with a reader or a closed 班, by ward of the association.
COUNTED = """
WITH sent AS (
    SELECT id FROM circulars_ecircular WHERE posted_at >= %(first)s AND posted_at < %(after)s AND state <> 'recalled'
), reading AS (
    SELECT recipient_id, count(*) AS number FROM circulars_circularreading
    WHERE circular_id IN (SELECT id FROM sent) GROUP BY recipient_id
), counted AS (
    SELECT o.ward_id, r.org_id, r.households, r.paper, r.closed_at,
           least(coalesce(reading.number, 0), r.households) AS read
    FROM circulars_circularrecipient r
    JOIN community_communityorg o ON o.id = r.org_id
    LEFT JOIN reading ON reading.recipient_id = r.id
    WHERE r.circular_id IN (SELECT id FROM sent)
)
SELECT ward_id, sum(households), sum(read),
       coalesce(sum(least(paper, households - read)) FILTER (WHERE closed_at IS NOT NULL), 0), sum(paper),
       count(DISTINCT org_id) FILTER (WHERE read > 0)
FROM counted GROUP BY ward_id
"""


def _counted(period: Period) -> dict[int | None, Row]:
    first = dt.datetime.combine(period.first, dt.time(), TOKYO)
    after = dt.datetime.combine(period.last + dt.timedelta(days=1), dt.time(), TOKYO)
    found: dict[int | None, Row] = dict.fromkeys(keys(), (0, 0, 0, 0, 0))
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"first": first, "after": after})
        for ward, *numbers in cursor.fetchall():
            row = tuple(map(int, numbers))
            for key in {ward, CITY}:
                found[key] = tuple(map(sum, zip(found[key], row, strict=True)))
    return found


def reached(period: Period) -> Values:
    return {ward: Measured.share(row[1] + row[2], row[0]) for ward, row in _counted(period).items()}


def paper_covered(period: Period) -> Values:
    return {ward: Measured.share(row[2], row[3]) for ward, row in _counted(period).items()}


def orgs_using(period: Period) -> Values:
    return {ward: Measured.count(row[4]) for ward, row in _counted(period).items()}


declare(
    "circulars.reached",
    74,
    "電子回覧の到達率",
    "期間に掲載した電子回覧（取り下げたものを除く）について、届くはずの世帯のうち、既読の世帯と、紙が回り終わった世帯の割合。区は、団体の主な区。",
    reached,
    unit="％",
    numerator="既読と紙",
    denominator="届くはずの世帯",
)
declare(
    "circulars.paper_covered",
    75,
    "電子回覧の紙併用カバー率",
    "期間に掲載した電子回覧（取り下げたものを除く）について、紙で受け取る世帯のうち、紙が回り終わった世帯の割合。",
    paper_covered,
    unit="％",
    numerator="紙が回り終わった",
    denominator="紙で受け取る世帯",
)
declare(
    "circulars.orgs_using",
    76,
    "電子回覧を使っている団体",
    "期間に掲載した電子回覧（取り下げたものを除く）を、一世帯以上が電子で読んだ団体の数。",
    orgs_using,
    unit="団体",
)
