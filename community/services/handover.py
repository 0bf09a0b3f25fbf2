"""役員の交代: accounts belong to the post. On the day the old one's access ends and the new one's begins (PEERS §2, 3)."""

import datetime as dt
import unicodedata

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.models import User
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory import selectors
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.directory.models import Office, OfficeVersion, Post, Posting
from community.enums import Line
from community.models import CommunityOrg
from community.relations import DESK
from community.services.locking import locked_org, tell

CHAIR = "会長"
POSTS = (CHAIR, "副会長", "会計")
"""The posts that an organisation is offered first; it may have any other."""


def give_office(org: CommunityOrg, *, by: Actor) -> Office:
    """Under the lock. The name moves to the office, where it is dated; there is no second one (ADR 0025)."""
    if org.office is not None:
        return org.office
    if org.ended_on is not None:
        raise Refused("終わった団体には、入口を作れません。")
    desk = selectors.office_for(DESK, org.ward) if org.ward else by.seat.post.office
    if desk is None:
        raise Refused("この区の地域づくり支援課が登録されていません。システム管理の人に頼んでください。")
    office: Office = Office.objects.create(
        code=f"dantai-{org.pk}", kind=OfficeKind.ASSOCIATION, ward=org.ward, calendar=desk.calendar
    )
    OfficeVersion.objects.create(office=office, name=org.own_name, source=f"団体台帳 {org.number}")
    org.office, org.own_name = office, ""
    org.save()
    tell(org, Line.DOOR, by)
    return office


def hand_over(
    pk: int, *, by: Actor, post: str, name: str, email: str, on: dt.date, kana: str = ""
) -> Posting | None:
    """The post changes hands at the beginning of that day, Asia/Tokyo. Without `email` nobody signs in for it.

    Raises `Refused` where a change of that day or later stands already, or the address belongs to somebody else.
    """
    with locked_org(pk, by=by, right="community_org.hand_over") as org:
        return pass_on(org, by=by, post=post, name=name, email=email, on=on, kana=kana)


def pass_on(
    org: CommunityOrg, *, by: Actor, post: str, name: str, email: str, on: dt.date, kana: str = ""
) -> Posting | None:
    """The same under the lock of the organisation, which two hand-overs at once wait for."""
    if org.ended_on is not None and on >= org.ended_on:
        raise Refused("この団体は、その日には終わっています。")
    office = give_office(org, by=by)
    seat, _ = Post.objects.get_or_create(
        office=office, name=post, defaults={"role": Role.ASSOCIATION, "is_head": post == CHAIR}
    )
    held = Posting.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), post=seat)
    if held.filter(starts_on__gte=on).exists():
        raise Refused(
            f"{post}には、{on.month}月{on.day}日かそのあとに始まる任期が、すでに登録されています。", "on"
        )
    for posting in held.order_by("pk"):
        posting.ends_on = on
        posting.save(update_fields=["ends_on"])
    made = _appoint(seat, _person(name, email, kana), on) if email else None
    tell(org, Line.HANDED_OVER, by, f"{post} {on:%Y/%m/%d}から")
    return made


def _appoint(seat: Post, person: User, on: dt.date) -> Posting:
    posting = Posting(person=person, post=seat, starts_on=on)
    try:
        posting.full_clean()
    except ValidationError as error:
        raise Refused("この人は、その日すでにこの役職に就いています。", "email") from error
    posting.save()
    return posting


def _person(name: str, email: str, kana: str) -> User:
    """Whoever signs in with that address; a new account has no password: its owner sets one through the mailbox."""
    known = User.objects.filter(email__iexact=email).first()
    if known is not None:
        if not known.is_active or (known.name and _plain(known.name) != _plain(name)):
            raise Refused(
                "このメールアドレスは、別の人の登録に使われています。役員ごとに、別のメールアドレスを入れてください。",
                "email",
            )
        return known
    person = User(email=User.objects.normalize_email(email), name=name, kana=kana)
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
