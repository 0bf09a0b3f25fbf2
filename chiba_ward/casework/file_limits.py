"""How much may be sent, from the rows an administrator edits, kept a minute (ASSURANCE FI2)."""

import time

from django.utils.functional import Promise, lazystr
from django.utils.translation import gettext_lazy as _

from chiba_ward.casework.models import FileLimit

KEEP_SECONDS = 60
KINDS_OF_FILE = _("JPEG・PNG・PDF。1つ%(mb)dMBまで、%(count)dつまで。")

_kept: tuple[float, dict[str, FileLimit]] | None = None


def limit_for(kind: str) -> FileLimit:
    """The row of this kind of matter, else the general one; without rows what the model says."""
    rows = _rows()
    return rows.get(kind) or rows.get("") or FileLimit()


def hint(kind: str) -> Promise:
    """The line below a file field, read anew for every page: `JPEG・PNG・PDF。1つ10MBまで、5つまで。`"""
    return lazystr(_Hint(kind))


def forget() -> None:
    """Read the rows anew at the next question: after an edit in this process, and between tests."""
    global _kept  # noqa: PLW0603  (a cache of one process)
    _kept = None


class _Hint:
    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __str__(self) -> str:
        limit = limit_for(self._kind)
        return str(KINDS_OF_FILE) % {"mb": limit.max_mb, "count": limit.per_action}


def _rows() -> dict[str, FileLimit]:
    global _kept  # noqa: PLW0603  (a cache of one process)
    if _kept is None or time.monotonic() - _kept[0] > KEEP_SECONDS:
        _kept = time.monotonic(), {row.kind: row for row in FileLimit.objects.order_by("kind")}
    return _kept[1]
