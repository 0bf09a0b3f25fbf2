"""What was answered on a screen of the intake, as the person will recognise it; shared by both faces."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from chiba_ward.casework import attachments, drafts
from chiba_ward.casework.files import RejectedUpload
from chiba_ward.casework.models import Draft
from chiba_ward.directory import selectors
from chiba_ward.ui.forms import PortalForm
from consultations import wizard
from consultations.forms.intake import towns_of_code

HELPERS = frozenset({"found"})  # it only fills ward and town, which are shown


def shown_answers(draft: Draft, name: str) -> list[tuple[str, str]]:
    """Label and answer of every field that has one."""
    form = wizard.bound_form(draft, name)
    form.is_valid()
    shown = [(str(bound.label), _in_words(bound)) for bound in form if bound.name not in HELPERS]
    return [(label, value) for label, value in shown if value]


def with_address(draft: Draft, name: str, data: QueryDict, form: PortalForm) -> bool:
    """住所を入れる: ward and town from the postal code, on the server; several towns are then offered to choose.

    False puts the reason beside the field.
    """
    form.is_valid()
    code, reasons = form.cleaned_data.get("postal_code", ""), form.errors.get("postal_code", [])
    places = selectors.ward_and_town_for_postal_code(code or str(data.get("postal_code", "")))
    if not places:
        form.errors.clear()
        if reasons:
            form.errors["postal_code"] = reasons
            return False
        if not code:
            form.add_error("postal_code", _("郵便番号を入力してから、ボタンを押してください。"))
            return False
        form.add_error(
            "postal_code",
            _("この郵便番号は千葉市の中に見つかりません。番号を確かめるか、区を選んでください。"),
        )
        return False
    towns = towns_of_code(code)
    raw = wizard.raw_answers(data, form)
    wards = {place.ward.slug for place in places}
    raw["ward"] = list(wards) if len(wards) == 1 else raw.get("ward", [])
    raw["town_name"] = [towns[0][1] if len(towns) == 1 else ""]
    raw.pop("found", None)
    drafts.save(draft, name, raw)
    return True


def keep_files(request: HttpRequest, draft: Draft) -> list[str]:
    """Keep each upload that is in order, whatever else is wrong on the screen; the reasons for the others.

    The same file again (a retry, a double click) is kept once; an empty one is told by its field.
    """
    problems = []
    for upload in request.FILES.getlist("files"):
        if not upload.size:
            continue
        try:
            kept = attachments.add_to_draft(draft, upload)
        except RejectedUpload as rejected:
            problems.append(str(rejected.message))
            continue
        if draft.files.filter(sha256=kept.sha256).exclude(pk=kept.pk).exists():
            attachments.remove_from_draft(draft, kept.pk)
    return list(dict.fromkeys(problems))


def remove_file(request: HttpRequest, draft: Draft) -> None:
    """Take out the file that was pressed; one that is not there (any more) changes nothing."""
    wanted = request.POST.get("remove_file", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 18:
        attachments.remove_from_draft(draft, int(wanted))


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
