"""The four screens of 相談受付票: the same questions on the telephone, at the counter and online (C16)."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chiba_ward.casework import file_limits
from chiba_ward.correspondence.safe_contact import plain_sender_address
from chiba_ward.directory import selectors
from chiba_ward.ui.fields import (
    FilesField,
    KanaField,
    LineField,
    MailField,
    NameField,
    ParagraphField,
    PhoneField,
    PostalCodeField,
)
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from consultations import choices
from consultations.enums import ConsultantKind
from consultations.models import Topic
from consultations.services.filing import KIND

TIME = forms.TimeInput(attrs={"type": "time", "class": "cw-input cw-input--short"}, format="%H:%M")
UNKNOWN_WARD = "unknown"


def translated(topic: Topic, attribute: str, language: str) -> str:
    """A topic's words in a language, Japanese where a translation is missing."""
    suffix = {"ja-easy": "_easy", "en": "_en"}.get(language, "")
    return getattr(topic, attribute + suffix) or getattr(topic, attribute)


class TopicForm(PortalForm):
    """何のことで困っているか. わからない is a full answer."""

    topic = forms.ChoiceField(
        label=_("困っていること"),
        help_text=_("いちばん近いものを一つ選んでください。迷ったら「わからない」で大丈夫です。"),
        widget=RadioCards,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "ja"
        topics = [topic for topic in choices.topics() if topic.is_active]
        field = self.fields["topic"]
        field.choices = [(topic.code, translated(topic, "name", language)) for topic in topics]
        field.widget.hints = {topic.code: translated(topic, "hint", language) for topic in topics}


class StoryForm(PortalForm):
    """だれの、どんなことか, in the person's own words."""

    consultant_kind = forms.ChoiceField(
        label=_("だれのことですか"),
        choices=[
            (ConsultantKind.SELF, _("自分のこと")),
            (ConsultantKind.FAMILY, _("家族のこと")),
            (ConsultantKind.NEIGHBOUR, _("近所の人のこと")),
            (ConsultantKind.SUPPORTER, _("支援している人のこと")),
            (ConsultantKind.ANONYMOUS, _("名前を出さずに知らせたい")),
        ],
        widget=RadioCards,
    )
    relation = LineField(
        label=_("その人とのつながり"),
        help_text=_("例：母、長男、となりの家の人"),
        max_length=60,
        required=False,
    )
    chief_concern = LineField(
        label=_("ひとことで言うと"), help_text=_("例：父の介護と子どもの預け先について"), max_length=100
    )
    body = ParagraphField(
        label=_("くわしい内容"),
        help_text=_(
            "うまく書けなくても大丈夫です。書けるところだけ書いてください。マイナンバーは書かないでください。"
        ),
        max_length=5000,
        required=False,
    )
    files = FilesField(
        label=_("写真や書類"),
        help_text=format_lazy(
            "{}{}", file_limits.hint(KIND), _("写真の撮影場所などの情報は自動で消します。")
        ),
        accept="image/jpeg,image/png,image/heic,application/pdf",
        required=False,
    )


class PlaceForm(PortalForm):
    """困っている本人が住んでいるところ: the ward is theirs, not the writer's (DOMAIN §9 R4).

    `found` appears only while the postal code leads to several towns; what is chosen there fills ward and town.
    """

    postal_code = PostalCodeField(
        label=_("郵便番号"),
        help_text=_("分かれば入れてください。下のボタンを押すと、区と町の名前が入ります。"),
        required=False,
    )
    found = forms.ChoiceField(
        label=_("この郵便番号の町"),
        help_text=_("いくつかあります。住んでいるところを選んでください。"),
        widget=RadioCards(columns=True),
        required=False,
    )
    ward = forms.ChoiceField(
        label=_("困っている人が住んでいる区"),
        help_text=_("分からないときは「わからない」を選んでください。区役所が確かめます。"),
        widget=RadioCards(columns=True),
    )
    town_name = LineField(label=_("町の名前"), help_text=_("例：千葉港"), max_length=80, required=False)
    address = LineField(
        label=_("番地・建物"), help_text=_("書かなくても相談できます。"), max_length=120, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = get_language() == "en"
        wards = [(ward.slug, ward.name_en if english else ward.name) for ward in selectors.all_wards()]
        self.fields["ward"].choices = [*wards, (UNKNOWN_WARD, _("わからない・千葉市の外"))]
        towns = towns_of_code(str((self.data if self.is_bound else self.initial).get("postal_code") or ""))
        if len(towns) > 1:
            self.fields["found"].choices = towns
        else:
            del self.fields["found"]

    def clean(self) -> dict[str, Any]:
        """A postal code that belongs to another ward is asked about, not silently overruled."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("found"):
            cleaned["ward"], _mark, cleaned["town_name"] = cleaned["found"].partition("|")
            self.errors.pop("ward", None)
        code, slug = cleaned.get("postal_code"), cleaned.get("ward")
        if code and slug and slug != UNKNOWN_WARD:
            places = selectors.ward_and_town_for_postal_code(code)
            if places and slug not in {place.ward.slug for place in places}:
                names = "・".join(sorted({place.ward.name for place in places}))
                self.add_error(
                    "postal_code",
                    _("この郵便番号は%(ward)sのものです。郵便番号か区を確かめてください。") % {"ward": names},
                )
        return cleaned


def towns_of_code(code: str) -> list[tuple[str, str]]:
    """Value `ward|town` and label of every town a postal code leads to."""
    several = len(places := selectors.ward_and_town_for_postal_code(code)) > 1
    found: list[tuple[str, str]] = []
    for place in places:
        names = [town.name for town in place.towns] or [place.town_name]
        ward = f"{place.ward.name} " if several else ""
        found += [(f"{place.ward.slug}|{name}", f"{ward}{name}".strip()) for name in names]
    return found


class ContactForm(PortalForm):
    """どうすれば安全に連絡できるか (安全な連絡). Nothing is required: 連絡しないでほしい is an answer."""

    needed_when: ClassVar = {
        "email": _("メールを選んだときは必須"),
        "phone": _("電話を選んだときは必須"),
        "letter_address": _("手紙を選んだときは必須"),
    }

    preferred = forms.ChoiceField(
        label=_("お返事の受け取り方"),
        choices=[
            ("portal", _("このポータルで見る（受付番号と合言葉を使います）")),
            ("email", _("メールで知らせてほしい")),
            ("call", _("電話してほしい")),
            ("letter", _("手紙を送ってほしい")),
        ],
        widget=RadioCards(
            hints={
                "portal": _("こちらからは連絡しません。家族などに知られたくないときに。"),
                "email": _("メールには「お返事があります」とだけ書きます。相談の内容は書きません。"),
                "call": _("あなたが選んだ時間だけにかけます。"),
                "letter": _("手紙には「お返事があります」とだけ書きます。相談の内容は書きません。"),
            }
        ),
    )
    name = NameField(
        label=_("お名前"), help_text=_("名前を出さなくても相談できます。"), max_length=80, required=False
    )
    kana = KanaField(label=_("ふりがな"), max_length=120, required=False)
    email = MailField(label=_("メールアドレス"), required=False)
    phone = PhoneField(label=_("電話番号"), required=False)
    call_from = forms.TimeField(label=_("電話してよい時間（から）"), widget=TIME, required=False)
    call_until = forms.TimeField(label=_("電話してよい時間（まで）"), widget=TIME, required=False)
    letter_postal_code = PostalCodeField(label=_("手紙の送り先の郵便番号"), required=False)
    letter_address = LineField(label=_("手紙の送り先の住所"), max_length=200, required=False)
    cautions = forms.MultipleChoiceField(
        label=_("気をつけてほしいこと"),
        choices=[
            ("no_home_contact", _("家には電話も手紙もしないでほしい")),
            ("no_voicemail", _("留守番電話に残さないでほしい")),
            ("plain_sender", _("区役所の名前を出さないでほしい")),
        ],
        widget=CheckboxList,
        required=False,
    )
    forbidden = LineField(
        label=_("連絡してはいけない人や方法"),
        help_text=_("例：夫には知られたくない"),
        max_length=300,
        required=False,
    )
    accommodation = LineField(
        label=_("必要な手助け"),
        help_text=_("例：筆談、手話、車いす、通訳（ことば）"),
        max_length=300,
        required=False,
    )
    needs_interpreter = forms.BooleanField(label=_("通訳が必要です"), required=False)

    NEEDS = {
        "email": ("email", _("メールで知らせるには、メールアドレスを入力してください。")),
        "call": ("phone", _("電話をするには、電話番号を入力してください。")),
        "letter": ("letter_address", _("手紙を送るには、送り先の住所を入力してください。")),
    }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        preferred = cleaned.get("preferred", "")
        if preferred in self.NEEDS:
            name, message = self.NEEDS[preferred]
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, message)
        home = "no_home_contact" in cleaned.get("cautions", [])
        if home and preferred in ("call", "letter"):
            self.add_error(
                "preferred",
                _(
                    "「家には電話も手紙もしないでほしい」を選んだときは、「このポータルで見る」かメールを選んでください。"
                ),
            )
        hidden = {"no_home_contact", "plain_sender"} & set(cleaned.get("cautions", []))
        if hidden and preferred == "email" and not plain_sender_address():
            self.add_error(
                "preferred",
                _(
                    "いまは、区役所の名前を出さないメールを送れません。「このポータルで見る」を選んでください。"
                ),
            )
        start, end = cleaned.get("call_from"), cleaned.get("call_until")
        if start and end and start >= end:
            self.add_error("call_until", _("終わりの時間は、始まりの時間より後にしてください。"))
        return cleaned


STEPS: dict[str, type[PortalForm]] = {
    "topic": TopicForm,
    "story": StoryForm,
    "place": PlaceForm,
    "contact": ContactForm,
}
STEP_TITLES = {
    "topic": _("何のことで困っていますか"),
    "story": _("どんなことか、教えてください"),
    "place": _("どこに住んでいますか"),
    "contact": _("どうお返事しましょうか"),
    "check": _("送る前に確かめてください"),
}
