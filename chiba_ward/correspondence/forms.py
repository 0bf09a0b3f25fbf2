"""What clerks type about letters, calls and failures."""

from django import forms

from chiba_ward.correspondence import placeholders
from chiba_ward.correspondence.enums import CallResult, Medium
from chiba_ward.correspondence.models import NoticeTemplate
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import RadioCards


class CallForm(PortalForm):
    """The result of one try."""

    result = forms.ChoiceField(label="電話の結果", choices=CallResult.choices, widget=RadioCards)
    note = forms.CharField(
        label="メモ（庁内だけ）",
        required=False,
        max_length=300,
        help_text="相談の内容は書かず、次にかける目安などを書きます。",
    )


class SelectionForm(forms.Form):
    """Which letters are meant; unknown and foreign ones fall out in the view."""

    MAKE_PDF, MARK_PRINTED, LARGE, NORMAL = "pdf", "printed", "large", "normal"
    action = forms.ChoiceField(
        choices=[
            (MAKE_PDF, "印刷用PDF"),
            (MARK_PRINTED, "発送した"),
            (LARGE, "大きな文字"),
            (NORMAL, "作り直す"),
        ]
    )
    selected = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through
        chosen = self.data.getlist("selected") if hasattr(self.data, "getlist") else []
        self.fields["selected"].choices = [(pk, pk) for pk in chosen if pk.isdecimal() and len(pk) < 19]  # type: ignore[attr-defined]  # a choice field


class TroubleForm(forms.Form):
    """What to do with a delivery that did not arrive."""

    CLOSE = "close"
    how = forms.ChoiceField(
        choices=[
            *((medium.value, medium.label) for medium in (Medium.EMAIL, Medium.LETTER, Medium.CALL)),
            (CLOSE, "対応済み"),
        ]
    )


class NoticeTemplateForm(forms.ModelForm):
    """The admin's form: says which words may be used, and hears mistakes from `NoticeTemplate.clean`."""

    class Meta:
        model = NoticeTemplate
        fields = ("key", "language", "label", "subject", "body", "is_reply")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through
        key = self.instance.key or "reply"
        allowed = placeholders.allowed_for(key)
        words = "、".join(
            f"{{{name}}} {meaning}" for name, meaning in placeholders.MEANINGS.items() if name in allowed
        )
        if "body" in self.fields:
            self.fields["body"].help_text = f"差し込める語: {words}。相談の内容や氏名は入りません。"
