"""What is asked about a protected matter: as little as the law needs, each error beside its field."""

from typing import Any

from django import forms
from django.utils import timezone

from chiba_ward.directory import selectors
from chiba_ward.directory.models import Ward
from chiba_ward.ui.fields import LineField, MailField, NameField, ParagraphField, PhoneField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from consultations.enums import PROTECTED_FLAGS, Flag
from consultations.protection.enums import CheckResult
from consultations.protection.enums import NotificationState as S
from consultations.protection.models import Notifier
from consultations.protection.services.confirming import HandOff

KINDS = [(flag.value, flag.label.removesuffix("のおそれ")) for flag in PROTECTED_FLAGS]
WHEN = "%Y-%m-%dT%H:%M"
ALL_OR_NONE = "電話の引継ぎを記録するときは、機関・相手・時刻のすべてを入力してください。"
SHORTEST_REASON = 10


class MomentField(forms.DateTimeField):
    """A moment in Asia/Tokyo, by the browser's own field."""

    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local", "class": "cw-input cw-input--medium"}, format=WHEN
    )
    default_error_messages = {
        "invalid": "日付と時刻を確かめてください（例：2026-11-23 10:30）。",
        "required": "日付と時刻を入力してください。",
    }


class HandOffPart(PortalForm):
    """Who was rung: together, or not at all yet."""

    handed_place = LineField(
        label="電話で引き継いだ機関・課", help_text="例：東部児童相談所", max_length=80, required=False
    )
    handed_name = LineField(label="電話に出た相手の名前", max_length=80, required=False)
    handed_at = MomentField(label="電話した時刻", required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in ("handed_place", "handed_name", "handed_at") if data.get(name)]
        if given and len(given) < 3 and not {"handed_place", "handed_name", "handed_at"} & set(self.errors):
            missing = next(
                name for name in ("handed_place", "handed_name", "handed_at") if not data.get(name)
            )
            self.add_error(missing, ALL_OR_NONE)
        return data

    @property
    def handed(self) -> HandOff | None:
        data = self.cleaned_data
        if not data.get("handed_place"):
            return None
        return HandOff(data["handed_place"], data["handed_name"], data["handed_at"])


