"""Printed keys: made and shown once, renewed, and opened on at most four devices of a household."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chiba_ward.access import throttle
from chiba_ward.access.actor import Actor
from chiba_ward.casework.refusals import Refused
from community.circulars import codes
from community.circulars.models import CircularGroup, CircularKey, HouseholdSlot, KeyDevice
from community.circulars.models.groups import MOST_DEVICES
from community.circulars.querysets import KeyQuerySet
from community.circulars.services.locking import locked_group

GLOBAL_PER_HOUR = 2_000
FOUND_TOGETHER = 3


class WrongCode(Exception):
    """No key that may be used has this code: never made, renewed, or of a household that has left."""


@dataclass(frozen=True)
class Printed:
    """One strip of the sheet. `number` is None for the 班長. The code stands nowhere but on the paper from now on."""

    number: int | None
    code: str


def make(pk: int, *, by: Actor, numbers: Sequence[int] | None, for_leader: bool) -> list[Printed]:
    """New keys of a 班: for these households, or for those without one (`numbers` None), and for its 班長 if wanted.

    A household's earlier key ends, with every device that had shown it. Raises `CircularGroup.DoesNotExist`, `Refused`.
    """
    with locked_group(pk, by=by) as group:
        slots = _slots(group, numbers)
        found = [Printed(slot.number, _new(by, slot=slot)) for slot in slots]
        if for_leader:
            found.insert(0, Printed(None, _new(by, group=group)))
        if not found:
            raise Refused("鍵のない世帯はありません。作り直すときは、世帯の番号を入れてください。", "which")
    return found


def _slots(group: CircularGroup, numbers: Sequence[int] | None) -> list[HouseholdSlot]:
    if group.is_paper:
        return []
    online = group.slots.active().filter(is_paper=False).order_by("number")
    if numbers is None:
        have = CircularKey.objects.filter(slot__group=group, ended_at__isnull=True).values("slot")
        return list(online.exclude(pk__in=have))
    found = list(online.filter(number__in=numbers))
    if missing := sorted(set(numbers) - {slot.number for slot in found}):
        shown = "、".join(map(str, missing))
        raise Refused(f"{shown}番は、電子で受け取る世帯にありません。", "numbers")
    return found


def _new(by: Actor, **of: HouseholdSlot | CircularGroup) -> str:
    end_keys(CircularKey.objects.filter(**of))
    code = codes.new_code()
    CircularKey.objects.create(digest=codes.digest("key", code), made_by=by.seat, **of)
    return code


def end_keys(found: KeyQuerySet) -> None:
    """They open nothing from now on, on any device."""
    found.filter(ended_at__isnull=True).update(ended_at=timezone.now())


def open_with(typed: str, client_key: str) -> str:
    """The token of a new device of the key with this code. `client_key` is `throttle.bucket_of(request)`.

    A network has 60 tries, everybody together 2,000 an hour; then each waits longer. Raises `WrongCode`, `Refused` and
    `throttle.TooManyTries`.
    """
    shared = [f"circular-all:{timezone.now():%Y%m%d%H}", f"circular-client:{client_key}"]
    throttle.allowed(shared[0], free=GLOBAL_PER_HOUR)
    throttle.allowed(shared[1], free=throttle.BUCKET_FREE_TRIES)
    code = codes.read(typed)
    key = CircularKey.objects.usable().filter(digest=codes.digest("key", code)).first() if code else None
    if key is None:
        throttle.failed(shared[1])
        raise WrongCode
    throttle.give_back(*shared)
    return _new_device(key)


def _new_device(key: CircularKey) -> str:
    token = secrets.token_urlsafe(24)
    for _again in range(FOUND_TOGETHER):
        taken = set(key.devices.order_by("place").values_list("place", flat=True))
        place = next((number for number in range(1, MOST_DEVICES + 1) if number not in taken), None)
        if place is None:
            break
        try:
            with transaction.atomic():
                KeyDevice.objects.create(key=key, place=place, digest=codes.digest("device", token))
        except IntegrityError:  # another device of the household took the place at the same moment
            continue
        return token
    raise Refused(
        _(
            "この鍵は、もう%(most)d台で使っています。使わない端末で「この端末で閉じる」を押すか、役員に新しい鍵を頼んでください。"
        )
        % {"most": MOST_DEVICES},
        "code",
    )


def shown_by(tokens: Iterable[str]) -> list[CircularKey]:
    """The keys that a browser with these tokens has shown and that still open something: households first."""
    digests = [codes.digest("device", token) for token in tokens]
    found = CircularKey.objects.usable().filter(devices__digest__in=digests).distinct()
    return list(
        found.select_related("slot__group__org__office", "group__org__office").order_by("group", "pk")
    )


def close(tokens: Iterable[str]) -> None:
    """この端末で閉じる: the place of each becomes free for another device of the household."""
    digests = [codes.digest("device", token) for token in tokens]
    KeyDevice.objects.filter(digest__in=digests).delete()
