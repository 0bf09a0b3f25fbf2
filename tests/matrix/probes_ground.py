"""Every door of documents, deliveries, progress, standard texts and the tables of the stock admin."""

import re
from typing import Any

from django.apps import apps
from django.urls import reverse

from chiba_ward.access.policy.loading import current
from chiba_ward.correspondence.models import Delivery
from chiba_ward.documents.models import Document
from tests.matrix.probes import Asked, Path, Probe, collection, nothing


def document(name: str) -> Path:
    return lambda asked: reverse(f"documents:{name}", args=[asked.row.pk])


def failed(asked: Asked) -> None:
    Document.objects.filter(pk=asked.row.pk).update(state="failed", error="見本")


DOCUMENTS: dict[str, Probe] = {
    "documents:show": Probe(document("show")),
    "documents:state": Probe(document("state"), shows=False, answers=frozenset({200, 302})),
    "documents:download": Probe(document("download"), shows=False),
    "documents:retry": Probe(document("retry"), nothing, failed),
}


def to_call(asked: Asked) -> None:
    Delivery.objects.filter(pk=asked.row.pk).update(medium="call", state="to_call", handled_at=None)


def troubled(asked: Asked) -> None:
    Delivery.objects.filter(pk=asked.row.pk).update(state="failed", handled_at=None)


def call(asked: Asked) -> dict[str, Any]:
    return {f"c{asked.row.pk}-result": "absent", f"c{asked.row.pk}-note": ""}


DELIVERIES: dict[str, Probe] = {
    "correspondence:print_queue": Probe(collection("/admin/correspondence/letters/")),
    "correspondence:calls": Probe(collection("/admin/correspondence/calls/")),
    "correspondence:failures": Probe(collection("/admin/correspondence/failures/")),
    "correspondence:call_log": Probe(
        lambda asked: reverse("correspondence:call_log", args=[asked.row.pk]), call, to_call
    ),
    "correspondence:failure_act": Probe(
        lambda asked: reverse("correspondence:failure_act", args=[asked.row.pk]),
        lambda asked: {"how": "close"},
        troubled,
    ),
}
PROGRESS: dict[str, Probe] = {
    "progress:index": Probe(collection("/progress/")),
    "progress:report": Probe(collection("/progress/report/"), lambda asked: {"period": "month"}),
}
STAFFING: dict[str, Probe] = {
    "staffing:index": Probe(collection("/admin/specialists/")),
    "staffing:csv": Probe(collection("/admin/specialists/list.csv")),
}
TEXTS: dict[str, Probe] = {
    "correspondence:template_preview": Probe(
        lambda asked: reverse("correspondence:template_preview", args=[asked.row.pk]), shows=False
    )
}
MASTER: dict[str, Probe] = {
    "admin:autocomplete": Probe(
        collection("/admin/autocomplete/?app_label=directory&model_name=office&field_name=parent&term=")
    )
}
PAGE = re.compile(r"^admin:([a-z_]+)_([a-z]+)_(changelist|history|add|change|delete)$")
ROW = re.compile(r"^admin/([a-z_]+)/([a-z]+)/<path:object_id>/$")


def admin_page(door: str, right: str) -> Probe | None:
    """The stock admin's page of a table, with its newest row. `change` and `add` are posts of its own form."""
    named = PAGE.match(door) or ROW.match(door)
    if named is None:
        return None
    app, model, *page = named.groups()
    if right in ("add", "change"):
        return Probe(_page(app, model, page[0]), nothing, from_form=True, answers=frozenset({200, 302}))
    leads_on = () if page else (f"admin:{app}_{model}_change",)  # which then says that there is no such page
    return Probe(_page(app, model, page[0] if page else ""), answers=frozenset({200, 302}), refused=leads_on)


def _page(app: str, model: str, page: str) -> Path:
    def path(asked: Asked) -> str:
        newest = apps.get_model(app, model)._default_manager.order_by("-pk").first()
        args = [] if page in ("changelist", "add") else [newest.pk if newest else 1]
        name = f"admin:{app}_{model}_{page}"
        return reverse(name, args=args) if page else f"/admin/{app}/{model}/{args[0]}/"

    path.is_collection = True  # type: ignore[attr-defined]  # the tables are one: every row of them or none
    return path


def admin_pages() -> dict[tuple[str, str], Probe]:
    """By right and door."""
    found = {}
    for right in current().rights.values():
        for door in right.doors:
            if probe := admin_page(str(door), right.name):
                found[str(right), str(door)] = probe
    return found
