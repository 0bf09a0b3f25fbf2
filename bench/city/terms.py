"""The row of the search index, made by the portal's own rules. The same sentences are cut into words once only."""

from dataclasses import replace
from functools import lru_cache

from chiba_ward.casework.models import Matter
from chiba_ward.casework.search import terms
from chiba_ward.casework.search.terms import SCHEME, Findable
from consultations.models import Consultation, Party
from consultations.search import findable


def line(
    pk: int, number: str, texts: tuple[str, str], parties: list[dict[str, str]]
) -> tuple[object, ...]:  # fmt: skip
    """The columns of `casework_searchterms`; `texts` are concern and body."""
    matter = Matter(pk=pk, receipt_no=number)
    case = Consultation(matter=matter, chief_concern=texts[0], body=texts[1])
    found = findable(case, [Party(**words) for words in parties])
    key = terms.ring().current
    own, _ = terms.terms_of(replace(found, texts=()), key)
    numbers = sorted({*_of_texts(found.texts), *own})
    return pk, "{" + ",".join(map(str, numbers)) + "}", key.id, SCHEME, "t"


@lru_cache(maxsize=20_000)
def _of_texts(texts: tuple[str, ...]) -> tuple[int, ...]:
    """A matter's numbers are those of its texts and those of the rest: no number comes from both together."""
    found, is_whole = terms.terms_of(Findable(texts=texts), terms.ring().current)
    assert is_whole, "the dictionary of words is missing"
    return tuple(found)
