from typing import Any

from django import forms

from chiba_ward.casework import receipt_numbers
from chiba_ward.compartments.enums import GlassVerdict
from chiba_ward.compartments.models import SHORTEST_GLASS_REASON
from chiba_ward.ui.fields import LineField, ParagraphField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import RadioCards


class AskForm(PortalForm):
    """Number and reason. Only the shape of the number is looked at here, never where it leads."""

    number = LineField(label="受付番号", help_text="例：S-7K4M-925W", max_length=40)
    reason = ParagraphField(
        label="理由",
        help_text=f"{SHORTEST_GLASS_REASON}文字以上。だれの命・身体に、どんな危険があり、なぜ今すぐ必要かを書きます。",
        min_length=SHORTEST_GLASS_REASON,
        max_length=500,
        error_messages={
            "min_length": f"何が起きているかが分かるように、{SHORTEST_GLASS_REASON}文字以上で書いてください。"
            "例：警察から本人の安否の照会があり、担当者に連絡が付かない"
        },
    )

    def clean_number(self) -> str:
        try:
            return receipt_numbers.parse(self.cleaned_data["number"])
        except receipt_numbers.ReceiptNumberError as error:
            raise forms.ValidationError(str(error.message)) from error


class ReviewForm(PortalForm):
    verdict = forms.ChoiceField(label="判断", choices=GlassVerdict.choices, widget=RadioCards)
    note = LineField(
        label="説明",
        help_text="不当としたときは必ず書きます。例：警察の照会の記録を確かめた",
        max_length=500,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("verdict") == GlassVerdict.UNJUSTIFIED and not values.get("note"):
            self.add_error("note", "不当とするときは、何がいけなかったかと、次にすることを書いてください。")
        return values
