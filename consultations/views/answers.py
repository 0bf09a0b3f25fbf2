"""What was answered on a screen of the intake, as the person will recognise it; shared by both faces."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from chiba_ward.casework import drafts
from chiba_ward.casework.models import Draft
from chiba_ward.directory import selectors
from chiba_ward.ui.forms import PortalForm
from consultations import wizard


def shown_answers(draft: Draft, name: str) -> list[tuple[str, str]]:
    """Label and answer of every field that has one."""
    form = wizard.bound_form(draft, name)
    form.is_valid()
    shown = [(str(bound.label), _in_words(bound)) for bound in form]
    return [(label, value) for label, value in shown if value]


def with_address(draft: Draft, name: str, data: QueryDict, form: PortalForm) -> bool:
    """住所を入れる: ward and town from the postal code, on the server. False puts the reason beside the field."""
    form.is_valid()
    code = form.cleaned_data.get("postal_code", "")
    places = selectors.ward_and_town_for_postal_code(code) if code else []
    if not places:
        form.errors.clear()
        form.add_error(
            "postal_code", _("この郵便番号は千葉市の中に見つかりません。番号を確かめるか、区を選んでください。")
        )
        return False
    raw = wizard.raw_answers(data, form)
    raw["ward"] = [places[0].ward.slug]
    raw["town_name"] = [places[0].town_name if len(places) == 1 else ""]
    drafts.save(draft, name, raw)
    return True


def _in_words(bound: Any) -> str:
    value = bound.form.cleaned_data.get(bound.name)
    if isinstance(value, bool):
        return _("はい") if value else ""
    choices = dict(getattr(bound.field, "choices", []))
    if isinstance(value, list):
        return "、".join(str(choices.get(item, item)) for item in value)
    if hasattr(value, "strftime"):
        return str(value.strftime("%H:%M"))
    return str(choices.get(value, value or ""))
