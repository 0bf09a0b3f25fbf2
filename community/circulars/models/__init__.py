from community.circulars.models.circular import CircularVersion, ECircular
from community.circulars.models.groups import CircularGroup, CircularKey, HouseholdSlot, KeyDevice
from community.circulars.models.ledger import CircularReading, CircularRecipient, PaperClosing
from community.circulars.models.master import PostingPeriod

__all__ = [
    "CircularGroup",
    "CircularKey",
    "CircularReading",
    "CircularRecipient",
    "CircularVersion",
    "ECircular",
    "HouseholdSlot",
    "KeyDevice",
    "PaperClosing",
    "PostingPeriod",
]
