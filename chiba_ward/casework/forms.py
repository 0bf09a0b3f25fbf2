"""What is asked of staff about any matter, whichever module it belongs to."""

from django import forms

from chiba_ward.casework.enums import OutsideDuty
from chiba_ward.casework.models import SHORTEST_REASON
from chiba_ward.ui.fields import LineField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import RadioCards


class ReasonForm(PortalForm):
    """Why one opens what is not one's own to look after (C21)."""

    choice = forms.ChoiceField(label="開く理由", choices=OutsideDuty.choices, widget=RadioCards)
    text = LineField(
        label="くわしい理由",
        help_text=f"{SHORTEST_REASON}文字以上。人の名前や相談の内容は書かないでください（記録は消せません）。",
        min_length=SHORTEST_REASON,
        max_length=200,
        error_messages={
            "min_length": f"どんな用件か分かるように、{SHORTEST_REASON}文字以上で書いてください。例：担当が休みの日に家族から問い合わせ"
        },
    )


class LookedForm(PortalForm):
    """A head has looked at it."""

    note = LineField(
        label="記録（あれば）",
        help_text="例：電話の取り次ぎで、必要なものだった",
        max_length=200,
        required=False,
    )
