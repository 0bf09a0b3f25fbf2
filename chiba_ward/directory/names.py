"""What offices are and were called: every page names a few of them, so each process reads the names once a minute."""

from collections import defaultdict
from typing import TYPE_CHECKING

from chiba_ward.rows.memory import remembered

if TYPE_CHECKING:
    from chiba_ward.directory.models import OfficeVersion


def versions_of(office_id: int) -> "tuple[OfficeVersion, ...]":
    """Every version of an office, the newest first."""
    return _versions().get(office_id, ())


@remembered
def _versions() -> "dict[int, tuple[OfficeVersion, ...]]":
    from chiba_ward.directory.models import OfficeVersion

    found = defaultdict(list)
    for version in OfficeVersion.objects.order_by("office", "-valid_from"):
        found[version.office_id].append(version)
    return {office: tuple(versions) for office, versions in found.items()}
