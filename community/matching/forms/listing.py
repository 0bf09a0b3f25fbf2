"""A 困りごと or a できること on the screen: the same items for an officer and for a clerk (C16)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from chiba_ward.access.actor import Actor
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.row_forms import RowForm
from chiba_ward.ui.fields import EraDateField, LineField, NameField, ParagraphField
from chiba_ward.ui.forms import PortalForm, speak_plainly
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from community.enums import ResourceKind
from community.matching import choices
from community.matching.enums import Side, Slot
from community.matching.models import CheckItem, Listing

WORDS = (
    "title", "theme", "kind", "text", "slots", "starts_on", "ends_on", "people", "duration", "is_micro", "expires_on",
)  # fmt: skip
HELP = {
    Side.NEED: "例 集会所の前の雪かきを手伝ってほしい。人の名前・電話は書かないでください。",
    Side.OFFER: "例 土曜の午前に学生5人で草刈りができます。人の名前・電話は書かないでください。",
}


class NumberField(forms.IntegerField):
    """A small number; full-width figures are read as well."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "class": "cw-input cw-input--short", "autocomplete": "off"}
        super().__init__(
            **{"min_value": 1, "max_value": 1000, "widget": forms.TextInput(attrs=attrs), **kwargs}
        )


class ListingFields(PortalForm):
    """In the order of the paper. `offer_from` fills in the choices."""

    title = LineField(label="題名", max_length=60)
    theme = forms.ModelChoiceField(label="分野", queryset=None, empty_label="選ぶ")
    kind = forms.ChoiceField(label="種類", choices=ResourceKind.choices, widget=RadioCards(columns=True))
    text = ParagraphField(
        label="くわしい内容", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="公開しません。区役所と、仲介の相手だけが読みます。",
    )  # fmt: skip
    places = forms.MultipleChoiceField(label="場所", widget=CheckboxList(columns=True))
    slots = forms.TypedMultipleChoiceField(
        label="時間帯", required=False, coerce=int, choices=Slot.choices, widget=CheckboxList(columns=True),
        help_text="一つも選ばないと「いつでも」になります。",
    )  # fmt: skip
    starts_on = EraDateField(label="いつから", required=False)
    ends_on = EraDateField(label="いつまで", required=False)
    people = NumberField(label="人数", required=False)
    duration = LineField(label="1回の長さ", max_length=40, required=False, help_text="例 30分、半日")
    is_micro = forms.BooleanField(label="一回だけ・会員にならなくてよい", required=False)
    expires_on = EraDateField(
        label="載せておく最後の日", required=False, help_text="空欄にすると、決まった日数のあいだ載せます。"
    )

    def offer_from(self, side: str, ward: int | None) -> None:
        fields: Any = self.fields
        fields["theme"].queryset = choices.themes()
        fields["places"].choices = choices.places_offered(ward)
        fields["title"].help_text = HELP[Side(side)]
        if side == Side.OFFER:
            capacity = NumberField(label="同時に受けられる件数", max_value=100, initial=1)
            speak_plainly(capacity, "同時に受けられる件数")
            fields["capacity"] = capacity

    def clean_places(self) -> list[str]:
        keys: list[str] = self.cleaned_data["places"]
        if choices.CITY in keys and len(keys) > 1:
            raise ValidationError("「市内のどこでも」を選ぶときは、ほかの場所を外してください。")
        return keys

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "「いつまで」は「いつから」より後の日にしてください。")
        return given

    @property
    def words(self) -> dict[str, Any]:
        """As the services take them."""
        given = self.cleaned_data
        more = {"capacity": given["capacity"]} if "capacity" in given else {}
        return {
            **{key: given[key] for key in WORDS},
            **more,
            "places": choices.places_chosen(given["places"]),
        }


def initial_of(row: Listing) -> dict[str, Any]:
    known = {key: getattr(row, key) for key in (*WORDS, *(["capacity"] if hasattr(row, "capacity") else []))}
    return {**known, "theme": row.theme_id, "places": choices.keys_of(row)}


