"""Every door of issues and of dialogues."""

from typing import Any

from tests.matrix.probes import Asked, Probe, collection
from tests.matrix.probes_referral import day
from tests.matrix.probes_support import one

ROOT = "/admin/issues/"


def registered(asked: Asked) -> dict[str, Any]:
    words = {"title": "見本", "summary": "見本の内容", "text": "見本の気づき"}
    owner = asked.actor.office_id or ""
    chosen = {"horizon": "immediate", "kind": "staff", "owner": str(owner)}
    return {**words, **chosen, **day("next_on"), **day("heard_on")}


def looked(asked: Asked) -> dict[str, Any]:
    return {"look_again-text": "見本の経過", **day("look_again-next_on")}


def entered(asked: Asked) -> dict[str, Any]:
    return {"title": "見本", "theme": "見本", "place": "区役所", "attendance": "", **day("held_on")}


def answered(asked: Asked) -> dict[str, Any]:
    opinion = asked.row.opinions.order_by("number").first()
    words = {"answer-fate": "answered", "answer-fate_text": "見本の答え"}
    return {"answer-opinions": [str(opinion.pk)], **words}


PROBES: dict[str, Probe] = {
    "issues:index": Probe(collection(ROOT)),
    "issues:csv": Probe(collection(f"{ROOT}list.csv")),
    "issues:new": Probe(collection(f"{ROOT}new/"), registered),
    "issues:show": Probe(one("issues:show")),
    "issues:act": Probe(one("issues:act", "look_again"), looked),
    "issues:dialogues": Probe(collection(f"{ROOT}dialogues/")),
    "issues:dialogue_new": Probe(collection(f"{ROOT}dialogues/new/"), entered),
    "issues:dialogue": Probe(one("issues:dialogue")),
    "issues:dialogue_act": Probe(one("issues:dialogue_act", "answer"), answered),
    "dialogues:show": Probe(one("dialogues:show")),
}
