"""What is filled in about an organisation, one act each. Field names are those that `Refused.field` uses."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework.row_forms import RowForm
from chiba_ward.directory.models import Town
from chiba_ward.directory.selectors import all_wards, ward_named
from chiba_ward.ui.fields import EraDateField, KanaField, LineField, MailField, NameField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import RadioCards
from community.enums import ContactKind, Ending, OrgKind, ResourceKind, Visibility
from community.forms.fields import ActivityFields, CountField, contact_field
from community.models import CommunityOrg
from community.selectors import districts_of
from community.services.handover import POSTS

WHOLE_CITY = "全市（どの区の団体でもない）"


class OrgFields(PortalForm):
    """The entry itself, in the order of the paper."""

    name = LineField(label="名称", max_length=100)
    kana = KanaField(label="よみ", max_length=120)
    kind = forms.ChoiceField(label="種別", choices=OrgKind.choices)
    ward = forms.TypedChoiceField(
        label="主な区", coerce=ward_named, empty_value=None, required=False,
        help_text="ほかの区でも活動しているときは、あとで「活動区域」に足します。",
    )  # fmt: skip
    activity = LineField(
        label="活動の内容",
        max_length=200,
        required=False,
        help_text="公開のページに出ます。人の名前は書かないでください。",
    )
    began_on = EraDateField(label="設立した日", required=False)
    files_return = forms.BooleanField(label="毎年、現況届を出す", required=False, initial=True)

    def offer_to(self, actor: Actor) -> None:
        own = [(ward.slug, ward.name) for ward in all_wards() if ward.pk == actor.ward_id]
        self.fields["ward"].choices = [*own, ("", WHOLE_CITY)]
        self.fields["fields"] = ActivityFields(label="活動分野")

    def clean_began_on(self) -> Any:
        day = self.cleaned_data["began_on"]
        if day and day > timezone.localdate():
            raise ValidationError("設立した日は、今日までの日にしてください。")
        return day


class NewOrgForm(OrgFields):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_to(actor)


class OrgForm(RowForm):
    """A form of the organisation's page; it knows the organisation and who acts."""

    keyword = "org"
    org: CommunityOrg


class ChangeForm(OrgFields, OrgForm):
    def offer(self, fields: dict[str, Any]) -> None:
        self.offer_to(self.actor)
        org = self.org
        self.initial = {
            "name": str(org),
            "ward": org.ward.slug if org.ward else "",
            "fields": list(org.fields.order_by("pk").values_list("pk", flat=True)),
            **{key: getattr(org, key) for key in ("kana", "kind", "activity", "began_on", "files_return")},
        }


class ConfirmForm(OrgForm):
    on = EraDateField(label="確かめた日", help_text="電話や会合で、台帳のとおりだと確かめた日。")


class ContactForm(OrgForm):
    """One contact; its kind decides what it must look like."""

    kind = forms.ChoiceField(label="種類", choices=ContactKind.choices)
    value = LineField(
        label="内容", max_length=200, required=False, help_text="空欄にすると、この種類の連絡先を消します。"
    )
    visibility = forms.ChoiceField(
        label="見せる相手", choices=Visibility.choices, initial=Visibility.PRIVATE, widget=RadioCards
    )
    consented_on = EraDateField(
        label="公開に同意した日",
        required=False,
        help_text="代表者の自宅の電話・住所を公開するときだけ必要です。",
    )
    needed_when = {"consented_on": "自宅の電話・住所を公開するとき"}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") and given.get("value"):
            try:
                given["value"] = contact_field(given["kind"]).clean(given["value"])
            except ValidationError as error:
                self.add_error("value", error)
        return given


class PlaceForm(OrgForm):
    area = forms.TypedChoiceField(label="地区", required=False, empty_value=None)
    town = forms.ModelChoiceField(
        label="町丁", required=False, queryset=Town.objects.none(), empty_label="選ばない"
    )
    since = EraDateField(label="いつから")
    needed_when = {"area": "町丁を選ばないとき", "town": "地区を選ばないとき"}

    def offer(self, fields: dict[str, Any]) -> None:
        known = {str(area.pk): area for area in districts_of(None)}
        names = ((pk, f"{area.ward or ''}　{area.name}") for pk, area in known.items())
        fields["area"].choices = [("", "選ばない"), *names]
        fields["area"].coerce = known.get
        towns = Town.objects.valid_on().order_by("ward__order", "kana", "name").select_related("ward")
        fields["town"].queryset = towns.filter(ward=self.org.ward) if self.org.ward else towns


