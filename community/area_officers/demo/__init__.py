"""The officers of the demo city: 若葉区 rich, with a district that waits for its 引継書 and one without anybody."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.models import User
from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.initial.rows import read
from chiba_ward.directory.models import Area, Post, Posting, Ward
from community.area_officers.enums import Part, PromiseState
from community.area_officers.models import AreaAssignment, AreaPromise, AreaVisit
from community.area_officers.services import assignments, hand_over
from community.models import CommunityOrg
from community.open_data.enums import DataKind
from community.open_data.services import data_files

FILE = Path(__file__).with_name("officers.yaml")
DOMAIN = "demo.example.jp"
INVENTED = "デモ（実際の数・区域ではない）"
LONG = dt.timedelta(days=400)
Row = dict[str, Any]


def load() -> int:
    """Once; the number of assignments that were made."""
    rows = read(FILE)
    primary, lead = _posting(rows["primary"]["email"], rows), _posting(rows["lead"], rows)
    if primary is None or lead is None or AreaAssignment.objects.exists():
        return 0
    by = actor_of(lead.person, lead)
    gone = _gone(rows)
    areas = {name: _district(name, rows) for name in (rows["primary"]["area"], rows["awaiting"], rows["gap"])}
    _boundaries(rows)
    east, west = areas[rows["primary"]["area"]], areas[rows["awaiting"]]
    before = {area.name: _appoint(by, area, gone, gone.starts_on) for area in (east, west)}
    _notes(rows["before"], before)
    _handed_over(before[east.name], by, rows["paper"])
    start = max(gone.ends_on or timezone.localdate(), primary.starts_on, lead.starts_on)
    mine = _appoint(by, east, primary, start)
    for area in (east, west):
        _appoint(by, area, lead, start, part=Part.DEPUTY)
    _notes(rows, {"": mine})
    return AreaAssignment.objects.count()


def _posting(email: str, rows: Row) -> Posting | None:
    mine = Posting.objects.active_on().with_duty().filter(person__email=f"{email}@{DOMAIN}")
    found: Posting | None = mine.filter(post__office__code=rows["desk"]).first()
    return found


def _gone(rows: Row) -> Posting:
    """Somebody who was moved away: the account is none that signs in, the posting has ended."""
    row = rows["gone"]
    person = User(email=f"{row['email']}@{DOMAIN}", name=row["name"], kana=row["kana"])
    person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    today = timezone.localdate()
    ends = today + dt.timedelta(days=row["days"])
    seat = Post.objects.get(office__code=rows["desk"], name=rows["post"])
    made = Posting.objects.create(person=person, post=seat, starts_on=today - LONG, ends_on=ends)
    return Posting.objects.with_duty().get(pk=made.pk)


def _district(name: str, rows: Row) -> Area:
    ward = Ward.objects.get(slug=rows["ward"])
    wanted = {"kind": AreaKind.DISTRICT, "ward": ward, "name": name}
    found: Area = Area.objects.get_or_create(**wanted, defaults={"source": INVENTED})[0]
    return found


def _boundaries(rows: Row) -> None:
    """Invented as the districts are, so that the 配置表 and the pages of the districts have a map."""
    ward = Ward.objects.get(slug=rows["ward"]).name
    features = [
        {
            "type": "Feature",
            "properties": {"ward": ward, "district": name},
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }
        for name, ring in rows["boundaries"].items()
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    data_files.import_at_once(
        DataKind.BOUNDARIES, content, name="見本_地区の境界.geojson", source="見本の境界（作りごと）"
    )


def _appoint(
    by: Actor, area: Area, officer: Posting, start: dt.date, part: str = Part.PRIMARY
) -> AreaAssignment:
    return assignments.appoint(by=by, area=area, part=part, officer=officer, starts_on=start)


def _notes(rows: Row, owners: dict[str, AreaAssignment]) -> None:
    """As they were written then: the services write of today alone."""
    visits = [_visit(row, owners[row.get("area", "")]) for row in rows["visits"]]
    for row in rows["promises"]:
        owner = visits[row["visit"]].assignment
        AreaPromise.objects.create(
            area=owner.area,
            assignment=owner,
            visit=visits[row["visit"]],
            made_by=owner.officer,
            what=row["what"],
            org=_org(row.get("org", "")),
            to_whom=row.get("to_whom", ""),
            due_on=_day(row["days"]),
        )


def _org(name: str) -> CommunityOrg | None:
    orgs = CommunityOrg.objects.select_related("office").order_by("pk")
    return next((org for org in orgs if str(org) == name), None)


def _visit(row: Row, owner: AreaAssignment) -> AreaVisit:
    next_days = row.get("next_days")
    words = {
        key: row.get(key, "") for key in ("occasion", "meeting", "people", "heard", "issue", "next_step")
    }
    made: AreaVisit = AreaVisit.objects.create(
        assignment=owner,
        on=_day(row["days"]),
        at=dt.time(18, 30) if row["occasion"] == "meeting" else None,
        next_on=_day(next_days) if next_days is not None else None,
        **words,
    )
    return made


def _handed_over(left: AreaAssignment, by: Actor, words: Row) -> None:
    """Written by the section in the place of somebody who had gone; it waits for the successor."""
    answers = {one.pk: (PromiseState.HANDED_ON.value, "") for one in hand_over.open_promises(left)}
    last_day = left.officer.ends_on or timezone.localdate()
    hand_over.submit(left.pk, by=by, answers=answers, last_day=last_day, **words)


def _day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)
