"""Phrases that raise the suggested urgency. They only raise, never lower, and never decide the route:
a human reads the phrase and confirms (DOMAIN §9 R1)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from unicodedata import normalize

from chiba_ward.casework.enums import Urgency
from chiba_ward.rows.memory import remembered
from consultations.enums import PROTECTED_FLAGS
from consultations.models import UrgencyWord

DANGER = frozenset({Urgency.U0, Urgency.U1})
RISK = {Urgency.U0: 0, Urgency.U1: 1, Urgency.U2: 2, Urgency.U3: 3}
CALMEST = 3


@dataclass(frozen=True)
class Hit:
    """One phrase found in a text, with the urgency and the warning it suggests."""

    phrase: str
    urgency: str
    flag: str


def hits_in(*texts: str) -> list[Hit]:
    """Every active phrase that stands in the texts, the most urgent first. Width and case do not matter."""
    haystack = _folded(" ".join(texts))
    return [hit for phrase, hit in _phrases() if phrase in haystack]


@remembered
def _phrases() -> tuple[tuple[str, Hit], ...]:
    words = UrgencyWord.objects.filter(is_active=True).order_by("urgency", "phrase")
    return tuple((_folded(word.phrase), Hit(word.phrase, word.urgency, word.flag)) for word in words)


def risk_rank(urgency: str, hits: list[dict[str, str]] | list[Hit]) -> int:
    """0 (life in danger) to 3. What a human set counts; until then the most urgent phrase."""
    if urgency:
        return RISK[Urgency(urgency)]
    suggested = [hit.urgency if isinstance(hit, Hit) else hit["urgency"] for hit in hits]
    return min((RISK[Urgency(value)] for value in suggested), default=CALMEST)


def danger_topics(hits: list[Hit]) -> list[str]:
    """What the dangerous phrases are about, to choose the numbers to call: `abuse_child`, `dv`, or `life`.

    Empty when nothing asks for them: a dunning letter is urgent for the office, not a case for 110.
    """
    return sorted({hit.flag or "life" for hit in hits if hit.urgency in DANGER})


def flags_of(hits: Iterable[Hit]) -> tuple[list[str], list[str]]:
    """What the phrases warn of: the flags that stand at once, and those that a human confirms first (R1, R2)."""
    found = {hit.flag for hit in hits if hit.flag}
    return sorted(found - set(PROTECTED_FLAGS)), sorted(found & set(PROTECTED_FLAGS))


def as_rows(hits: list[Hit]) -> list[dict[str, str]]:
    return [asdict(hit) for hit in hits]


def _folded(text: str) -> str:
    return normalize("NFKC", text).lower().replace("\n", "")
