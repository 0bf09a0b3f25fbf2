"""困りごと and できること: written by an officer or entered by staff, checked, withdrawn, ended by the clock."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import Area, Ward
from community.matching import rules
from community.matching.enums import WRITABLE, Line
from community.matching.models import CheckItem, Listing, ListingCheck, Need, Offer
from community.matching.services.locking import in_words, locked, tell
from community.models import CommunityOrg

Kind = TypeVar("Kind", bound=Listing)
NO_LAST_DAY = "載せておく最後の日を入れてください。"


@dataclass(frozen=True)
class Places:
    """Where; without any, in the whole city."""

    areas: tuple[Area, ...] = field(default=())
    wards: tuple[Ward, ...] = field(default=())


def write(
    model: type[Kind],
    *,
    by: Actor,
    org: CommunityOrg,
    pk: int | None = None,
    file: bool = False,
    places: Places,
    **words: Any,
) -> Kind:
    """An officer's own, kept as a draft or, with `file`, submitted. Raises `Refused` and `model.DoesNotExist`."""
    if pk is not None:
        with locked(model, pk, by=by, right="write") as found:
            if found.state not in WRITABLE:
                raise Refused("提出したあとは、直せません。取り下げるか、区役所に連絡してください。")
            _put(found, by, places, words, file=file)
        return found
    found = model(org=org, ward=org.ward)
    if not allows(by, f"{model._meta.model_name}.write", found) or org.ended_on is not None:
        raise Refused("この団体のものとしては、登録できません。")
    with in_words(), transaction.atomic():
        _put(found, by, places, words, file=file)
    return found


def _put(found: Listing, by: Actor, places: Places, words: Mapping[str, Any], *, file: bool) -> None:
    found.written_by = by.posting
    _fill(found, places, words)
    if file:
        found.submit(at=timezone.now())
        found.save()
        tell(found, Line.SUBMITTED, by)


def _fill(found: Listing, places: Places, words: Mapping[str, Any]) -> None:
    for key, value in words.items():
        setattr(found, key, value)
    last: dt.date | None = words.get("expires_on") or rules.last_day()
    if last is None:
        raise Refused(NO_LAST_DAY, "expires_on")
    found.expires_on = last
    if last < timezone.localdate():
        raise Refused("載せておく最後の日は、今日より後にしてください。", "expires_on")
    found.save()
    found.areas.set(places.areas)
    found.wards.set(places.wards)


def enter(
    model: type[Kind],
    *,
    by: Actor,
    channel: str,
    org: CommunityOrg | None,
    person_name: str = "",
    person_contact: str = "",
    places: Places,
    **words: Any,
) -> Kind:
    """The same items by a clerk, from paper or by telephone (C16): submitted at once, with who typed it in."""
    if channel == Channel.WEB:
        raise Refused("どうやって届いたかを選んでください。", "channel")
    if (org is None) == (not person_name):
        raise Refused("団体を選ぶか、個人の名前と連絡先を入れてください。", "org")
    if org is None and not person_contact:
        raise Refused("個人の連絡先を入れてください。", "person_contact")
    found = model(org=org, ward=org.ward if org else by.seat.post.office.ward, channel=channel)
    found.person_name, found.person_contact = person_name, person_contact if org is None else ""
    found.entered_by = by.posting
    with in_words(), transaction.atomic():
        found.submit(at=timezone.now())
        if not allows(by, f"{model._meta.model_name}.work", found):
            raise Refused("自分の区の団体か、全市の団体だけを選べます。", "org")
        _fill(found, places, words)
        tell(found, Line.ENTERED, by)
    return found


def change(model: type[Kind], pk: int, *, by: Actor, places: Places, **words: Any) -> Kind:
    """A correction by the section, after a word with whoever wrote it."""
    with locked(model, pk, by=by, right="work") as found:
        _fill(found, places, words)
        tell(found, Line.CHANGED, by)
    return found


def check(
    model: type[Kind],
    pk: int,
    *,
    by: Actor,
    results: Mapping[int, bool],
    reason: str = "",
    is_public: bool = False,
) -> Kind:
    """確かめる: with every item answered, open; with one that is not all right, given back with a reason.

    `results` by the key of each `CheckItem` in use. Raises `Refused` where one is missing.
    """
    with locked(model, pk, by=by, right="work") as found:
        items = list(CheckItem.objects.filter(is_active=True).order_by("order", "pk"))
        if missing := [item for item in items if item.pk not in results]:
            raise Refused(f"「{missing[0].name}」を確かめてください。", f"item{missing[0].pk}")
        is_fit = all(results[item.pk] for item in items)
        if not is_fit and not reason:
            raise Refused("差し戻す理由を入力してください。", "reason")
        if is_fit and reason:
            raise Refused("問題がないときは、差し戻す理由を空欄にしてください。", "reason")
        _note(found, items, results, by)
        if not is_fit:
            found.give_back(reason=reason, by=by.seat, at=timezone.now())
            tell(found, Line.RETURNED, by)
            return found
        found.open(by=by.seat, at=timezone.now())
        found.is_public = is_public
        tell(found, Line.OPENED, by)
    return found


def _note(found: Listing, items: Iterable[CheckItem], results: Mapping[int, bool], by: Actor) -> None:
    whose: dict[str, Any] = {str(found._meta.model_name): found}
    for item in items:
        ListingCheck.objects.update_or_create(
            **whose,
            item=item,
            defaults={"is_ok": results[item.pk], "checked_by": by.seat, "checked_at": timezone.now()},
        )


def publish(pk: int, *, by: Actor, is_public: bool) -> Need:
    """The title alone, on the pages of its districts; never who asks, nor how to reach them."""
    with locked(Need, pk, by=by, right="work") as found:
        if found.is_public != is_public:
            found.is_public = is_public
            tell(found, Line.PUBLISHED if is_public else Line.UNPUBLISHED, by)
    return found


def withdraw(model: type[Kind], pk: int, *, by: Actor, right: str, reason: str) -> Kind:
    """取り下げ by its own officers (`right` write) or by the section (work)."""
    with locked(model, pk, by=by, right=right) as found:
        if isinstance(found, Offer) and found.taken:
            raise Refused("仲介中か、続いている件があります。先に、それを終わらせてください。")
        found.withdraw(reason=reason, at=timezone.now())
        tell(found, Line.WITHDRAWN, by)
    return found


def restore(model: type[Kind], pk: int, *, by: Actor, right: str) -> Kind:
    """取り下げを取り消す: it waits to be checked once more."""
    with locked(model, pk, by=by, right=right) as found:
        if found.is_over:
            raise Refused("載せておく日が過ぎています。新しく登録してください。")
        found.restore(at=timezone.now())
        tell(found, Line.RESTORED, by)
    return found


def expire_due() -> int:
    """What is still open though its last day has passed; the number of them. Twice a day or never: the lists show
    none of these anyway."""
    number = 0
    for model in (Need, Offer):
        for pk in model.objects.over().order_by("pk").values_list("pk", flat=True):
            with transaction.atomic():
                found = model.objects.over().select_for_update(of=("self",)).filter(pk=pk).first()
                if found is not None:
                    end_by_clock(found)
                    found.save()
                    number += 1
    return number


def end_by_clock(found: Listing) -> None:
    """Under the lock, which whoever calls holds and saves."""
    found.expire(at=timezone.now())
    tell(found, Line.EXPIRED, None)
