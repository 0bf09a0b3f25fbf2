"""What both sides of a つなぎ fill in. Field names are those that `Refused.field` uses."""

import datetime as dt
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone

from chiba_ward.casework.enums import Channel
from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.directory.models import Office
from chiba_ward.ui import normalisation
from chiba_ward.ui.fields import EraDateField, LineField, NameField, ParagraphField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxCard, CheckboxList, RadioCards
from consultations.enums import ConsentMethod, ExcerptItem, ReferralRoute
from consultations.models import ConsentGrant, LegalGround, Party

HEARD_BY = [
    (Channel.TELEPHONE, "電話"),
    (Channel.POST, "FAX・郵便"),
    (Channel.VISIT, "訪問"),
    (Channel.COUNTER, "窓口"),
]
CONSENT = "consent"
ROUTES = [("", "いちばん早い方法（おまかせ）"), *ReferralRoute.choices]


def _any(form: forms.BaseForm) -> dict[str, Any]:
    """The fields as what they are; the stubs know only the base class."""
    return cast("dict[str, Any]", form.fields)


class OfficeByName(forms.ModelChoiceField):
    """Offices of a queryset that carries `label`, today's name."""

    def label_from_instance(self, obj: Any) -> str:
        ward = f"（{obj.ward.name}）" if obj.ward_id else ""
        return f"{obj.label}{ward}"


