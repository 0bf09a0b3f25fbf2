"""Every door of the directory of organisations, of 現況届 and of enrolment."""

from typing import Any

from community.models import AnnualReturn
from tests.matrix.probes import Asked, Probe, collection, nothing
from tests.matrix.probes_referral import day
from tests.matrix.probes_support import one


def new(asked: Asked) -> dict[str, Any]:
    return {"name": "見本の新しい団体", "kana": "ミホン", "kind": "npo", "ward": "", "activity": ""}


def declared(asked: Asked) -> dict[str, Any]:
    return {"name": "見本", "kana": "ミホン", "members": "10", "go": "keep", **day("counted_on")}


def entered(asked: Asked) -> dict[str, Any]:
    return {**declared(asked), "channel": "post"}


def handed(asked: Asked) -> dict[str, Any]:
    return {"post": "会計", "name": "見本", "email": "", **day("on")}


def unfiled(asked: Asked) -> None:
    AnnualReturn.objects.filter(org=asked.row.pk).delete()


PROBES: dict[str, Probe] = {
    "community:orgs": Probe(collection("/admin/community/orgs/")),
    "community:orgs_csv": Probe(collection("/admin/community/orgs/list.csv")),
    "community:orgs_print": Probe(collection("/admin/community/orgs/print/")),
    "community:enrolment": Probe(collection("/admin/community/enrolment/")),
    "community:enrolment_csv": Probe(collection("/admin/community/enrolment/list.csv")),
    "community:returns": Probe(collection("/admin/community/returns/")),
    "community:new": Probe(collection("/admin/community/orgs/new/"), new),
    "community:org": Probe(one("community:org")),
    "community:act": Probe(one("community:act", "confirm"), lambda asked: day("confirm-on")),
    "community:enter": Probe(one("community:enter"), entered, unfiled),
    "community:hand_over": Probe(one("community:hand_over"), handed),
    "community:pack": Probe(one("community:pack"), nothing),
    "community:return": Probe(one("community:return")),
    "community:return_act": Probe(one("community:return_act", "accept"), lambda asked: {"accept-sure": "on"}),
    "community_partner:index": Probe(collection("/partner/community/")),
    "community_partner:org": Probe(one("community_partner:org")),
    "community_partner:declare": Probe(one("community_partner:declare"), declared, unfiled),
    "community_partner:pack": Probe(one("community_partner:pack"), nothing),
    "community_partner:return": Probe(one("community_partner:return")),
}