class PlaceEndForm(OrgForm):
    place = forms.ModelChoiceField(label="終える区域", queryset=None, empty_label="選ぶ")
    on = EraDateField(label="いつまで（この日から活動なし）")

    def offer(self, fields: dict[str, Any]) -> None:
        rows_ = self.org.places.filter(valid_to__isnull=True).select_related("area", "town")
        fields["place"].queryset = rows_.order_by("pk")


class ResourceForm(OrgForm):
    kind = forms.ChoiceField(label="種類", choices=ResourceKind.choices, widget=RadioCards)
    text = LineField(
        label="内容",
        max_length=200,
        help_text="例 集会室（20人）、テント3張。人の名前・電話は書かないでください。",
    )


class ResourceEndForm(OrgForm):
    resource = forms.ModelChoiceField(label="使えなくなった地域資源", queryset=None, empty_label="選ぶ")

    def offer(self, fields: dict[str, Any]) -> None:
        fields["resource"].queryset = self.org.resources.filter(ended_on__isnull=True).order_by("kind", "pk")


class FigureForm(OrgForm):
    as_of = EraDateField(label="数えた日")
    members = CountField(label="加入世帯数")
    households = CountField(
        label="区域の世帯数", required=False, min_value=1, help_text="分からないときは空欄。"
    )
    source = LineField(label="出典", max_length=100, help_text="例 総会資料、電話で聞き取り")


class EndForm(OrgForm):
    on = EraDateField(
        label="終わった日（この日から活動なし）", help_text="役員は、この日からポータルに入れません。"
    )
    ending = forms.ChoiceField(label="終わり方", choices=Ending.choices, widget=RadioCards)
    merged_into = forms.ModelChoiceField(label="合併先", queryset=None, required=False, empty_label="選ぶ")
    needed_when = {"merged_into": "合併のとき"}

    def offer(self, fields: dict[str, Any]) -> None:
        others = CommunityOrg.objects.filter(rows(self.actor, "community_org.write")).active()
        rows_ = others.exclude(pk=self.org.pk).select_related("office")
        fields["merged_into"].queryset = rows_.order_by("kana", "pk")


class HandOverForm(OrgForm):
    """Who has which post from when. Without an address nobody signs in for it: no chair is made to own one."""

    post = forms.ChoiceField(label="役職")
    other = LineField(label="ほかの役職の名前", max_length=60, required=False)
    name = NameField(label="新しい役員の氏名", max_length=80, autocomplete="off")
    kana = KanaField(label="フリガナ", required=False, max_length=120)
    email = MailField(
        label="ログインに使うメールアドレス", required=False,
        help_text="役職ごとに一人ずつ。持っていない人には求めません（空欄にすると、前の人の利用だけが終わります）。",
    )  # fmt: skip
    on = EraDateField(
        label="任期の始まり",
        help_text="この日の午前0時に、前の人は入れなくなり、新しい人が入れるようになります。",
    )
    needed_when = {"other": "「ほかの役職」のとき"}
    OTHER = "other"

    def offer(self, fields: dict[str, Any]) -> None:
        office = self.org.office
        known = list(office.posts.order_by("-is_head", "pk").values_list("name", flat=True)) if office else []
        names = dict.fromkeys([*known, *POSTS])
        fields["post"].choices = [("", "選ぶ"), *((name, name) for name in names), (self.OTHER, "ほかの役職")]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("post") == self.OTHER and not given.get("other"):
            self.add_error("other", "役職の名前を入力してください。")
        return given

    @property
    def words(self) -> dict[str, Any]:
        given = self.cleaned_data
        post = given["other"] if given["post"] == self.OTHER else given["post"]
        return {"post": post, **{key: given[key] for key in ("name", "kana", "email", "on")}}


class OrgFilter(PortalForm):
    """What stands in the address of the list."""

    q = LineField(label="名称・よみ・番号", required=False, max_length=60)
    ward = forms.ChoiceField(label="区", required=False)
    kind = forms.ChoiceField(label="種別", required=False, choices=[("", "すべて"), *OrgKind.choices])
    district = forms.ChoiceField(label="地区", required=False)
    state = forms.ChoiceField(
        label="活動", required=False, choices=[("", "活動中"), ("ended", "終わった"), ("all", "すべて")]
    )
    stale = forms.BooleanField(label="未更新1年以上", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wards = [(ward.slug, ward.name) for ward in all_wards()]
        self.fields["ward"].choices = [("", "すべて"), *wards, ("city", "全市")]
        areas = ((str(area.pk), f"{area.ward or ''}　{area.name}") for area in districts_of(None))
        self.fields["district"].choices = [("", "すべて"), *areas]
