"""The hub of the neighbourhoods: associations with their 班, circulars of today and of the years before, 困りごと and できること.

Written by PostgreSQL itself, a statement a table. The associations, their households and what they seek and offer are as
many in every city; circulars of the past grow with it, since what is measured must not.
"""

from typing import Any

from django.db import connection

from bench.city.directory import Directory
from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area
from community.models import ActivityField
from community.open_data import demo as places

ORGS, GROUPS_EACH, SLOTS_EACH = 1_000, 10, 10
"""As many associations as the city has, and households enough that a ledger has a hundred thousand."""
LISTINGS = 5_000
"""困りごと, and as many できること, all of them open."""
ONE_IN = 5_000
"""Consultations to a circular of the past: two hundred in a city of a million."""
REACHED_THEN, READ_THEN = 1_000, 5
"""班 that a circular of the past went to, and how many of the ten households of each have read it."""

STATEMENTS = {
    "community_communityorg": """
        (id, kind, own_name, kana, ward_id, activity, files_return, confirmed_on, ending)
        SELECT n, 'neighbourhood', '見本自治会' || n, 'ミホンジチカイ' || n, (%(wards)s::bigint[])[1 + n %% %(of_wards)s],
               '見本の活動', true, current_date - n %% 700, ''
        FROM generate_series(1000001, 1000000 + %(orgs)s) n""",
    "community_orgplace": """
        (org_id, area_id, valid_from)
        SELECT n, (%(areas)s::bigint[])[1 + n %% %(of_areas)s], '2020-04-01'
        FROM generate_series(1000001, 1000000 + %(orgs)s) n""",
    "circulars_circulargroup": """
        (id, org_id, name, "order", is_paper, made_by_id)
        SELECT 1000001 + n, 1000001 + n / %(groups_each)s, (1 + n %% %(groups_each)s) || '班', n %% %(groups_each)s,
               n %% 10 = 9, %(clerk)s
        FROM generate_series(0, %(orgs)s * %(groups_each)s - 1) n""",
    "circulars_householdslot": """
        (id, group_id, number, is_paper)
        SELECT 1000001 + n, 1000001 + n / %(slots_each)s, 1 + n %% %(slots_each)s, n %% 7 = 0
        FROM generate_series(0, %(orgs)s * %(groups_each)s * %(slots_each)s - 1) n""",
    "circulars_ecircular": """
        (id, office_id, reach, title, body, is_public, until, version, made_by_id, made_at, posted_by_id, posted_at,
         state, ended_at, recalled_reason)
        SELECT 1000001 + n, %(office)s, 'orgs', '見本の回覧 ' || n, '見本の本文です。', false,
               current_date + CASE n WHEN 0 THEN 14 ELSE -n END, 1, %(clerk)s, now() - n * interval '1 day', %(clerk)s,
               now() - n * interval '1 day', CASE n WHEN 0 THEN 'posted' ELSE 'ended' END,
               CASE n WHEN 0 THEN NULL ELSE now() - n * interval '1 hour' END, ''
        FROM generate_series(0, %(past)s) n""",
    "circulars_circularversion": """
        (circular_id, number, title, body, notice, by_id, at)
        SELECT id, 1, title, body, '', made_by_id, posted_at FROM circulars_ecircular WHERE id > 1000000""",
    "circulars_circularrecipient": """
        (id, circular_id, org_id, group_id, households, paper, closed_at)
        SELECT row_number() OVER (ORDER BY c.id, g.id) + 1000000, c.id, g.org_id, g.id, %(slots_each)s,
               CASE WHEN g.is_paper THEN %(slots_each)s ELSE 1 END, CASE WHEN g.id %% 3 = 0 THEN c.posted_at END
        FROM circulars_ecircular c JOIN circulars_circulargroup g
          ON g.id > 1000000 AND (c.id = 1000001 OR g.id <= 1000000 + %(reached_then)s)
        WHERE c.id > 1000000""",
    "circulars_circularreading": """
        (circular_id, recipient_id, slot_id, version, read_at)
        SELECT r.circular_id, r.id, s.id, 1, now()
        FROM circulars_circularrecipient r
        JOIN circulars_householdslot s ON s.group_id = r.group_id AND s.number <= %(read_then)s AND NOT s.is_paper
        WHERE r.id > 1000000""",
    **dict.fromkeys(("matching_need", "matching_offer"), ""),
}
LISTING = """
    (id, org_id, ward_id, title, person_name, person_contact, text, returned_reason, ended_reason, theme_id, kind, slots,
     starts_on, ends_on, duration, is_micro, expires_on, is_public, channel, created_at, submitted_at, decided_by_id,
     decided_at, state {names})
    SELECT 1000001 + n, 1000001 + (n * %(step)s) %% %(orgs)s, (%(wards)s::bigint[])[1 + n %% %(of_wards)s],
           '見本の題名 ' || n, '', '', '', '', '', (%(themes)s::bigint[])[1 + n %% %(of_themes)s],
           (ARRAY['place', 'people', 'thing', 'money'])[1 + (n / 3) %% 4], ARRAY[11 + 10 * (n %% 3), 12 + 10 * (n %% 2)],
           NULL, NULL, '', n %% 5 = 0, current_date + 30 + n %% 60, false, 'web', now(), now(), %(clerk)s,
           now() - n * interval '1 minute', 'open' {values}
    FROM generate_series(0, %(listings)s - 1) n"""
AREAS = """
    INSERT INTO {table}_areas ({name}_id, area_id)
    SELECT id, (%(areas)s::bigint[])[1 + (id * %(step)s) %% %(of_areas)s] FROM {table} WHERE id > 1000000"""


def load(directory: Directory, total: int) -> dict[str, int]:
    """How many lines each table got."""
    places.load()
    given = _given(directory, total)
    counts = {}
    with connection.cursor() as cursor:
        for table, statement in STATEMENTS.items():
            step = {"step": 7 if table == "matching_offer" else 3}
            cursor.execute(f"INSERT INTO {table} {statement or _listing(table)}", {**given, **step})
            counts[table] = cursor.rowcount
            if table.startswith("matching_"):
                text = AREAS.format(table=table, name=table.removeprefix("matching_"))
                cursor.execute(text, {**given, **step})
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {table}))",  # noqa: S608  (names of our own)
                [table],
            )
    return counts


def _listing(table: str) -> str:
    names, values = (", capacity, taken", ", 3, 0") if table == "matching_offer" else ("", "")
    return LISTING.format(names=names, values=values)


def _given(directory: Directory, total: int) -> dict[str, Any]:
    wards = [ward.pk for ward in directory.wards]
    areas = list(Area.objects.filter(kind=AreaKind.DISTRICT).order_by("pk").values_list("pk", flat=True))
    themes = list(ActivityField.objects.order_by("pk").values_list("pk", flat=True))
    desk = directory.desks["wakaba-chiiki"]
    return {
        "wards": wards,
        "of_wards": len(wards),
        "areas": areas,
        "of_areas": len(areas),
        "themes": themes,
        "of_themes": len(themes),
        "office": desk.pk,
        "clerk": desk.postings[0],
        "orgs": ORGS,
        "groups_each": GROUPS_EACH,
        "slots_each": SLOTS_EACH,
        "past": total // ONE_IN,
        "reached_then": REACHED_THEN,
        "read_then": READ_THEN,
        "listings": LISTINGS,
    }
