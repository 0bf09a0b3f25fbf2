"""What an import did, or would do, and what is to be said of single lines."""

from dataclasses import dataclass, field
from typing import Any

COUNTS = {
    "added": "新しい",
    "changed": "変わった",
    "unchanged": "変わりなし",
    "ended": "終了",
    "rejected": "誤り",
    "doubtful": "確認してほしい",
}
MOST_FINDINGS = 1000
MOST_NAMES = 50


class UnreadableFile(Exception):
    """The file as a whole cannot be taken; `message` is Japanese and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Finding:
    """`line` counts as a text editor does, the header is line 1; of GeoJSON it is the number of the 地物. 0 is the whole file."""

    line: int
    column: str
    reason: str
    is_rejected: bool

    def as_json(self) -> dict[str, Any]:
        kind = "rejected" if self.is_rejected else "doubtful"
        return {"line": self.line, "column": self.column, "reason": self.reason, "kind": kind}


@dataclass
class Report:
    """With one rejected line nothing is written at all. `rejected` and `doubtful` count lines, not reasons."""

    kind: str
    encoding: str = ""
    dry_run: bool = False
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    findings: list[Finding] = field(default_factory=list)
    ended_names: list[str] = field(default_factory=list)

    def reject(self, line: int, column: str, reason: str) -> None:
        self.findings.append(Finding(line, column, reason, is_rejected=True))

    def doubt(self, line: int, column: str, reason: str) -> None:
        self.findings.append(Finding(line, column, reason, is_rejected=False))

    @property
    def rejected(self) -> int:
        return len({one.line for one in self.findings if one.is_rejected})

    @property
    def doubtful(self) -> int:
        return len({one.line for one in self.findings if not one.is_rejected})

    @property
    def is_written(self) -> bool:
        return not self.dry_run and not self.rejected

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in COUNTS}

    def lines(self) -> list[dict[str, Any]]:
        """Errors first, then by line; bounded, so that a file of nothing but errors fills no memory."""
        ordered = sorted(self.findings, key=lambda one: (not one.is_rejected, one.line))
        return [one.as_json() for one in ordered[:MOST_FINDINGS]]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "encoding": self.encoding,
            "dry_run": self.dry_run,
            "written": self.is_written,
            "counts": self.counts,
            "lines": self.lines(),
            "lines_left_out": max(len(self.findings) - MOST_FINDINGS, 0),
            "ended": self.ended_names,
        }
