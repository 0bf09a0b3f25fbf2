"""The steps of the intake over one draft: raw answers are kept as they were typed, checked or not.

A saved draft may hold what is not valid yet; `first_unfinished` says where the person has to go on.
"""

from typing import Any

from django.http import QueryDict

from chiba_ward.casework.models import Draft
from chiba_ward.directory import selectors
from chiba_ward.directory.models import Office
from chiba_ward.ui.forms import PortalForm
from consultations import urgency
from consultations.forms.intake import STEPS

NAMES = list(STEPS)


def desk_for(draft: Draft) -> Office:
    """The desk that would receive what stands in the draft now."""
    slug = (draft.data.get("place", {}).get("ward") or [""])[0]
    return selectors.triage_desk(selectors.ward_named(slug))


def hits_in(draft: Draft) -> list[urgency.Hit]:
    """Phrases that raise the urgency, in what was typed so far."""
    story = draft.data.get("story", {})
    words = [*story.get("chief_concern", []), *story.get("body", [])]
    return urgency.hits_in(*words) if any(words) else []


def form_for(draft: Draft, name: str) -> PortalForm:
    """The step's form: empty at first, filled with what was typed when it was visited before."""
    raw = draft.data.get(name)
    return STEPS[name](initial=_initial(raw) if raw else None)


def bound_form(draft: Draft, name: str) -> PortalForm:
    """The step's form with the stored answers, to be validated."""
    return STEPS[name](data=_query(draft.data.get(name, {})))


def answers(draft: Draft) -> dict[str, dict[str, Any]] | None:
    """Cleaned answers of every step, or None while one of them is not complete."""
    forms = {name: bound_form(draft, name) for name in NAMES}
    if not all(name in draft.data and form.is_valid() for name, form in forms.items()):
        return None
    return {name: form.cleaned_data for name, form in forms.items()}


def first_unfinished(draft: Draft) -> str | None:
    for name in NAMES:
        if name not in draft.data or not bound_form(draft, name).is_valid():
            return name
    return None


def may_open(draft: Draft, name: str) -> bool:
    """A step opens when every step before it is complete: nobody skips ahead."""
    unfinished = first_unfinished(draft)
    return unfinished is None or NAMES.index(name) <= NAMES.index(unfinished)


def neighbour(name: str, offset: int) -> str | None:
    place = NAMES.index(name) + offset
    return NAMES[place] if 0 <= place < len(NAMES) else None


def raw_answers(data: QueryDict, form: PortalForm) -> dict[str, list[str]]:
    """What was typed into the fields of this form, never the token or a button."""
    return {key: data.getlist(key) for key in form.fields if key in data}


def _query(raw: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for key, values in raw.items():
        query.setlist(key, values)
    return query


def _initial(raw: dict[str, list[str]]) -> dict[str, Any]:
    many = ("cautions",)
    return {key: values if key in many else (values[0] if values else "") for key, values in raw.items()}
