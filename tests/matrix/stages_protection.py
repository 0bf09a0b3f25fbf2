"""Protected matters: before their section, its head, who sits beside, and 総務課 that learns a number."""

from collections.abc import Mapping
from typing import Any

from chiba_ward.access.actor import SYSTEM
from chiba_ward.compartments import seats
from chiba_ward.compartments.models import Compartment
from chiba_ward.directory.models import Office, Ward
from consultations.enums import Flag
from consultations.protection.models import AbuseNotification, Alarm
from consultations.protection.services import telephone
from tests.matrix.actors import in_office
from tests.matrix.stages import Names, Stage, World, setting

BESIDE = frozenset({"reception", "specialist", "area officer"})
KOREI_SEATED = frozenset({"section", "head of the section"})  # each by a seat of their own


def _received(ward: str, by: str, kind: Flag, beside: Names = frozenset()) -> Any:
    def make(world: World, stage: Stage) -> AbuseNotification:
        taken = telephone.receive(
            by=world.by(by),
            kinds=[kind],
            ward=Ward.objects.get(slug=ward),
            body=f"見本 {stage.canary}",
            notifier={"name": f"見本 N{stage.canary}"},
        )
        room = Compartment.objects.get(pk=taken.compartment)
        for name in sorted(beside):
            if not seats.sitting(room.pk).filter(pk=world.by(name).seat.pk).exists():
                seats.admit(room, world.by(name).seat, by=SYSTEM, reason="試験のため")
        with_key = AbuseNotification(pk=taken.pk)
        world.keys[f"{stage.object_name} {stage.name}"] = taken.pk
        return with_key

    return make


def _stage(object_name: str, name: str, make: Any, stands: Mapping[str, Names]) -> Stage:
    return Stage(object_name, name, make, stands)


def _stages(object_name: str) -> dict[str, Stage]:
    team, elsewhere = frozenset({"abuse team"}), frozenset({"abuse team elsewhere"})
    return setting(
        _stage(
            object_name,
            "at the family section",
            _received("wakaba", "abuse team", Flag.ABUSE_CHILD, BESIDE),
            {"seated": team | BESIDE, "seated_at_desk": team},
        ),
        _stage(
            object_name,
            "of an old person",
            _received("wakaba", "section", Flag.ABUSE_ELDER, KOREI_SEATED),
            {
                "seated": KOREI_SEATED,
                "seated_at_desk": KOREI_SEATED,
                "seated_as_head": frozenset({"head of the section"}),
            },
        ),
        _stage(
            object_name,
            "elsewhere",
            _received("midori", "abuse team elsewhere", Flag.ABUSE_CHILD),
            {"seated": elsewhere, "seated_at_desk": elsewhere, "seated_as_head": elsewhere},
        ),
    )


NOTICES = _stages("protected_case")
NOTIFIERS = _stages("notifier")


def _alarm(code: str) -> Any:
    def make(world: World, stage: Stage) -> Alarm:
        number = f"S-9{len(code)}99-{code[:4].upper()}"[:12]
        return Alarm.objects.create(
            receipt_no=number, office=Office.objects.get(code=code), section=f"見本 {stage.canary}"
        )

    return make


ALARMS = setting(
    _stage(
        "protection_alarm", "told 総務課", _alarm("wakaba-somu"), {"of_my_office": in_office("wakaba-somu")}
    ),
    _stage(
        "protection_alarm",
        "told elsewhere",
        _alarm("midori-somu"),
        {"of_my_office": in_office("midori-somu")},
    ),
)
