"""What is filled in on an entry of the ledger, one act each. Field names are those that `Refused.field` uses."""

import datetime as dt
from typing import Any

from django import forms

from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.directory.selectors import all_wards, ward_named
from chiba_ward.ui.fields import EraDateField, LineField, NameField, ParagraphField, TimeField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import RadioCards
from consultations.centre.enums import Category, EndReason
from consultations.centre.models import ProgressEntry
from consultations.forms.beside import OfficeChoice, RowForm, offices_of

HINTS: dict[str, str] = {
    Category.PROTECTION: "保護者のない、または保護者に監護させることが適当でない子ども。",
    Category.SUPPORT: "養育を支えることが特に必要な子どもと、その保護者。",
    Category.EXPECTANT: "出産の前から支えることが特に必要な妊婦。",
}
NEXT_HELP = "決めないと載せられません。ふだんの間隔で入れてあります。"


class RegisterForm(PortalForm):
    category = forms.ChoiceField(label="区分", choices=Category.choices, widget=RadioCards(hints=HINTS))
    lead = OfficeChoice(label="主担当機関")
    next_on = EraDateField(label="次回評価日", help_text=NEXT_HELP)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].offer(offices_of(actor))


class EntryForm(RowForm):
    """A form of the entry's page; it knows the entry and who acts."""

    keyword = "entry"
    entry: ProgressEntry


class EvaluateForm(EntryForm):
    on = EraDateField(label="評価した日")
    finding = ParagraphField(
        label="見立て・確かめたこと", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="書いたものは、あとから直せません。直すことがあるときは、もう一度評価を記録します。",
    )  # fmt: skip
    category = forms.ChoiceField(label="評価のあとの区分", choices=Category.choices, widget=RadioCards)
    next_on = EraDateField(label="次回評価日", help_text="ふだんの間隔で入れてあります。")


class LeadForm(EntryForm):
    lead = OfficeChoice(label="これからの主担当機関")

    def offer(self, fields: dict[str, Any]) -> None:
        fields["lead"].offer(offices_of(self.actor))


class EndForm(EntryForm):
    reason = forms.ChoiceField(label="外す理由", choices=EndReason.choices, widget=RadioCards)
    note = ParagraphField(
        label="理由の説明（庁内）", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    needed_when = {"note": "「その他」のとき"}


class TransferForm(EntryForm):
    ward = forms.TypedChoiceField(label="受け入れる区", coerce=ward_named, empty_value=None)
    reason = ParagraphField(
        label="移管の理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="受け入れる課は、受け入れるまで、区分・次回評価日とこの理由だけを見ます。名前・住所は書かないでください。",
    )  # fmt: skip
    caller = NameField(label="電話した人", max_length=80, autocomplete="off")
    called = NameField(label="電話を受けた人（受け入れる区の課）", max_length=80, autocomplete="off")
    called_on = EraDateField(label="電話した日")
    called_at = TimeField(label="電話した時刻")

    def offer(self, fields: dict[str, Any]) -> None:
        own = self.entry.office.ward_id
        others = [(ward.slug, ward.name) for ward in all_wards() if ward.pk != own]
        fields["ward"].choices = [("", "区を選ぶ"), *others]

    @property
    def moment(self) -> dt.datetime:
        return dt.datetime.combine(self.cleaned_data["called_on"], self.cleaned_data["called_at"], TOKYO)


class LedgerFilter(PortalForm):
    """What stands in the address of the list."""

    category = forms.ChoiceField(label="区分", required=False, choices=[("", "すべて"), *Category.choices])
    lead = forms.ChoiceField(label="主担当機関", required=False)
    number = LineField(label="受付番号", required=False, max_length=12)
