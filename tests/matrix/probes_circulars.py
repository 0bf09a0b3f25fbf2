"""Every door of circulars and of 班."""

from typing import Any

from django.urls import reverse

from chiba_ward.access.actor import Actor
from community.circulars import selectors
from community.circulars.models import CircularRecipient, ECircular
from community.circulars.services import circulars
from tests.matrix.probes import Asked, Path, Probe, collection, nothing
from tests.matrix.probes_referral import day
from tests.matrix.probes_support import one

FACES = {"circulars": "/admin/circulars/", "circulars_partner": "/partner/circulars/"}
POSTED = ("of the desk to the association", "of another section", "of the association", "of midori", "public")
DRAFTS = ("draft of the desk", "draft of the association")


def written(asked: Asked) -> dict[str, Any]:
    """A draft: to all 班 of the association, or to the ward."""
    is_own = bool(asked.actor.is_partner)
    ward = asked.actor.ward_id
    reach = "own" if is_own else "ward" if ward else "orgs"
    return {"title": "見本", "body": "見本の本文", "reach": reach, **day("until")}


def grouped(asked: Asked) -> dict[str, Any]:
    """For the desk with one of the associations it may choose."""
    plain = {"name": "試験の班", "order": "1", "households": "2", "paper": "0"}
    if asked.actor.is_partner or asked.actor.posting is None:
        return plain
    org = selectors.orgs_for(ECircular(office=asked.actor.posting.post.office)).first()
    return {**plain, "org": org.pk if org else ""}


def turned(name: str) -> Path:
    """The first 班 of the row that the person may tick; any where there is none."""

    def found(asked: Asked) -> str:
        rows = CircularRecipient.objects.filter(circular=asked.row.pk, paper__gte=1)
        own = rows.of(asked.actor).order_by("pk").first() or rows.order_by("pk").first()
        return reverse(name, args=[asked.row.pk, own.pk if own else 1, "close"])

    return found


def called(asked: Asked) -> dict[str, Any]:
    return {"channel": "telephone"}


def corrected(asked: Asked) -> dict[str, Any]:
    return {"correct-title": "直した件名", "correct-body": "直した本文", "correct-notice": "件名"}


def put_up(asked: Asked) -> None:
    """An act of what is put up, at whichever stage."""
    row: ECircular = ECircular.objects.get(pk=asked.row.pk)
    if row.state == "draft":
        by = Actor(user=row.made_by.person, posting=row.made_by, postings=(row.made_by,))
        reach = selectors.reach(row)
        circulars.post(row.pk, by=by, groups=reach.groups, households=reach.households)


def _of_face(face: str, root: str) -> dict[str, Probe]:
    return {
        f"{face}:index": Probe(collection(root)),
        f"{face}:new": Probe(collection(f"{root}new/"), written),
        f"{face}:show": Probe(one(f"{face}:show")),
        f"{face}:ledger": Probe(one(f"{face}:ledger"), only=POSTED),
        f"{face}:ledger_csv": Probe(one(f"{face}:ledger_csv"), shows=False, only=POSTED),
        f"{face}:paper": Probe(one(f"{face}:paper"), lambda asked: {"sheet": "text"}, only=POSTED),
        f"{face}:edit": Probe(one(f"{face}:edit"), written, only=DRAFTS),
        f"{face}:discard": Probe(one(f"{face}:discard"), nothing, only=DRAFTS),
        f"{face}:act": Probe(one(f"{face}:act", "correct"), corrected, put_up),
        f"{face}:turn": Probe(turned(f"{face}:turn"), called, only=POSTED),
        f"{face}:groups": Probe(collection(f"{root}groups/")),
        f"{face}:group": Probe(one(f"{face}:group")),
        f"{face}:group_new": Probe(collection(f"{root}groups/new/"), grouped),
        f"{face}:group_act": Probe(one(f"{face}:group_act", "add"), lambda asked: {"add-number": "1"}),
        f"{face}:keys": Probe(one(f"{face}:keys"), lambda asked: {"which": "missing", "leader": "on"}),
    }


PROBES: dict[str, Probe] = {
    **_of_face("circulars", FACES["circulars"]),
    **_of_face("circulars_partner", FACES["circulars_partner"]),
    "circulars:csv": Probe(collection("/admin/circulars/list.csv")),
    "circulars_home:show": Probe(one("circulars_home:show"), refused=("circulars_home:index",)),
}
