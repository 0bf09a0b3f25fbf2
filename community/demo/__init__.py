"""The organisations of the demo city: a few in each ward, 若葉区 rich, with a chair who signs in. All of it invented."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.models import User
from chiba_ward.casework.enums import Channel
from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.initial.rows import read
from chiba_ward.directory.models import Area, Posting, Ward
from chiba_ward.ui.japanese_dates import fiscal_year
from community import years
from community.enums import OrgKind, ReturnState
from community.models import (
    ActivityField,
    AnnualReturn,
    CommunityOrg,
    CommunityResource,
    EnrolmentFigure,
    HouseholdFigure,
    OrgContact,
    OrgPlace,
)
from community.services import annual, handover

FILE = Path(__file__).with_name("community.yaml")
DOMAIN = "demo.example.jp"
INVENTED = "デモ（実際の数・区域ではない）"
Row = dict[str, Any]


def load() -> int:
    """Once; the number of organisations that were entered."""
    desk = _at_desk()
    if desk is None or CommunityOrg.objects.exists():
        return 0
    rows = read(FILE)
    areas = {row["key"]: _district(row) for row in rows["districts"]}
    orgs = {row["name"]: _org(row, areas) for row in rows["orgs"]}
    _households(orgs)
    for row in rows["officers"]:
        _officer(orgs[row["org"]], row, desk)
    _returns(orgs, rows, desk)
    return len(orgs)


def _at_desk() -> Actor | None:
    postings = Posting.objects.active_on().with_duty().filter(post__office__code="wakaba-chiiki")
    posting = postings.order_by("kind", "id").first()
    return actor_of(posting.person, posting) if posting else None


def _district(row: Row) -> Area:
    return Area.objects.create(
        kind=AreaKind.DISTRICT,
        ward=Ward.objects.get(slug=row["ward"]),
        name=row["name"],
        source=INVENTED,
    )


def _org(row: Row, areas: dict[str, Area]) -> CommunityOrg:
    today = timezone.localdate()
    ended = row.get("ended")
    org = CommunityOrg.objects.create(
        own_name=row["name"],
        kana=row["kana"],
        kind=row["kind"],
        ward=Ward.objects.get(slug=row["ward"]) if row.get("ward") else None,
        activity=row.get("activity", ""),
        files_return=row["kind"] == OrgKind.NEIGHBOURHOOD,
        confirmed_on=today - dt.timedelta(days=row.get("confirmed", 90)),
        ended_on=today - dt.timedelta(days=ended) if ended else None,
        ending="dissolved" if ended else "",
    )
    org.fields.set(ActivityField.objects.filter(name__in=row.get("fields", [])))
    for key in row.get("areas", []):
        OrgPlace.objects.create(org=org, area=areas[key])
    for kind, text in row.get("resources", {}).items():
        CommunityResource.objects.create(org=org, kind=kind, text=text)
    for kind, (value, visibility) in row.get("contacts", {}).items():
        OrgContact.objects.create(org=org, kind=kind, value=value, visibility=visibility)
    _figures(org, row)
    return org


def _figures(org: CommunityOrg, row: Row) -> None:
    """The newest first in the file, one for each April, so that the rate can be read over the years."""
    year = fiscal_year(timezone.localdate())
    for back, members in enumerate(row.get("members", [])):
        EnrolmentFigure.objects.create(
            org=org,
            as_of=dt.date(year - back, 4, 1),
            members=members,
            households=row["households"],
            source=f"現況届 {years.year_label(year - back)}（デモ）",
        )


def _households(orgs: dict[str, CommunityOrg]) -> None:
    """As many as the areas of the associations hold, and a few more where there is none."""
    sums: dict[tuple[str, int], int] = {}
    for org in orgs.values():
        figure = org.figures.order_by("-as_of").first()
        if figure is None or figure.households is None or org.ward_id is None:
            continue
        place = org.places.first()
        keys = [("ward", org.ward_id)]
        if place is not None and place.area_id is not None:
            keys.append(("area", place.area_id))
        for key in keys:
            sums[key] = sums.get(key, 0) + figure.households
    year = fiscal_year(timezone.localdate())
    for (column, pk), number in sorted(sums.items()):
        for back in range(4):
            wanted = {f"{column}_id": pk, "as_of": dt.date(year - back, 4, 1)}
            HouseholdFigure.objects.create(households=number + 30 - back * 10, source=INVENTED, **wanted)


def _officer(org: CommunityOrg, row: Row, desk: Actor) -> None:
    """Since this April, or from the next one on; whoever is in office stands on the demo page."""
    start = dt.date(fiscal_year(timezone.localdate()) + row.get("years", 0), 4, 1)
    email = f"{row['email']}@{DOMAIN}"
    handover.hand_over(
        org.pk, by=desk, post=row["post"], name=row["name"], email=email, kana=row["kana"], on=start
    )
    User.objects.filter(email=email).update(is_demo=start <= timezone.localdate())


def _returns(orgs: dict[str, CommunityOrg], rows: Row, desk: Actor) -> None:
    """Last year's were accepted; of this year one waits, one was given back, the others are owed."""
    for name in rows["accepted"]:
        _accepted(orgs[name], desk)
    for name in rows["waiting"]:
        _entered(orgs[name], desk)
    given_back = _entered(orgs[rows["returned"]], desk)
    annual.give_back(given_back.pk, by=desk, reason="加入世帯数が去年の半分です。数え方を確かめてください。")


def _entered(org: CommunityOrg, desk: Actor) -> AnnualReturn:
    words = annual.prefilled(org, years.current().fiscal_year)
    words |= {"counted_on": timezone.localdate(), "note": "防災倉庫の鍵の置き場所を相談したい。"}
    return annual.enter(org.pk, by=desk, channel=Channel.POST, **words)


def _accepted(org: CommunityOrg, desk: Actor) -> None:
    """Of a year in which the services no longer write."""
    year = fiscal_year(timezone.localdate()) - 1
    words = annual.prefilled(org, year) | {"counted_on": dt.date(year, 4, 1)}
    now = timezone.now()
    AnnualReturn.objects.create(
        org=org,
        fiscal_year=year,
        state=ReturnState.ACCEPTED,
        channel=Channel.COUNTER,
        entered_by=desk.posting,
        submitted_at=now - dt.timedelta(days=500),
        decided_by=desk.posting,
        decided_at=now - dt.timedelta(days=498),
        **words,
    )
