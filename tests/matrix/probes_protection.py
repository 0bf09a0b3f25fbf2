"""Every door of protected matters."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from consultations.models import Consultation
from tests.matrix.probes import Asked, Path, Probe, collection
from tests.matrix.probes_consultation import number

WHEN = "%Y-%m-%dT%H:%M"


def now() -> str:
    return timezone.localtime().strftime(WHEN)


def of_notice(view: str, *more: str) -> Path:
    """The address of a notice, whose number stands in the matter."""

    def path(asked: Asked) -> str:
        found = Consultation.objects.get(pk=asked.row.pk)
        return reverse(view, args=[found.receipt_no, *more])

    return path


def act(name: str, prepare: Any = None, **fields: Any) -> Probe:
    def payload(asked: Asked) -> dict[str, Any]:
        return {f"{name}-{key}": value() if callable(value) else value for key, value in fields.items()}

    return Probe(of_notice("protection:act", name), payload, prepare)


def handed(asked: Asked) -> None:
    _at(asked, state="handed_off", **_hand(asked))


def looked_at(asked: Asked) -> None:
    receipt = {"receipt_at": timezone.now(), "receipt_by": _somebody(asked), "receipt_name": "見本"}
    _at(asked, state="receipt_confirmed", **_hand(asked), **receipt)
    asked.row.checks.create(
        result="seen",
        seen_at=timezone.now(),
        seen_by="見本",
        seen_whom="見本",
        place="見本",
        recorded_by=_somebody(asked),
    )


def _hand(asked: Asked) -> dict[str, Any]:
    return {
        "handed_at": timezone.now(),
        "handed_by": _somebody(asked),
        "handed_place": "見本",
        "handed_name": "見本",
    }


def _somebody(asked: Asked) -> Any:
    return asked.world.by("triage desk").seat


def _at(asked: Asked, **values: Any) -> None:
    """Put the row there at once; the workflow has tests of its own."""
    row = type(asked.row).objects.get(pk=asked.row.pk)
    for name, value in values.items():
        if name == "state":
            row.__dict__["state"] = value
        else:
            setattr(row, name, value)
    row.save()


CALL = {"handed_place": "児童相談所", "handed_name": "受け手", "handed_at": now}
PROBES: dict[str, Probe] = {
    "protection:confirm": Probe(number("protection:confirm")),
    "protection:waiting": Probe(collection("/admin/protection/waiting/")),
    "protection:enter": Probe(
        collection("/admin/protection/telephone/"),
        lambda asked: {"kinds": "abuse_child", "ward": "wakaba", "body": "見本の通告"},
    ),
    "protection:index": Probe(collection("/admin/protection/")),
    "protection:case": Probe(of_notice("protection:case")),
    "protection:act name=hand_over": act("hand_over", **CALL),
    "protection:act name=receipt": act("receipt", handed, receipt_name="係長", receipt_at=now),
    "protection:act name=check": act(
        "check", result="seen", seen_at=now, seen_by="児相", seen_whom="本人", place="自宅", note=""
    ),
    "protection:act name=seal": act("seal", looked_at, lead="児童相談所", sure="on"),
    "protection:notifier": Probe(
        of_notice("protection:notifier"),
        lambda asked: {"reason": "折り返しの電話でけがの時期を聞くため"},
    ),
    "protection:alarms": Probe(collection("/admin/protection/late/")),
    "protection:called": Probe(
        lambda asked: reverse("protection:called", args=[asked.row.pk]), lambda asked: {}
    ),
}
