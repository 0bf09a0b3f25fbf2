"""Every door of the 配置表, of the notebook, of promises and of 引継書."""

from typing import Any

from tests.matrix.probes import Asked, Probe, collection, nothing
from tests.matrix.probes_referral import day
from tests.matrix.probes_support import one

HOME = "/admin/area-officers/"


def promised(asked: Asked) -> dict[str, Any]:
    return {"promise-what": "見本の約束", "promise-to_whom": "見本", **day("promise-due_on")}


PROBES: dict[str, Probe] = {
    "area_officers:index": Probe(collection(HOME)),
    "area_officers:index_csv": Probe(collection(f"{HOME}list.csv")),
    "area_officers:index_print": Probe(collection(f"{HOME}print/")),
    "area_officers:new": Probe(collection(f"{HOME}new/")),
    "area_officers:assignment": Probe(one("area_officers:assignment")),
    "area_officers:act": Probe(one("area_officers:act", "named"), lambda asked: {"named-is_named": "on"}),
    "area_officers:hand_over": Probe(one("area_officers:hand_over")),
    "area_officers:visits": Probe(collection(f"{HOME}visits/")),
    "area_officers:visits_csv": Probe(collection(f"{HOME}visits/list.csv")),
    "area_officers:visit_new": Probe(collection(f"{HOME}visits/new/")),
    "area_officers:visit": Probe(one("area_officers:visit")),
    "area_officers:visit_act": Probe(one("area_officers:visit_act", "promise"), promised),
    "area_officers:promises": Probe(collection(f"{HOME}promises/")),
    "area_officers:promises_csv": Probe(collection(f"{HOME}promises/list.csv")),
    "area_officers:promise": Probe(one("area_officers:promise")),
    "area_officers:promise_act": Probe(
        one("area_officers:promise_act", "keep"), lambda asked: {"keep-sure": "on"}
    ),
    "area_officers:paper": Probe(one("area_officers:paper")),
    "area_officers:paper_print": Probe(one("area_officers:paper_print"), nothing),
    "area_officers:paper_act": Probe(
        one("area_officers:paper_act", "receive"), lambda asked: {"receive-sure": "on"}
    ),
}
