"""Every door of ledger, plans and transfers."""

from typing import Any

from django.utils import timezone

from consultations.centre.models import ProgressEntry
from tests.matrix.probes import Asked, Probe, collection, nothing
from tests.matrix.probes_consultation import in_work
from tests.matrix.probes_referral import day
from tests.matrix.probes_support import day_later, of_case, one


def lead(asked: Asked) -> int:
    return int(asked.actor.office_id or ProgressEntry.objects.order_by("pk")[0].office_id)


def register(asked: Asked) -> dict[str, Any]:
    return {"category": "support", "lead": lead(asked), **day_later("next_on")}


def new_plan(asked: Asked) -> dict[str, Any]:
    party = asked.row.consultation.parties.exclude(kind="proxy").order_by("pk").first()
    days = {**day("starts_on"), **day_later("ends_on"), **day_later("evaluate_on")}
    return {"made_with": party.pk, "wish": "見本", "issues": "見本", "support": "見本", **days}


def evaluate(asked: Asked) -> dict[str, Any]:
    days = {**day("evaluate-on"), **day_later("evaluate-next_on")}
    return {"evaluate-finding": "見本", "evaluate-category": "support", **days}


def ask(asked: Asked) -> dict[str, Any]:
    own = asked.row.office.ward.slug
    return {
        "transfer-ward": "mihama" if own != "mihama" else "inage",
        "transfer-reason": "見本",
        "transfer-caller": "見本",
        "transfer-called": "見本",
        "transfer-called_at": "00:00",
        **day("transfer-called_on"),
    }


PROBES: dict[str, Probe] = {
    "centre:register": Probe(of_case("centre:register"), register, in_work),
    "centre:ledger": Probe(collection("/admin/centre/ledger/")),
    "centre:ledger_csv": Probe(collection("/admin/centre/ledger/list.csv")),
    "centre:ledger_print": Probe(collection("/admin/centre/ledger/print/")),
    "centre:entry": Probe(one("centre:entry")),
    "centre:act name=evaluate": Probe(one("centre:act", "evaluate"), evaluate),
    "centre:act name=lead": Probe(
        one("centre:act", "lead"), lambda asked: {"lead-lead": asked.row.office_id}
    ),
    "centre:act name=end": Probe(one("centre:act", "end"), lambda asked: {"end-reason": "age"}),
    "centre:act name=transfer": Probe(one("centre:act", "transfer"), ask),
    "centre:plan_new": Probe(one("centre:plan_new"), new_plan),
    "centre:plan": Probe(one("centre:plan")),
    "centre:plan_act": Probe(
        one("centre:plan_act", "end"), lambda asked: {"end-note": f"見本 {timezone.localdate()}"}
    ),
    "centre:plan_print": Probe(one("centre:plan_print"), nothing),
    "centre:transfers": Probe(collection("/admin/centre/transfers/")),
    "centre:transfer": Probe(one("centre:transfer")),
    "centre:transfer_act name=accept": Probe(
        one("centre:transfer_act", "accept"), lambda asked: {"accept-sure": "on"}
    ),
    "centre:transfer_act name=give_back": Probe(
        one("centre:transfer_act", "give_back"), lambda asked: {"give_back-reason": "見本"}
    ),
    "centre:transfer_act name=withdraw": Probe(one("centre:transfer_act", "withdraw"), nothing),
}
