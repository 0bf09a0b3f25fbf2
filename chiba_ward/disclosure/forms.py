from typing import Any

from django import forms
from django.utils import timezone

from chiba_ward.disclosure.enums import HoldKind, HoldSource
from chiba_ward.disclosure.marks import Known
from chiba_ward.disclosure.services import Application
from chiba_ward.ui.fields import EraDateField, KanaField, LineField, NameField, PhoneField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import RadioCards


class HoldForm(PortalForm):
    """The fields of the paper form, in its order. The same form takes a renewal."""

    kind = forms.ChoiceField(label="種類", choices=HoldKind.choices, widget=RadioCards)
    source = forms.ChoiceField(label="もと", choices=HoldSource.choices, widget=RadioCards)
    name = NameField(label="氏名", help_text="姓と名を続けて", max_length=80)
    kana = KanaField(label="フリガナ", max_length=120, required=False)
    phone = PhoneField(label="知られてはいけない電話番号", required=False)
    address = LineField(
        label="知られてはいけない住所",
        help_text="いま住んでいる所。相手がもう知っている前の住所は書かないでください（相手あての手紙まで止まります）。",
        max_length=200,
        required=False,
    )
    applied_on = EraDateField(label="申出日", help_text="通知のときは、通知に書かれた申出日")
    valid_until = EraDateField(
        label="期限",
        help_text="過ぎても自動では解除されません。決まっていないときは空のままにします。",
        required=False,
    )
    note = LineField(
        label="記録",
        help_text="例：〇〇市の通知 第12号。相手の名前は書かない",
        max_length=300,
        required=False,
    )

    def clean_applied_on(self) -> Any:
        day = self.cleaned_data["applied_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("申出日は、今日か、それより前の日にしてください。")
        return day

    @property
    def application(self) -> Application:
        data = self.cleaned_data
        name, kana, phone, address = (data[one] or "" for one in ("name", "kana", "phone", "address"))
        person = Known(name=name, kana=kana, phone=phone, address=address)
        return Application(
            person,
            applied_on=data["applied_on"],
            kind=data["kind"],
            source=data["source"],
            valid_until=data["valid_until"],
            note=data["note"],
        )


class ProposeForm(PortalForm):
    reason = LineField(
        label="解除してよいと考える理由",
        help_text="例：本人から取下げの申出（窓口で本人確認済み）",
        max_length=300,
    )


class KeepForm(PortalForm):
    reason = LineField(label="解除しない理由（あれば）", max_length=300, required=False)


class SearchForm(forms.Form):
    """Whole values only: what was typed is compared, never a part of it."""

    q = forms.CharField(
        label="さがす",
        help_text="氏名・フリガナ・電話番号・住所のどれかを、全部",
        max_length=200,
        required=False,
    )


class ImportForm(PortalForm):
    file = forms.FileField(label="一覧のファイル（CSV）")