class AddresseeForm(PortalForm):
    """Step 1. The offices to choose from are the ones that the search has found."""

    to_office = OfficeByName(
        label="つなぎ先", queryset=Office.objects.none(), widget=RadioCards, empty_label=None
    )
    purpose = ParagraphField(
        label="お願いしたいこと", max_length=500, help_text="相手に何をしてほしいかを書きます。本人の名前は書きません。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    is_urgent = forms.BooleanField(
        label="至急（30分以内に返事をもらう）", required=False, widget=CheckboxCard,
        help_text="至急のときは、送ったあとに電話もしてください。",
    )  # fmt: skip
    route = forms.ChoiceField(label="渡し方", choices=ROUTES, required=False, widget=RadioCards)

    def __init__(self, *args: Any, offices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _any(self)["to_office"].queryset = offices


class GroundForm(PortalForm):
    """Step 2: a consent on record, or a ground of the law and why it holds. Without one on record there is none to choose.

    `cleaned_data["ground"]` is the row of the law, None where it rests on the consent.
    """

    needed_when: ClassVar = {"consent": "本人の同意のときは必須", "basis_note": "ほかの根拠のときは必須"}

    basis = forms.ChoiceField(
        label="渡す根拠",
        widget=RadioCards,
        help_text="「本人の同意」か、同意によらないときは根拠の条文を選びます。",
    )
    consent = forms.ModelChoiceField(
        label="使う同意",
        queryset=ConsentGrant.objects.none(),
        required=False,
        widget=RadioCards,
        empty_label=None,
    )
    basis_note = LineField(
        label="同意によらない理由", max_length=300, required=False,
        help_text="「本人の同意」のときは空欄にします。だれが、どの法令・会議・状況で必要と判断したかを書きます。",
    )  # fmt: skip

    def __init__(self, *args: Any, consents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._grounds = {ground.code: ground for ground in LegalGround.objects.filter(is_active=True)}
        basis = _any(self)["basis"]
        basis.choices = [(CONSENT, "本人の同意"), *((code, row.name) for code, row in self._grounds.items())]
        basis.widget.hints = {code: _law_of(row) for code, row in self._grounds.items()}
        if not consents:
            del self.fields["consent"]
            return
        _any(self)["consent"].queryset = consents
        _any(self)["consent"].label_from_instance = consent_in_words

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["ground"] = self._grounds.get(cleaned.get("basis", ""))
        if "consent" not in self.fields and cleaned.get("basis") == CONSENT:
            self.add_error(
                "basis",
                "この相手に渡す同意の記録がありません。上の「同意を記録する」で記録するか、ほかの根拠を選んでください。",
            )
        return cleaned


def _law_of(ground: LegalGround) -> str:
    return f"{ground.law}（要確認）" if ground.needs_verification else ground.law


def consent_in_words(consent: ConsentGrant) -> str:
    items = "・".join(str(ExcerptItem(item).label) for item in consent.items)
    return f"{consent.obtained_on.month}月{consent.obtained_on.day}日 {consent.get_method_display()}：{items}"


class ConsentForm(PortalForm):
    """The consent of one person for one recipient, item by item."""

    needed_when: ClassVar = {"paper_location": "書面のときは必須"}

    items = forms.MultipleChoiceField(
        label="渡してよい項目", widget=CheckboxList, help_text="一つずつ本人に確かめて、印を付けます。"
    )
    person = forms.ModelChoiceField(
        label="同意した人",
        queryset=Party.objects.none(),
        required=False,
        empty_label="（相談した人・名前は聞いていない）",
    )
    method = forms.ChoiceField(label="同意を得た方法", choices=ConsentMethod.choices, widget=RadioCards)
    obtained_on = EraDateField(label="同意を得た日")
    valid_until = EraDateField(label="いつまで", required=False, help_text="決めないときは空欄にします。")
    paper_location = LineField(
        label="署名した紙の保管場所",
        max_length=120,
        required=False,
        help_text="書面のときに入力します（例：窓口の書庫 A-3）。",
    )

    def __init__(self, *args: Any, items: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _any(self)["items"].choices = items
        _any(self)["person"].queryset = people

    def clean_obtained_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["obtained_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("同意を得た日は、今日までの日にしてください。")
        return day


class AnswerForm(PortalForm):
    """Base of the partner's answers. `on_behalf` adds how the answer reached the sender."""

    def __init__(
        self, *args: Any, referral: Any, offices: Any = None, on_behalf: bool = False, **kwargs: Any
    ) -> None:
        self.referral = referral
        super().__init__(*args, **kwargs)
        if on_behalf:
            self.fields["channel"] = forms.ChoiceField(
                label="返事の届き方", choices=HEARD_BY, widget=RadioCards,
                error_messages={"required": "先方の返事がどう届いたかを選んでください。"},
            )  # fmt: skip
        if "better_office" in self.fields and offices is not None:
            _any(self)["better_office"].queryset = offices

    @property
    def channel(self) -> str:
        return str(self.cleaned_data.get("channel") or Channel.WEB)


class AcceptForm(AnswerForm):
    accepted_by_name = NameField(label="担当する人の名前", max_length=80, autocomplete="off")
    first_contact_on = EraDateField(
        label="最初に本人へ連絡する日", help_text="この日までに連絡すると、本人に伝わります。"
    )


class DeclineForm(AnswerForm):
    decline_reason = ParagraphField(
        label="受理できない理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="送った課が読みます。",
    )
    better_office = OfficeByName(
        label="ほかに合う先（名簿から）",
        queryset=Office.objects.none(),
        required=False,
        empty_label="（名簿にない・下に書く）",
    )
    better_place = LineField(label="ほかに合う先（名簿にないとき）", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not (data.get("better_office") or data.get("better_place")) and "better_office" not in self.errors:
            self.add_error(
                "better_place",
                "ほかに合う先を選ぶか入力してください。思い当たらないときは「分からない」と書いてください。",
            )
        return data


class AskBackForm(AnswerForm):
    question = ParagraphField(
        label="送った課への質問", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    asked_by = NameField(label="質問する人の名前", max_length=80, autocomplete="off")


class ContactForm(AnswerForm):
    on = EraDateField(label="本人に連絡がついた日")
    at = forms.TimeField(
        label="時刻", required=False, help_text="例 14:30（分からないときは空欄）",
        widget=forms.TextInput(attrs={"class": "cw-input cw-input--short", "autocomplete": "off"}),
        error_messages={"invalid": "時刻を「14:30」のように入力してください。"},
    )  # fmt: skip

    def moment(self) -> dt.datetime:
        """The moment, never later than now when only today's date was given."""
        day, time = self.cleaned_data["on"], self.cleaned_data["at"]
        if time is None:
            noon = dt.datetime.combine(day, dt.time(12), TOKYO)
            now = timezone.now()
            earliest = self.referral.sent_at or noon
            return now if day == timezone.localdate() else max(noon, earliest)
        return dt.datetime.combine(day, time, TOKYO)


class OutcomeForm(AnswerForm):
    outcome_done = ParagraphField(
        label="行ったこと", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    outcome_result = ParagraphField(label="結果", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    outcome_continues = forms.TypedChoiceField(
        label="支援を続けますか", choices=[("yes", "続ける"), ("no", "終わる")], coerce=lambda value: value == "yes",
        widget=RadioCards,
    )  # fmt: skip
    outcome_next = LineField(
        label="次にすること・時期", max_length=300, required=False, help_text="続けるときに入力します。"
    )


class ReplyForm(PortalForm):
    answer = ParagraphField(label="質問への答え", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class RecallForm(PortalForm):
    reason = LineField(label="取り消す理由（庁内）", max_length=200, required=False)


class CodeForm(PortalForm):
    code = LineField(
        label="確認コード", max_length=20, help_text="メールに書かれた6けたの数字です。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "cw-input cw-input--code"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        return normalisation.digits(self.cleaned_data["code"])
