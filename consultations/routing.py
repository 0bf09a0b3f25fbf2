"""振り分けの目安: topic and place point to a section or an agency. A suggestion with its reason, never a decision (R1)."""

from dataclasses import dataclass

from chiba_ward.directory.enums import OfficeKind
from chiba_ward.directory.models import Office
from consultations import choices
from consultations.models import Consultation

SEVERAL = "MARUGOTO"
HOUSE = (OfficeKind.SECTION, OfficeKind.HEALTH_WELFARE, OfficeKind.WARD_OFFICE)


@dataclass(frozen=True)
class Suggestion:
    """Where a case could go and why. `is_house`: 振り分け within the ward; otherwise つなぎ."""

    office: Office
    name: str
    reason: str
    is_house: bool


def suggestions(case: Consultation, field_count: int) -> list[Suggestion]:
    """The office of the resident's own topic in their ward or zone; with several fields, who helps as well (R3)."""
    found = []
    if case.topic and case.topic.suggested_routing:
        where = (
            f"{case.town.name}の受け持ち" if case.town else (f"{case.ward.name}" if case.ward else "区は不明")
        )
        found.append(_to(case, case.topic.suggested_routing, f"入口のことば「{case.topic.name}」・{where}"))
    if field_count >= 2:
        found.append(_to(case, SEVERAL, "分野が二つ以上。主担当は課のまま、いっしょに考える相手として"))
    return [one for one in found if one is not None and one.office.pk != case.desk_office_id]


def _to(case: Consultation, code: str, reason: str) -> Suggestion | None:
    office = choices.office_for(code, case.ward, case.town)
    if office is None:
        return None
    name = choices.office_names().get(office.pk, office.code)
    return Suggestion(office, name, reason, office.kind in HOUSE)
