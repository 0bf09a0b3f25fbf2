"""Restrictions of two wards, and one whose person stands in a sealed matter."""

from typing import Any

from django.utils import timezone

from chiba_ward.compartments import services as compartments
from chiba_ward.disclosure import services
from chiba_ward.disclosure.marks import Known
from chiba_ward.disclosure.models import DisclosureHold
from consultations.models import Consultation
from tests.matrix.actors import in_ward
from tests.matrix.stages import Stage, World, setting
from tests.matrix.stages_consultation import SEATED


def _entered(by: str) -> Any:
    def make(world: World, stage: Stage) -> DisclosureHold:
        application = services.Application(
            Known(name=f"見本 {stage.canary}"), applied_on=timezone.localdate()
        )
        return services.enter(application, by=world.by(by)).hold

    return make


def of_sealed(world: World, stage: Stage) -> DisclosureHold:
    with compartments.everywhere("the matrix sets a stage"):
        matter = Consultation.objects.get(pk=world.keys["in a compartment"]).matter
        return services.hold_for(matter, Known(name=f"見本 {stage.canary}"), by=world.by("abuse team"))


def _hold(name: str, make: Any, stands: frozenset[str]) -> Stage:
    return Stage("hold", name, make, {"of_my_ward": stands})


HOLDS = setting(
    _hold("in wakaba", _entered("triage desk"), in_ward("wakaba")),
    _hold("in midori", _entered("triage desk elsewhere"), in_ward("midori")),
    _hold("of a sealed matter", of_sealed, in_ward("wakaba") & SEATED),
)
