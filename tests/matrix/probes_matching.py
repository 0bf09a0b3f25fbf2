"""Every door of 困りごと, できること and 仲介."""

from typing import Any

from community.matching.models import Need, Offer
from community.models import ActivityField
from tests.matrix.probes import Asked, Probe, collection
from tests.matrix.probes_referral import day
from tests.matrix.probes_support import one


def written(asked: Asked) -> dict[str, Any]:
    return {
        "title": "見本",
        "theme": ActivityField.objects.order_by("pk")[0].pk,
        "kind": "people",
        "places": ["city"],
        "capacity": "1",
        "go": "keep",
    }


def entered(asked: Asked) -> dict[str, Any]:
    return {**written(asked), "channel": "post", "person_name": "見本", "person_contact": "043-000-0000"}


def withdrawn(asked: Asked) -> dict[str, Any]:
    return {"withdraw-reason": "見本"}


def as_draft(asked: Asked) -> None:
    for model in (Need, Offer):
        rows = model.objects.filter(pk=asked.row.pk, title=asked.row.title)
        rows.update(state="draft", decided_by=None, decided_at=None)


def _of(side: str) -> dict[str, Probe]:
    staff, partner = f"/admin/matching/{side}s/", f"/partner/matching/{side}s/"
    own = (f"{side} of the association", f"draft {side} of the association")
    return {
        f"matching:{side}s": Probe(collection(staff)),
        f"matching:{side}s_csv": Probe(collection(f"{staff}list.csv")),
        f"matching:{side}s_print": Probe(collection(f"{staff}print/")),
        f"matching:{side}_new": Probe(collection(f"{staff}new/"), entered),
        f"matching:{side}": Probe(one(f"matching:{side}")),
        f"matching:{side}_act": Probe(one(f"matching:{side}_act", "withdraw"), withdrawn),
        f"matching_partner:{side}_new": Probe(collection(f"{partner}new/"), written),
        f"matching_partner:{side}": Probe(one(f"matching_partner:{side}")),
        f"matching_partner:{side}_edit": Probe(
            one(f"matching_partner:{side}_edit"), written, as_draft, only=own
        ),
        f"matching_partner:{side}_act": Probe(one(f"matching_partner:{side}_act", "withdraw"), withdrawn),
    }


PROBES: dict[str, Probe] = {
    **_of("need"),
    **_of("offer"),
    "matching:matches": Probe(collection("/admin/matching/matches/")),
    "matching:matches_csv": Probe(collection("/admin/matching/matches/list.csv")),
    "matching:matches_print": Probe(collection("/admin/matching/matches/print/")),
    "matching:match": Probe(one("matching:match")),
    "matching:match_act": Probe(
        one("matching:match_act", "note"), lambda asked: {"note-text": "見本", **day("note-on")}
    ),
    "matching_partner:index": Probe(collection("/partner/matching/")),
    "matching_partner:match": Probe(one("matching_partner:match")),
    "matching_partner:match_act": Probe(
        one("matching_partner:match_act", "yes"), lambda asked: {"yes-x": ""}
    ),
}
