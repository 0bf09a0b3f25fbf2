"""What only staff answer when they type for a person (J2)."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings

from chiba_ward.access.actor import Actor
from chiba_ward.casework.enums import Channel
from chiba_ward.directory import selectors
from chiba_ward.directory.models import Office
from chiba_ward.disclosure.enums import HoldKind
from chiba_ward.ui.fields import LineField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from consultations.enums import PROTECTED_FLAGS, ConsentMethod, ExcerptItem, IdentitySeen, Mandate, Speaker


class StartForm(PortalForm):
    """Which way it came, who is speaking, and what was seen. Papers are seen and never copied."""

    needed_when: ClassVar = dict.fromkeys(("speaker_relation", "mandate"), "代わりの人が話すときは必須")

    channel = forms.ChoiceField(
        label="受付経路",
        choices=[choice for choice in Channel.choices if choice[0] != Channel.WEB],
        widget=RadioCards(columns=True),
        initial=Channel.COUNTER,
    )
    speaker = forms.ChoiceField(
        label="話している人", choices=Speaker.choices, widget=RadioCards(columns=True), initial=Speaker.SELF
    )
    speaker_name = LineField(label="代わりに話している人の名前", max_length=80, required=False)
    speaker_relation = LineField(
        label="本人とのつながり", help_text="例：長女、ケアマネジャー", max_length=60, required=False
    )
    mandate = forms.ChoiceField(
        label="本人からの委任",
        help_text="代わりの人が話しているときに選んでください。",
        choices=Mandate.choices,
        widget=RadioCards,
        required=False,
    )
    identity = forms.ChoiceField(
        label="本人確認の書類の種類",
        help_text="見たことだけを記録します。写しや番号は残しません。",
        choices=IdentitySeen.choices,
        initial=IdentitySeen.NONE,
    )
    restriction = forms.ChoiceField(
        label="居場所を知られてはいけない相手がいますか",
        help_text="支援措置の申出、DV・ストーカーからの避難など。選ぶと、受け付けたときから住所・電話番号がどこにも出ません。",
        choices=[("", "いない・聞いていない"), *HoldKind.choices],
        required=False,
    )
    language = forms.ChoiceField(label="相談者の言語", choices=settings.LANGUAGES, initial="ja")

    def clean(self) -> dict[str, Any]:
        """A person who speaks for somebody has a relation, and the mandate is stated."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("speaker") == Speaker.PROXY:
            if not cleaned.get("speaker_relation"):
                self.add_error("speaker_relation", "話している人と本人とのつながりを入力してください。")
            if not cleaned.get("mandate"):
                self.add_error("mandate", "本人からの委任をどう確かめたか、選んでください。")
        return cleaned


class ReadBackForm(PortalForm):
    """読み上げ, and what was agreed at the counter: consent item by item where a つなぎ is foreseen."""

    read_back = forms.BooleanField(
        label="読み上げて、相談者に「これでよい」と確かめました",
        error_messages={"required": "読み上げて確かめてから、印を付けてください。"},
    )
    paper_place = LineField(
        label="署名した紙の保管場所",
        help_text="例：総務課 キャビネット3 相談受付票つづり。紙がないときは空のままにしてください。",
        max_length=120,
        required=False,
    )
    consent_office = forms.ModelChoiceField(
        label="つなぐ見込みの相手",
        queryset=Office.objects.none(),
        empty_label="いまは決めない",
        required=False,
    )
    consent_items = forms.MultipleChoiceField(
        label="その相手に伝えてよいと言われた項目",
        choices=ExcerptItem.choices,
        widget=CheckboxList(columns=True),
        required=False,
    )
    consent_method = forms.ChoiceField(
        label="同意の得かた",
        choices=[
            (ConsentMethod.ORAL, ConsentMethod.ORAL.label),
            (ConsentMethod.WRITTEN, ConsentMethod.WRITTEN.label),
        ],
        widget=RadioCards(columns=True),
        initial=ConsentMethod.ORAL,
        required=False,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office = actor.posting.post.office if actor.posting else None
        field = self.fields["consent_office"]
        field.queryset = selectors.offices_for_referral(office)
        field.label_from_instance = str

    def clean(self) -> dict[str, Any]:
        """Items belong to a recipient, a recipient to items, and a signature to a place."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        office, items = cleaned.get("consent_office"), cleaned.get("consent_items")
        if office and not items:
            self.add_error("consent_items", "伝えてよいと言われた項目に、印を付けてください。")
        if items and not office and "consent_office" not in self.errors:
            self.add_error("consent_office", "だれに伝えてよいか、相手を選んでください。")
        if (
            office
            and cleaned.get("consent_method") == ConsentMethod.WRITTEN
            and not cleaned.get("paper_place")
        ):
            self.add_error("paper_place", "書面で同意を得たときは、署名した紙の保管場所を入力してください。")
        return cleaned


class CounterReadBackForm(ReadBackForm):
    """On the screen of the house: what speaks of abuse or violence is enclosed with the press that receives it."""

    protect = forms.MultipleChoiceField(
        label="保護が必要な通告・相談として扱う",
        help_text="虐待・DVと分かったときだけ印を付けます。受け付けると同時に、受け持ちの課のほかには見えなくなります。"
        "合言葉は出ません。そのあと、すぐに電話で引き継ぎます。",
        choices=[(flag.value, flag.label.removesuffix("のおそれ")) for flag in PROTECTED_FLAGS],
        widget=CheckboxList(columns=True),
        required=False,
    )