class OwnListingForm(ListingFields):
    """By an officer."""

    def __init__(
        self, *args: Any, side: str, ward: int | None, row: Listing | None = None, **kwargs: Any
    ) -> None:
        if row is not None:
            kwargs["initial"] = initial_of(row)
        super().__init__(*args, **kwargs)
        self.offer_from(side, ward)


class EnteredListingForm(ListingFields):
    """The same by a clerk, with how it came and whose it is."""

    channel = forms.ChoiceField(
        label="どうやって届いたか",
        choices=[
            (one.value, one.label)
            for one in (Channel.COUNTER, Channel.TELEPHONE, Channel.POST, Channel.VISIT)
        ],
        widget=RadioCards(columns=True),
    )
    person_name = NameField(label="個人の名前", max_length=80, required=False, autocomplete="off")
    person_contact = LineField(
        label="個人の連絡先", max_length=200, required=False,
        help_text="電話など。ほかの人には見せません。両方が承諾し、本人がよいと言ったときだけ相手に知らせます。",
    )  # fmt: skip
    needed_when = {
        "org": "団体のとき",
        "person_name": "団体に入っていない人のとき",
        "person_contact": "団体に入っていない人のとき",
    }

    def __init__(self, *args: Any, side: str, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        org = choices.OrgChoice(by=actor, label="団体", required=False, empty_label="団体に入っていない人")
        speak_plainly(org, "団体")
        self.fields["org"] = org
        self.offer_from(side, actor.ward_id)
        self.order_fields(["channel", "org", "person_name", "person_contact"])

    @property
    def words(self) -> dict[str, Any]:
        given = self.cleaned_data
        whose = {key: given[key] for key in ("channel", "org", "person_name", "person_contact")}
        return {**super().words, **whose}


class ListingForm(RowForm):
    """A form of the page of an entry."""

    keyword = "row"
    row: Listing

    @property
    def side(self) -> str:
        return str(self.row._meta.model_name)


class ChangeForm(ListingFields, ListingForm):
    def offer(self, fields: dict[str, Any]) -> None:
        self.offer_from(self.side, self.row.ward_id)
        self.initial = initial_of(self.row)


class CheckForm(ListingForm):
    """Every question in use with its answer; one that is not all right gives the entry back."""

    publish = forms.BooleanField(label="題名だけを地区のページに載せる", required=False)
    reason = ParagraphField(
        label="差し戻す理由（書いた人が読みます）", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    needed_when = {"reason": "問題があるとき"}
    ANSWERS = [("ok", "問題なし"), ("no", "問題あり")]

    def offer(self, fields: dict[str, Any]) -> None:
        self.items = list(CheckItem.objects.filter(is_active=True).order_by("order", "pk"))
        for item in self.items:
            label = f"{item.name}：{item.question}" + ("（要確認）" if item.needs_verification else "")
            fields[f"item{item.pk}"] = forms.ChoiceField(
                label=label, choices=self.ANSWERS, widget=RadioCards(columns=True)
            )
            speak_plainly(fields[f"item{item.pk}"], item.name)
        if self.side == Side.OFFER:
            del fields["publish"]
        self.order_fields([f"item{item.pk}" for item in self.items])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        bad = [item for item in self.items if given.get(f"item{item.pk}") == "no"]
        if bad and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "差し戻す理由を入力してください。")
        return given

    @property
    def words(self) -> dict[str, Any]:
        given = self.cleaned_data
        results = {item.pk: given[f"item{item.pk}"] == "ok" for item in self.items}
        return {"results": results, "reason": given["reason"], "is_public": given.get("publish", False)}


class ProposeForm(ListingForm):
    offer_number = LineField(label="できることの番号", max_length=12, help_text="例 T-00012")


class PublishForm(ListingForm):
    is_public = forms.BooleanField(label="題名だけを地区のページに載せる", required=False)

    def offer(self, fields: dict[str, Any]) -> None:
        self.initial = {"is_public": self.row.is_public}


class WithdrawForm(ListingForm):
    reason = ParagraphField(label="取り下げる理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class RestoreForm(ListingForm):
    sure = forms.BooleanField(label="もう一度、相手をさがすことにしました")
