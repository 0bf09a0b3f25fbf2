"""The 現況届 on the screen: as the paper has it, filled in with what is known."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms

from chiba_ward.casework.enums import Channel
from chiba_ward.casework.row_forms import RowForm
from chiba_ward.ui.fields import EraDateField, KanaField, LineField, MailField, NameField, ParagraphField
from chiba_ward.ui.forms import PortalForm, speak_plainly
from chiba_ward.ui.widgets import RadioCards
from community.enums import AT_HOME, ContactKind, Visibility
from community.forms.fields import CountField, contact_field
from community.models import AnnualReturn, CommunityOrg
from community.services.handover import POSTS

PLAIN = ("name", "kana", "activity", "members", "households", "counted_on", "note")
OFFICER_PARTS = ("name", "email", "starts_on")
AT_HOME_HELP = "ふつうは公開しません。"


class DeclareForm(PortalForm):
    """One organisation's year. `known` is what `annual.prefilled` found."""

    name = LineField(label="団体の名称", max_length=100)
    kana = KanaField(label="よみ", max_length=120)
    activity = LineField(
        label="活動の内容",
        max_length=200,
        required=False,
        help_text="公開のページに出ます。人の名前は書かないでください。",
    )
    members = CountField(label="加入世帯数", help_text="会員の名簿は出さないでください。数だけを届けます。")
    households = CountField(
        label="区域の世帯数", required=False, min_value=1, help_text="分からないときは空欄。"
    )
    counted_on = EraDateField(label="世帯数を数えた日")

    def __init__(self, *args: Any, org: CommunityOrg, known: dict[str, Any], **kwargs: Any) -> None:
        self.org = org
        kwargs["initial"] = {**_initial(known, posts_of(org)), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.posts = posts_of(org)
        for name, field in self._more():
            self.fields[name] = field
            speak_plainly(field, str(field.label))

    def _more(self) -> Iterator[tuple[str, forms.Field]]:
        for kind in ContactKind:
            help_text = AT_HOME_HELP if kind in AT_HOME else ""
            yield kind.value, contact_field(kind, label=str(kind.label), required=False, help_text=help_text)
            yield (
                f"{kind.value}_visibility",
                forms.ChoiceField(
                    label=f"{kind.label}を見せる相手", choices=Visibility.choices, required=False,
                    initial=Visibility.PRIVATE,
                ),
            )  # fmt: skip
        for place, post in enumerate(self.posts):
            yield f"officer{place}_name", NameField(
                label=f"新しい{post}の氏名", required=False, max_length=80, autocomplete="off",
                help_text="交代したときだけ書きます。",
            )  # fmt: skip
            yield f"officer{place}_email", MailField(
                label=f"新しい{post}のログイン用メール", required=False,
                help_text="持っていないとき、ポータルに入らないときは空欄。",
            )  # fmt: skip
            yield (
                f"officer{place}_starts_on",
                EraDateField(label=f"新しい{post}の任期の始まり", required=False),
            )
        note = ParagraphField(
            label="区役所に伝えたいこと",
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        yield "note", note

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for place, post in enumerate(self.posts):
            parts = {part: given.get(f"officer{place}_{part}") for part in OFFICER_PARTS}
            if not any(parts.values()):
                continue
            for part, label in (("name", "氏名"), ("starts_on", "任期の始まり")):
                key = f"officer{place}_{part}"
                if not parts[part] and key not in self.errors:
                    self.add_error(key, f"新しい{post}の{label}を入力してください。")
        return given

    @property
    def words(self) -> dict[str, Any]:
        """As the services take them."""
        given = self.cleaned_data
        contacts = {
            kind.value: [
                given[kind.value] or "",
                given[f"{kind.value}_visibility"] or Visibility.PRIVATE.value,
            ]
            for kind in ContactKind
        }
        officers = [
            {
                "post": post,
                "name": given[f"officer{place}_name"],
                "email": given[f"officer{place}_email"] or "",
                "starts_on": given[f"officer{place}_starts_on"].isoformat(),
            }
            for place, post in enumerate(self.posts)
            if given.get(f"officer{place}_name")
        ]
        return {**{key: given[key] for key in PLAIN}, "contacts": contacts, "officers": officers}


class EnterForm(DeclareForm):
    """The same by a clerk, from what came another way."""

    channel = forms.ChoiceField(
        label="どうやって届いたか",
        choices=[
            (one.value, one.label)
            for one in (Channel.COUNTER, Channel.POST, Channel.VISIT, Channel.TELEPHONE)
        ],
        widget=RadioCards,
    )
    field_order = ["channel"]


def posts_of(org: CommunityOrg) -> list[str]:
    """The posts of its office, and those that are offered first."""
    known = (
        list(org.office.posts.order_by("-is_head", "pk").values_list("name", flat=True)) if org.office else []
    )
    return list(dict.fromkeys([*known, *POSTS]))


def _initial(known: dict[str, Any], posts: list[str]) -> dict[str, Any]:
    found = {key: known[key] for key in PLAIN}
    for kind, (value, visibility) in known["contacts"].items():
        found |= {kind: value, f"{kind}_visibility": visibility}
    for officer in known["officers"]:
        if officer["post"] in posts:
            place = posts.index(officer["post"])
            found |= {f"officer{place}_{part}": officer[part] for part in ("name", "email")}
            found[f"officer{place}_starts_on"] = dt.date.fromisoformat(officer["starts_on"])
    return found


class ReturnForm(RowForm):
    """A form of the page of a 現況届."""

    keyword = "found"
    found: AnnualReturn


class AcceptForm(ReturnForm):
    sure = forms.BooleanField(label="台帳・連絡先・加入世帯数・役員に反映してよいことを確かめました")


class GiveBackForm(ReturnForm):
    reason = ParagraphField(
        label="差し戻す理由（団体が読みます）", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
