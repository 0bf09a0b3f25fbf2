"""Where a protected matter goes: the section and the standing compartment of its ward and kind."""

from collections.abc import Collection

from chiba_ward.compartments.enums import CompartmentKind
from chiba_ward.directory.models import Ward
from consultations.enums import Flag
from consultations.protection.models import ProtectedDesk
from consultations.workflow.errors import Refused

# One matter lies in one compartment. Violence between partners decides before a child is counted: whoever strikes may be
# a party of the child's matter, and the child's side is told by telephone.
ROOM_OF = {
    Flag.DV: CompartmentKind.DV,
    Flag.ABUSE_CHILD: CompartmentKind.CHILD_ABUSE,
    Flag.ABUSE_ELDER: CompartmentKind.ELDER_ABUSE,
    Flag.ABUSE_DISABLED: CompartmentKind.DISABLED_ABUSE,
}


def desk_for(kinds: Collection[str], ward: Ward | None) -> ProtectedDesk:
    """Raises `Refused` without a kind, without a ward, and where no section is registered for it."""
    kind = next((room for flag, room in ROOM_OF.items() if flag in kinds), None)
    if kind is None:
        raise Refused("どの種類の保護が必要かを選んでください。", "kinds")
    if ward is None:
        raise Refused(
            "困っている本人が住む区を選んでください。分からないときは、いちばん近いと思う区を選びます。",
            "ward",
        )
    found = ProtectedDesk.objects.select_related("office", "compartment").filter(ward=ward, kind=kind).first()
    if found is None:
        raise Refused(
            "この区の受け持ちの課が登録されていません。すぐに課長に伝え、電話で引き継いでください。", "ward"
        )
    return found
