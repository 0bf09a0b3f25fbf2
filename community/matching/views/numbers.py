"""Numbers as they are typed: 「T-00012」, 「t12」, full-width."""

import re

from chiba_ward.ui import normalisation
from community.matching.models import Listing, Match

NUMBER = re.compile(r"([A-Z])-?0*(\d{1,9})", re.IGNORECASE)


def key_of(model: type[Listing], written: str) -> int:
    """The key behind a number of this table; 0, which is nobody's, for anything else."""
    found = NUMBER.fullmatch(normalisation.half_width(written).strip())
    return int(found[2]) if found and found[1].upper() == model.PREFIX else 0


def key_of_match(written: str) -> int:
    found = NUMBER.fullmatch(normalisation.half_width(written).strip())
    return int(found[2]) if found and found[1].upper() == Match.PREFIX else 0
