"""The acts of an organisation and of a 現況届: a form, a verb of the services, what is said when it is done."""

from typing import Any

from chiba_ward.access.actor import Actor
from chiba_ward.casework.acting import Act
from community.forms import annual as annual_forms
from community.forms import org as org_forms
from community.services import annual, orgs


def _change(pk: int, by: Actor, form: Any) -> object:
    return orgs.change(pk, by=by, **form.cleaned_data)


def _confirm(pk: int, by: Actor, form: Any) -> object:
    return orgs.confirm(pk, by=by, **form.cleaned_data)


def _contact(pk: int, by: Actor, form: Any) -> object:
    return orgs.put_contact(pk, by=by, **form.cleaned_data)


def _place(pk: int, by: Actor, form: Any) -> object:
    return orgs.add_place(pk, by=by, **form.cleaned_data)


def _place_end(pk: int, by: Actor, form: Any) -> object:
    return orgs.end_place(pk, by=by, **form.cleaned_data)


def _resource(pk: int, by: Actor, form: Any) -> object:
    return orgs.add_resource(pk, by=by, **form.cleaned_data)


def _resource_end(pk: int, by: Actor, form: Any) -> object:
    return orgs.end_resource(pk, by=by, **form.cleaned_data)


def _figure(pk: int, by: Actor, form: Any) -> object:
    return orgs.record_figure(pk, by=by, **form.cleaned_data)


def _end(pk: int, by: Actor, form: Any) -> object:
    return orgs.end(pk, by=by, **form.cleaned_data)


ORG_ACTS: dict[str, Act] = {
    "confirm": Act(
        org_forms.ConfirmForm, _confirm, "台帳のとおりだと確かめた", "確かめた日を記録する", "確かめた日を記録しました。"
    ),
    "change": Act(org_forms.ChangeForm, _change, "台帳を直す", "直す", "台帳を直しました。今日、確かめたことになります。"),
    "contact": Act(
        org_forms.ContactForm, _contact, "連絡先を足す・直す・消す", "記録する", "連絡先を記録しました。"
    ),
    "place": Act(org_forms.PlaceForm, _place, "活動区域を足す", "足す", "活動区域を足しました。"),
    "place_end": Act(org_forms.PlaceEndForm, _place_end, "活動区域を終える", "終える", "活動区域を終えました。"),
    "resource": Act(org_forms.ResourceForm, _resource, "地域資源を足す", "足す", "地域資源を足しました。"),
    "resource_end": Act(
        org_forms.ResourceEndForm, _resource_end, "使えなくなった地域資源を終える", "終える", "地域資源を終えました。"
    ),
    "figure": Act(
        org_forms.FigureForm, _figure, "加入世帯数を記録する", "記録する", "加入世帯数を記録しました。加入率に出ます。"
    ),
    "end": Act(
        org_forms.EndForm, _end, "解散・合併を記録する", "終わったことを記録する",
        "終わったことを記録しました。台帳は残り、役員はその日から入れなくなります。",
    ),
}  # fmt: skip


def _accept(pk: int, by: Actor, form: Any) -> object:
    return annual.accept(pk, by=by)


def _give_back(pk: int, by: Actor, form: Any) -> object:
    return annual.give_back(pk, by=by, **form.cleaned_data)


RETURN_ACTS: dict[str, Act] = {
    "accept": Act(
        annual_forms.AcceptForm, _accept, "受理する", "受理して台帳に反映する",
        "受理しました。台帳・加入世帯数・役員の任期に反映しました。",
    ),
    "give_back": Act(
        annual_forms.GiveBackForm, _give_back, "差し戻す", "理由を付けて差し戻す",
        "差し戻しました。団体の最初の画面に理由が出ます。",
    ),
}  # fmt: skip
