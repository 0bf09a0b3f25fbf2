"""The demo's circulars: 見本 まつり's association has 92 households in 12 班, 22 of them on paper, and one notice that runs
at 既読61・紙22・未9; one was sent to the wrong 班 and recalled. All of it invented."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.directory.initial.rows import read
from chiba_ward.directory.models import Posting
from community.circulars import codes, selectors
from community.circulars.enums import Reach
from community.circulars.models import (
    CircularGroup,
    CircularKey,
    CircularReading,
    CircularRecipient,
    ECircular,
)
from community.circulars.services import circulars, groups, ledger
from community.models import CommunityOrg

FILE = Path(__file__).with_name("circulars.yaml")
Row = dict[str, Any]


def load() -> int:
    """Once; the number of circulars that were made."""
    rows = read(FILE)
    desk = _acting(post__office__code="wakaba-chiiki")
    org = CommunityOrg.objects.active().named().filter(label=rows["org"]).first()
    chair = _acting(post__office=org.office_id, post__name="会長") if org and org.office_id else None
    if org is None or desk is None or chair is None or CircularGroup.objects.exists():
        return 0
    made = [_group(org, chair, row) for row in rows["groups"]]
    for name in rows["other_orgs"]:
        other = CommunityOrg.objects.active().named().get(label=name)
        for row in rows["other_groups"]:
            _group(other, desk, row)
    _known_keys(made, rows["keys"], chair)
    for row in rows["circulars"]:
        _circular(row, desk if row["from"] == "desk" else chair, made)
    return len(rows["circulars"])


def _acting(**where: Any) -> Actor | None:
    found = Posting.objects.active_on().with_duty().filter(**where).order_by("kind", "id").first()
    return actor_of(found.person, found) if found else None


def _group(org: CommunityOrg, by: Actor, row: Row) -> CircularGroup:
    number = int(row["households"])
    plain = {"is_paper": row.get("is_paper", False), "paper": 0, "households": number}
    return groups.create(org.pk, by=by, name=row["name"], order=row["order"], **plain)


def _known_keys(made: list[CircularGroup], rows: list[Row], by: Actor) -> None:
    """Codes that the README names, so that whoever tries the demo needs no paper. Real ones are made by chance alone."""
    by_name = {group.name: group for group in made}
    for row in rows:
        group = by_name[row["group"]]
        number = row.get("number")
        of: Row = {"slot": group.slots.get(number=number)} if number else {"group": group}
        CircularKey.objects.create(digest=codes.digest("key", codes.read(row["code"])), made_by=by.seat, **of)


def _circular(row: Row, by: Actor, made: list[CircularGroup]) -> ECircular:
    today = timezone.localdate()
    chosen = [group for group in made if group.name in row.get("groups", ())]
    circular = circulars.write(
        by,
        title=row["title"],
        body=row["body"],
        reach=Reach(row["reach"]),
        until=today + dt.timedelta(days=row["days"]),
        is_public=row.get("is_public", False),
        groups=chosen,
    )
    if row.get("is_draft"):
        return circular
    reach = selectors.reach(circular)
    circulars.post(circular.pk, by=by, groups=reach.groups, households=reach.households)
    _read(circular, row.get("unread", {}))
    if row.get("paper_closed"):
        for found in CircularRecipient.objects.filter(circular=circular, paper__gte=1).order_by("pk"):
            ledger.close(found.pk, by=by, channel="telephone")
    if notice := row.get("notice"):
        body = row["corrected"]
        circulars.correct(circular.pk, by=by, title=row["title"], body=body, notice=notice)
    if reason := row.get("recalled"):
        circulars.recall(circular.pk, by=by, reason=reason)
    return circular


def _read(circular: ECircular, unread: Row) -> None:
    """Everybody on a screen but the last `unread` of each 班 that is named."""
    found = CircularRecipient.objects.filter(circular=circular, group__is_paper=False)
    CircularReading.objects.bulk_create(
        CircularReading(circular=circular, recipient=row, slot=slot, version=1)
        for row in found.select_related("group").order_by("pk")
        if row.group.name in unread
        for slot in row.group.slots.active().order_by("number")[: row.households - unread[row.group.name]]
    )
