"""What stands around the text of every print: who made it, what it is, how it is to be handled, to whom it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chiba_ward.ui.japanese_dates import both_calendars

TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class DocumentHead:
    """Header and footer of a print (DESIGN §2 rule 9, ASSURANCE PD4).

    `classification` is the 取扱区分 (公開, 庁内限り, 機密性3 …), `recipient` and `copy_number` tell whose copy it is.
    `created_at` is timezone-aware. A drill carries 訓練 on every page.
    """

    title: str
    created_at: datetime
    number: str = ""
    office: str = ""
    classification: str = ""
    recipient: str = ""
    copy_number: str = ""
    city: str = "千葉市"
    language: str = "ja"
    is_drill: bool = False
    large_print: bool = False

    @property
    def created_label(self) -> str:
        """`令和8年11月23日（2026年11月23日）14時05分`, in Asia/Tokyo."""
        local = self.created_at.astimezone(TOKYO)
        return f"{both_calendars(local.date())}{local:%H時%M分}"

    @property
    def created_date_label(self) -> str:
        """`令和8年11月23日（2026年11月23日）`, as a letter is dated."""
        return both_calendars(self.created_at.astimezone(TOKYO).date())

    @property
    def created_iso(self) -> str:
        """For the metadata of the file."""
        return self.created_at.astimezone(TOKYO).replace(microsecond=0).isoformat()


@dataclass(frozen=True)
class LetterAddress:
    """The block that shows in the window of the envelope. `lines` are the address as it is to be printed."""

    addressee: str
    lines: tuple[str, ...] = ()
    postal_code: str = ""
    honorific: str = "様"


@dataclass(frozen=True)
class LetterSender:
    """Who writes and how to reach them; all lines come from the office's row."""

    office: str
    lines: tuple[str, ...] = ()