class HandOffForm(HandOffPart):
    """The same, when it is the act itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("handed_place", "handed_name", "handed_at"):
            self.fields[name].required = True
        self.fields["handed_at"].initial = timezone.localtime().strftime(WHEN)


def _wards() -> list[tuple[str, str]]:
    return [("", "区を選ぶ"), *((ward.slug, ward.name) for ward in selectors.all_wards())]


class WardField(forms.ChoiceField):
    def clean(self, value: Any) -> Ward | None:
        slug = super().clean(value)
        return selectors.ward_named(slug) if slug else None


class ConfirmForm(HandOffPart):
    kinds = forms.MultipleChoiceField(
        label="どの保護が必要ですか",
        choices=KINDS,
        widget=CheckboxList(columns=True),
        error_messages={"required": "どの種類の保護が必要かを選んでください。"},
    )
    ward = WardField(label="困っている本人が住む区", required=False)
    field_order = ["kinds", "ward", "handed_place", "handed_name", "handed_at"]

    def __init__(self, *args: Any, asks_ward: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_ward:
            self.fields["ward"].choices = _wards()
            self.fields["ward"].required = True
            self.fields["ward"].error_messages["required"] = "困っている本人が住む区を選んでください。"
        else:
            del self.fields["ward"]


class DismissForm(PortalForm):
    reason = LineField(
        label="当たらないと考えた理由（庁内）",
        help_text="例：テレビの音と分かった。あとで変わったときは、もう一度確かめられます。",
        max_length=300,
        error_messages={"required": "当たらないと考えた理由を入力してください。"},
    )


class TelephoneForm(HandOffPart):
    """通告を電話で受けた: nobody has to say who they are."""

    kinds = forms.MultipleChoiceField(
        label="どの保護が必要ですか",
        choices=KINDS,
        widget=CheckboxList(columns=True),
        error_messages={"required": "どの種類の保護が必要かを選んでください。"},
    )
    ward = WardField(label="困っている本人が住む区", error_messages={"required": "区を選んでください。"})
    body = ParagraphField(
        label="聞いたこと",
        help_text="聞いたままに書きます。通告した人が分かることは、下の欄に分けて書いてください。",
        max_length=5000,
        error_messages={"required": "聞いたことを入力してください。"},
    )
    place = LineField(label="本人のいる場所（分かる範囲で）", max_length=200, required=False)
    name = NameField(label="通告した人の名前", max_length=80, required=False, autocomplete="off",
                     help_text="名前を言わなくても受け付けます。分けて保管し、ほかの画面・印刷・通知には出ません。")  # fmt: skip
    relation = LineField(label="本人とのつながり", max_length=60, required=False)
    phone = PhoneField(label="通告した人の電話番号", required=False)
    email = MailField(label="通告した人のメールアドレス", required=False)
    address = LineField(label="通告した人の住所", max_length=200, required=False)
    note = ParagraphField(label="連絡について聞いたこと", max_length=1000, required=False)
    field_order = [
        "kinds", "ward", "body", "place", "handed_place", "handed_name", "handed_at",
        "name", "relation", "phone", "email", "address", "note",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ward"].choices = _wards()

    @property
    def notifier(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name) or "" for name in
                ("name", "relation", "phone", "email", "address", "note")}  # fmt: skip


class ReceiptForm(PortalForm):
    receipt_name = LineField(
        label="受けたことを確かめた相手の名前",
        max_length=80,
        error_messages={"required": "受けたことを確かめた相手の名前を入力してください。"},
    )
    receipt_at = MomentField(label="確かめた時刻")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receipt_at"].initial = timezone.localtime().strftime(WHEN)


class CheckForm(PortalForm):
    result = forms.ChoiceField(
        label="安全確認の結果",
        choices=CheckResult.choices,
        widget=RadioCards,
        error_messages={"required": "安全確認の結果を選んでください。"},
    )
    seen_at = MomentField(label="確かめた時刻")
    seen_by = LineField(label="確かめた人（機関と名前）", max_length=120,
                        error_messages={"required": "だれが確かめたかを入力してください。"})  # fmt: skip
    seen_whom = LineField(label="だれの姿を見たか", max_length=120,
                          error_messages={"required": "だれの姿を見たかを入力してください。"})  # fmt: skip
    place = LineField(label="確かめた場所", max_length=120,
                      error_messages={"required": "どこで確かめたかを入力してください。"})  # fmt: skip
    note = ParagraphField(label="様子", max_length=1000, required=False)


class SealForm(PortalForm):
    lead = LineField(
        label="このあと主に支援する機関",
        help_text="例：東部児童相談所、こども家庭課",
        max_length=80,
        error_messages={"required": "このあと主に支援する機関を入力してください。"},
    )
    sure = forms.BooleanField(
        label="終結すると、この相談にはだれも書き足せなくなることを確かめました",
        error_messages={"required": "確かめてから、印を付けてください。"},
    )


class ReasonForm(PortalForm):
    reason = LineField(
        label="通告した人の記録を開く理由",
        help_text="閲覧記録に残り、監査の人が見ます。例：折り返しの電話で、けがの時期を聞くため",
        min_length=SHORTEST_REASON,
        max_length=200,
        error_messages={
            "required": "開く理由を入力してください。",
            "min_length": f"開く理由を{SHORTEST_REASON}文字以上で入力してください。",
        },
    )


class ListForm(forms.Form):
    """The conditions of the list; they live in the URL."""

    show = forms.ChoiceField(
        label="表示",
        choices=[("", "終結していないもの"), ("sealed", "終結したもの"), ("all", "すべて")],
        required=False,
    )
    kind = forms.ChoiceField(label="種類", choices=[("", "すべて"), *KINDS], required=False)
    state = forms.ChoiceField(label="状態", choices=[("", "すべて"), *S.choices], required=False)
    clock = forms.ChoiceField(
        label="安全確認",
        choices=[
            ("", "すべて"),
            ("late", "48時間を過ぎた"),
            ("running", "まだ確かめていない"),
            ("met", "確かめた"),
        ],
        required=False,
    )


def labelled(notifier: Notifier) -> list[tuple[str, str]]:
    """The record of a notifier, field by field; what was not said is left out."""
    names = ("name", "kana", "relation", "phone", "email", "address", "note")
    return [
        (str(getattr(Notifier._meta.get_field(name), "verbose_name", name)), value)
        for name in names
        if (value := getattr(notifier, name))
    ]


def kind_labels(kinds: list[str]) -> str:
    return "・".join(Flag(kind).label.removesuffix("のおそれ") for kind in kinds)
