"""困りごと, できること, how each was checked, and what a section brokers between them."""

from community.matching.models.lines import ListingCheck, MatchingLine
from community.matching.models.listings import Listing, Need, Offer
from community.matching.models.master import CheckItem, FailureReason, MatchingRule
from community.matching.models.match import Match, MatchAnswer

__all__ = [
    "CheckItem",
    "FailureReason",
    "Listing",
    "ListingCheck",
    "Match",
    "MatchAnswer",
    "MatchingLine",
    "MatchingRule",
    "Need",
    "Offer",
]
