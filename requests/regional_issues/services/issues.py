"""An issue from the day it is heard to its end. Every step writes one entry in the same transaction."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import Area, Office, Ward
from chiba_ward.ui.japanese_dates import era_letter_year, fiscal_year
from regional_issues import selectors
from regional_issues.enums import IssueHorizon, SourceKind
from regional_issues.models import IssueEntry, IssueSource, LocalIssue
from regional_issues.services.locking import in_words, locked_issue


def register(
    *,
    by: Actor,
    title: str,
    summary: str,
    horizon: IssueHorizon,
    next_on: dt.date,
    kind: SourceKind | None = None,
    text: str = "",
    heard_on: dt.date | None = None,
    owner: Office | None = None,
    district: Area | None = None,
) -> LocalIssue:
    """登録: with the first source, unless opinions of a dialogue will be. Without an owner the section of `by` has it."""
    office = by.seat.post.office
    ward = _ward_of(by)
    _check_next(next_on)
    _check_places(ward, owner or office, district)
    with in_words(), transaction.atomic():
        year = fiscal_year(timezone.localdate())
        serial = _next_serial(ward, year)
        made = LocalIssue.objects.create(
            ward=ward,
            fiscal_year=year,
            serial=serial,
            number=number_of(ward, year, serial),
            district=district,
            title=title,
            summary=summary,
            horizon=horizon,
            owner_office=owner or office,
            next_on=next_on,
            registered_by=by.seat,
        )
        if kind is not None:
            _add_words(made, by, kind, text, heard_on or timezone.localdate())
        _enter(made, by, "登録しました。")
    return made


def number_of(ward: Ward, year: int, serial: int) -> str:
    """「若葉-R8-007」."""
    return f"{ward.name.removesuffix('区')}-{era_letter_year(year)}-{serial:03}"


def add_source(pk: int, *, by: Actor, kind: SourceKind, text: str, heard_on: dt.date) -> LocalIssue:
    """The same was heard elsewhere too; counts of consultations are no words."""
    with locked_issue(pk, by=by) as issue:
        _require_open(issue)
        _add_words(issue, by, kind, text, heard_on)
        _enter(issue, by, f"出どころを足しました（{SourceKind(kind).label}）。")
    return issue


def assess(pk: int, *, by: Actor, horizon: IssueHorizon, owner: Office, next_on: dt.date) -> LocalIssue:
    """一次評価."""
    with _step(pk, by, f"一次評価：{IssueHorizon(horizon).label}") as issue:
        _check_next(next_on)
        _check_places(issue.ward, owner, None)
        issue.assess(horizon=horizon, owner=owner, next_on=next_on)
    return issue


def table(issue: LocalIssue, *, by: Actor) -> LocalIssue:
    """会議に付議する."""
    with _step(issue.pk, by, "会議に付議しました。") as held:
        held.table()
    return held


def take_in_hand(issue: LocalIssue, *, by: Actor, owner: Office, next_on: dt.date) -> LocalIssue:
    with _step(issue.pk, by, "対応を始めました。") as held:
        _check_next(next_on)
        _check_places(held.ward, owner, None)
        held.take_in_hand(owner=owner, next_on=next_on)
    return held


def watch(issue: LocalIssue, *, by: Actor, next_on: dt.date) -> LocalIssue:
    with _step(issue.pk, by, "長期の課題として見ていきます。") as held:
        _check_next(next_on)
        held.watch(next_on=next_on)
    return held


def look_again(issue: LocalIssue, *, by: Actor, next_on: dt.date, text: str) -> LocalIssue:
    """次に見る日を進める, with what was seen; the state stays."""
    with _step(issue.pk, by, text) as held:
        _require_open(held)
        _check_next(next_on)
        held.next_on = next_on
    return held


def turn_into_request(issue: LocalIssue, *, by: Actor) -> LocalIssue:
    with _step(issue.pk, by, "区要望にしました。") as held:
        held.turn_into_request()
    return held


def turn_into_project(issue: LocalIssue, *, by: Actor) -> LocalIssue:
    with _step(issue.pk, by, "区自主企画事業にしました。") as held:
        held.turn_into_project()
    return held


def resolve(issue: LocalIssue, *, by: Actor, outcome: str) -> LocalIssue:
    with _step(issue.pk, by, f"解決：{outcome}") as held:
        held.resolve(at=timezone.now(), outcome=outcome)
    return held


def drop(issue: LocalIssue, *, by: Actor, outcome: str) -> LocalIssue:
    with _step(issue.pk, by, f"対象外：{outcome}") as held:
        held.drop(at=timezone.now(), outcome=outcome)
    return held


@contextmanager
def _step(pk: int, by: Actor, text: str) -> Iterator[LocalIssue]:
    with locked_issue(pk, by=by) as issue:
        yield issue
        _enter(issue, by, text)


def _enter(issue: LocalIssue, by: Actor, text: str) -> None:
    IssueEntry.objects.create(issue=issue, state=issue.state, text=text, by=by.seat)


def _add_words(issue: LocalIssue, by: Actor, kind: SourceKind, text: str, heard_on: dt.date) -> None:
    if kind == SourceKind.CONSULTATIONS:
        raise Refused("相談の集計は、言葉では足せません。", "kind")
    if heard_on > timezone.localdate():
        raise Refused("聞いた日は、今日までの日にしてください。", "heard_on")
    IssueSource.objects.create(issue=issue, kind=kind, text=text, heard_on=heard_on, added_by=by.seat)


def _next_serial(ward: Ward, year: int) -> int:
    """One after another per ward: the ward's row is the lock, which leaves rows that point to it alone."""
    Ward.objects.select_for_update(no_key=True).get(pk=ward.pk)
    known = LocalIssue.objects.filter(ward=ward, fiscal_year=year).aggregate(last=Max("serial"))
    return (known["last"] or 0) + 1


def _ward_of(by: Actor) -> Ward:
    ward = by.seat.post.office.ward
    if ward is None:
        raise Refused("区の課の発令で登録してください。")
    return ward


def _check_next(day: dt.date) -> None:
    if day < timezone.localdate():
        raise Refused("次に見る日は、今日からの日にしてください。", "next_on")


def _check_places(ward: Ward, owner: Office, district: Area | None) -> None:
    if not selectors.owners_for(ward).filter(pk=owner.pk).exists():
        raise Refused("担当課は、この区の課から選んでください。", "owner")
    if district is not None and not selectors.districts_of(ward).filter(pk=district.pk).exists():
        raise Refused("地区は、この区のものから選んでください。", "district")


def _require_open(issue: LocalIssue) -> None:
    if not issue.is_open:
        raise Refused("この地域課題は、もう終わっています。")
