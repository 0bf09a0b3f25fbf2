"""現況届: prefilled, written by an officer or entered from paper, accepted into the register or given back with a reason."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.refusals import Refused
from community import years
from community.enums import AT_HOME, FILED, Line, ReturnState, Visibility
from community.models import AnnualReturn, CommunityOrg, EnrolmentFigure, OrgContact
from community.services import handover, orgs
from community.services.locking import in_words, locked_org, locked_return, tell

WORDS = ("name", "kana", "activity", "members", "households", "counted_on", "contacts", "officers", "note")
HOME_STAYS = "自宅の電話・住所を新しく公開するには、本人が同意した日の記録が要ります。区役所の地域づくり支援課に伝えてください。"


def prefilled(org: CommunityOrg, year: int) -> dict[str, Any]:
    """What is known already: this year's own words, else the register and what was accepted last."""
    own = org.returns.filter(fiscal_year=year).first()
    if own is not None:
        return {key: getattr(own, key) for key in WORDS}
    last = (
        org.returns.filter(state=ReturnState.ACCEPTED, fiscal_year__lt=year).order_by("-fiscal_year").first()
    )
    figure = org.figures.order_by("-as_of").first()
    return {
        "name": str(org),
        "kana": org.kana,
        "activity": org.activity,
        "members": figure.members if figure else getattr(last, "members", None),
        "households": figure.households if figure else getattr(last, "households", None),
        "counted_on": None,
        "contacts": {row.kind: [row.value, row.visibility] for row in org.contacts.order_by("kind")},
        "officers": [],
        "note": "",
    }


def write(org_pk: int, *, by: Actor, **words: Any) -> AnnualReturn:
    """下書き of the association for the current year; nobody else reads it before it is submitted."""
    with locked_org(org_pk, by=by, right="community_org.declare") as org:
        return _written(org, by, words)


def submit(org_pk: int, *, by: Actor, **words: Any) -> AnnualReturn:
    """提出 by an officer. Raises `Refused` for what cannot be accepted, with the field."""
    with locked_org(org_pk, by=by, right="community_org.declare") as org:
        found = _written(org, by, words)
        _file(found, org, by)
    return found


def enter(org_pk: int, *, by: Actor, channel: str, **words: Any) -> AnnualReturn:
    """The same from paper or by telephone, by a clerk: filed at once, with who typed it in."""
    if channel == Channel.WEB:
        raise Refused("どうやって届いたかを選んでください。", "channel")
    with locked_org(org_pk, by=by) as org:
        found = _of_this_year(org)
        _refuse_filed(found)
        found.channel, found.entered_by, found.written_by = channel, by.posting, None
        _put(found, words)
        _file(found, org, by)
    return found


def accept(pk: int, *, by: Actor) -> AnnualReturn:
    """受理: register, contacts, figures and officers change in this one transaction, or nothing does."""
    with locked_return(pk, by=by, right="annual_return.judge") as found:
        now, org = timezone.now(), found.org
        found.accept(by=by.seat, at=now)
        orgs.rename(org, found.name, by=by)
        org.kana, org.activity = found.kana, found.activity
        org.confirmed_on = timezone.localdate()
        for kind, (value, visibility) in sorted(found.contacts.items()):
            orgs.write_contact(org, by=by, kind=kind, value=value, visibility=visibility)
        _count(found, by)
        for officer in found.officers:
            on = dt.date.fromisoformat(officer["starts_on"])
            given = {key: officer[key] for key in ("post", "name", "email")}
            handover.pass_on(org, by=by, on=on, **given)
        tell(org, Line.ACCEPTED, by, years.year_label(found.fiscal_year))
    return found


def give_back(pk: int, *, by: Actor, reason: str) -> AnnualReturn:
    """差し戻し: the association reads the reason on its first page and files once more."""
    with locked_return(pk, by=by, right="annual_return.judge") as found:
        found.give_back(reason=reason, by=by.seat, at=timezone.now())
        tell(found.org, Line.RETURNED, by, years.year_label(found.fiscal_year))
    return found


def _written(org: CommunityOrg, by: Actor, words: dict[str, Any]) -> AnnualReturn:
    found = _of_this_year(org)
    _refuse_filed(found)
    found.written_by = by.posting
    _put(found, words)
    with in_words(), transaction.atomic():
        found.save()
    return found


def _of_this_year(org: CommunityOrg) -> AnnualReturn:
    term = years.current()
    if org.ended_on is not None and org.ended_on <= timezone.localdate():
        raise Refused("終わった団体の現況届は出せません。")
    if not term.is_open():
        raise Refused("今年度の受付は、まだ始まっていません。")
    found = org.returns.select_for_update(of=("self",)).filter(fiscal_year=term.fiscal_year).first()
    return found or AnnualReturn(org=org, fiscal_year=term.fiscal_year)


def _refuse_filed(found: AnnualReturn) -> None:
    if found.state in FILED:
        raise Refused(
            "今年度の現況届は、すでに提出されています。直すときは、地域づくり支援課に連絡してください。"
        )


def _put(found: AnnualReturn, words: dict[str, Any]) -> None:
    for key in WORDS:
        if key in words:
            setattr(found, key, words[key])


def _file(found: AnnualReturn, org: CommunityOrg, by: Actor) -> None:
    _check(found, org)
    found.submit(at=timezone.now())
    with in_words(), transaction.atomic():
        found.save()
    tell(org, Line.SUBMITTED, by, years.year_label(found.fiscal_year))


def _check(found: AnnualReturn, org: CommunityOrg) -> None:
    for key, label in (
        ("name", "団体の名称"),
        ("kana", "よみ"),
        ("members", "加入世帯数"),
        ("counted_on", "数えた日"),
    ):
        if getattr(found, key) in (None, ""):
            raise Refused(f"{label}を入力してください。", key)
    if found.counted_on and found.counted_on > timezone.localdate():
        raise Refused("世帯数を数えた日は、今日までの日にしてください。", "counted_on")
    orgs.refuse_more_members(found.members or 0, found.households)
    for kind, (value, visibility) in found.contacts.items():
        if kind in AT_HOME and value and visibility == Visibility.PUBLIC and not _is_public(org, kind, value):
            raise Refused(HOME_STAYS, f"{kind}_visibility")


def _is_public(org: CommunityOrg, kind: str, value: str) -> bool:
    """Whether this very number is public today, by a consent that is recorded."""
    known = OrgContact.objects.filter(org=org, kind=kind, visibility=Visibility.PUBLIC).first()
    return known is not None and known.value == value


def _count(found: AnnualReturn, by: Actor) -> None:
    """What was filed has both (`return_filed_whole`)."""
    if found.counted_on is None or found.members is None:
        raise Refused("加入世帯数と数えた日がないので、受理できません。差し戻してください。")
    EnrolmentFigure.objects.update_or_create(
        org=found.org,
        as_of=found.counted_on,
        defaults={
            "members": found.members,
            "households": found.households,
            "source": f"現況届 {years.year_label(found.fiscal_year)}",
            "recorded_by": by.posting,
            "recorded_at": timezone.now(),
        },
    )
