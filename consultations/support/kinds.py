"""What each kind of meeting requires. The words of the law stand in editable rows (`MeetingRule`), its structure here."""

from dataclasses import dataclass

from chiba_ward.directory.enums import Role
from consultations.support.enums import MeetingKind


@dataclass(frozen=True)
class Kind:
    """`needs_consent`: nobody is discussed without a consent for every member office. `convened_by`: whose post may
    convene; nobody named means whoever keeps the case. `decides_plan`: a 支援プラン may be decided in it."""

    needs_consent: bool = False
    decides_plan: bool = False
    convened_by: tuple[Role, ...] = ()
    refusal: str = ""


# 社会福祉法106条の6: information may be shared without consent, among the members alone.
STATUTORY_SUPPORT_MEETING = Kind()
# 重層的支援体制整備事業の要綱: on consent, and the support plan is decided in it.
MULTI_LAYER_MEETING = Kind(needs_consent=True, decides_plan=True)
# 児童福祉法25条の2: convened by the co-ordinating body, whose part in a ward is the family section's.
CHILD_COUNCIL_CASE_MEETING = Kind(
    convened_by=(Role.ABUSE_TEAM,),
    refusal="個別ケース検討会議（要対協）は、こども家庭の課が招集します。先に担当の課を替えるか、支援会議を選んでください。",
)
KINDS = {
    MeetingKind.STATUTORY: STATUTORY_SUPPORT_MEETING,
    MeetingKind.MULTI_LAYER: MULTI_LAYER_MEETING,
    MeetingKind.CHILD_COUNCIL: CHILD_COUNCIL_CASE_MEETING,
}


def kind_of(value: str) -> Kind:
    return KINDS[MeetingKind(value)]
