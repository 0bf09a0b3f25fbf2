"""What offices are and were called, read at most once a minute by each process: every page names a few of them.

An edit in this process is seen at once, in the others within a minute.
"""

import time
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chiba_ward.directory.models import OfficeVersion

KEEP_SECONDS = 60
Versions = dict[int, "tuple[OfficeVersion, ...]"]
_kept: dict[str, tuple[float, Versions]] = {}


def versions_of(office_id: int) -> "tuple[OfficeVersion, ...]":
    """Every version of an office, whatever the day."""
    return _all().get(office_id, ())


def forget() -> None:
    """Read anew at the next question: after an edit in this process, and between databases."""
    _kept.clear()


def _all() -> Versions:
    now = time.monotonic()
    read_at, versions = _kept.get("versions", (0.0, {}))
    if not versions or now - read_at >= KEEP_SECONDS:
        versions = _read()
        _kept["versions"] = (now, versions)
    return versions


def _read() -> Versions:
    from chiba_ward.directory.models import OfficeVersion

    found = defaultdict(list)
    for version in OfficeVersion.objects.order_by("office", "-valid_from"):
        found[version.office_id].append(version)
    return {office: tuple(versions) for office, versions in found.items()}
