"""The two tables of entries, seen by one set of pages: what each is called, and which forms act on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chiba_ward.casework.acting import Act
from community.matching.enums import Side
from community.matching.models import Listing, Need, Offer
from community.matching.proposals import Proposal, needs_for, proposals_for
from community.matching.views.acts import NEED_ACTS, OFFER_ACTS, OWN_NEED_ACTS, OWN_OFFER_ACTS

FROM = (
    "org__office",
    "org__ward",
    "ward",
    "theme",
    "decided_by__person",
    "entered_by__person",
    "written_by__person",
)


@dataclass(frozen=True)
class Kind:
    """`other` is what is proposed for it; `name` is the object of the policy and the stem of the routes."""

    side: Side
    model: type[Listing]
    label: str
    other_label: str
    acts: Mapping[str, Act]
    own_acts: Mapping[str, Act]

    @property
    def name(self) -> str:
        return str(self.side.value)

    @property
    def other(self) -> str:
        return Side.OFFER.value if self.side == Side.NEED else Side.NEED.value

    def rows(self) -> Any:
        return self.model._default_manager.select_related(*FROM).prefetch_related("areas__ward", "wards")

    def proposals(self, row: Any) -> list[Proposal]:
        return proposals_for(row) if self.side == Side.NEED else needs_for(row)


KINDS = {
    Side.NEED.value: Kind(Side.NEED, Need, "困りごと", "できること", NEED_ACTS, OWN_NEED_ACTS),
    Side.OFFER.value: Kind(Side.OFFER, Offer, "できること", "困りごと", OFFER_ACTS, OWN_OFFER_ACTS),
}
