"""Every door of the register of restrictions."""

from django.urls import reverse
from django.utils import timezone

from chiba_ward.disclosure.models import DisclosureHold
from tests.matrix.probes import Asked, Path, Probe, collection


def hold(name: str) -> Path:
    return lambda asked: reverse(f"hold:{name}", args=[asked.row.pk])


def proposed(asked: Asked) -> None:
    """By somebody else than whoever asks."""
    other = "head" if asked.person != "head" else "triage desk"
    row = DisclosureHold.objects.get(pk=asked.row.pk)
    row.propose(by=asked.world.by(other).seat, at=timezone.now())
    row.save()


PROBES: dict[str, Probe] = {
    "hold:index": Probe(collection("/admin/disclosure/")),
    "hold:new": Probe(collection("/admin/disclosure/new/")),
    "hold:import": Probe(collection("/admin/disclosure/import/")),
    "hold:show": Probe(hold("show")),
    "hold:print": Probe(hold("print")),
    "hold:extend": Probe(hold("extend")),
    "hold:propose": Probe(hold("propose"), lambda asked: {"reason": "本人の取下げ"}),
    "hold:confirm": Probe(hold("confirm"), lambda asked: {"sure": "1"}, prepare=proposed),
    "hold:keep": Probe(hold("keep"), lambda asked: {"reason": "続ける"}, prepare=proposed),
}
