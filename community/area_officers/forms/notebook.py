"""活動記録 and 約束, as they are typed on a telephone in the field: few questions, the promise among them."""

from typing import Any

from django import forms

from chiba_ward.access.actor import Actor
from chiba_ward.casework.row_forms import RowForm
from chiba_ward.ui.fields import EraDateField, LineField, ParagraphField, TimeField
from chiba_ward.ui.forms import PortalForm
from community.area_officers import selectors
from community.area_officers.enums import Occasion, PromiseState
from community.area_officers.models import AreaPromise, AreaVisit
from community.area_officers.services.notebook import WORDS
from community.models import CommunityOrg
from community.selectors import districts_of

PROMISE = ("promise_what", "promise_org", "promise_to", "promise_due")
FEW = {"rows": 3}


def short(label: str, most: int, **kwargs: Any) -> ParagraphField:
    return ParagraphField(
        label=label, max_length=most, **{"required": False, "widget": forms.Textarea(attrs=FEW), **kwargs}
    )


def orgs_of(ward: int | None) -> Any:
    """The organisations of the ward, for the other side of a promise."""
    return CommunityOrg.objects.active().filter(ward=ward).select_related("office").order_by("kana", "pk")


class VisitFields(PortalForm):
    on = EraDateField(label="日")
    at = TimeField(label="時刻", required=False)
    occasion = forms.ChoiceField(label="どんな機会", choices=[("", "選ぶ"), *Occasion.choices])
    meeting = LineField(label="会合・場所", max_length=100, required=False)
    people = LineField(label="会った人", max_length=300, required=False)
    heard = short("聞いたこと", 2000, required=True)
    issue = short(
        "地域課題になりそうなこと",
        500,
        help_text="ひとりの困りごとではなく、地区全体のこと。一覧でしぼれて、引継書にも出ます。",
    )
    next_step = short("つぎにすること", 500)
    next_on = EraDateField(label="つぎの日", required=False)

    @property
    def words(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in WORDS}


class VisitForm(VisitFields):
    """The entry with one promise in it; whoever has one district does not choose it."""

    assignment = forms.TypedChoiceField(label="地区と担当", empty_value=None)
    promise_what = LineField(
        label="約束したこと",
        max_length=300,
        required=False,
        help_text="なければ空欄。期限が近づくと、今日の仕事に出ます。",
    )
    promise_org = forms.ModelChoiceField(
        label="約束の相手（団体）", queryset=None, required=False, empty_label="選ばない"
    )
    promise_to = LineField(label="約束の相手（団体でないとき）", max_length=100, required=False)
    promise_due = EraDateField(label="いつまで", required=False)
    field_order = ("assignment",)
    needed_when = {
        "promise_to": "約束したとき、団体を選ばないとき",
        "promise_due": "約束したとき",
    }

    def __init__(self, *args: Any, actor: Actor, area: str = "", **kwargs: Any) -> None:
        offered = {str(one.pk): one for one in selectors.noted_for(actor)}
        first = next((pk for pk, one in offered.items() if str(one.area_id) == area), None)
        is_own = [pk for pk, one in offered.items() if actor.posting and one.officer_id == actor.posting.pk]
        start = first or (is_own[0] if len(is_own) == 1 else "")
        kwargs["initial"] = {"assignment": start, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        names = (
            (pk, f"{one.area.name}　{one.get_part_display()} {one.officer.person}")
            for pk, one in offered.items()
        )
        self.fields["assignment"].choices = [("", "選ぶ"), *names]
        self.fields["assignment"].coerce = lambda pk: offered[pk].pk if pk in offered else None
        self.fields["promise_org"].queryset = orgs_of(actor.ward_id)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("promise_what"):
            if any(given.get(name) for name in PROMISE):
                self.add_error(
                    "promise_what",
                    "約束したことを入力してください。約束がなければ、相手と期限を空欄にします。",
                )
            return given
        if not given.get("promise_org") and not given.get("promise_to"):
            self.add_error("promise_to", "約束の相手を、団体から選ぶか入力してください。")
        if not given.get("promise_due") and "promise_due" not in self.errors:
            self.add_error("promise_due", "いつまでの約束かを入力してください。")
        return given

    @property
    def promise(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if not given["promise_what"]:
            return None
        return {
            "what": given["promise_what"],
            "org": given["promise_org"],
            "to_whom": given["promise_to"],
            "due_on": given["promise_due"],
        }


class VisitRowForm(RowForm):
    keyword = "visit"
    visit: AreaVisit


class ChangeForm(VisitFields, VisitRowForm):
    def offer(self, fields: dict[str, Any]) -> None:
        self.initial = {key: getattr(self.visit, key) for key in WORDS}


class PromiseForm(VisitRowForm):
    what = LineField(label="約束したこと", max_length=300)
    org = forms.ModelChoiceField(label="相手の団体", queryset=None, required=False, empty_label="選ばない")
    to_whom = LineField(label="相手（団体でないとき）", max_length=100, required=False)
    due_on = EraDateField(label="いつまで")
    needed_when = {"to_whom": "団体を選ばないとき"}

    def offer(self, fields: dict[str, Any]) -> None:
        fields["org"].queryset = orgs_of(self.actor.ward_id)


class PromiseRowForm(RowForm):
    keyword = "promise"
    promise: AreaPromise


class KeepForm(PromiseRowForm):
    sure = forms.BooleanField(
        label="相手に伝えた、または、したことが相手に分かるようになっている",
        error_messages={"required": "相手に伝えてから、印を付けてください。"},
    )


class FailForm(PromiseRowForm):
    reason = short(
        "守れなかった理由", 500, required=True, help_text="相手に説明できることばで。引継書にも出ます。"
    )


class VisitFilter(PortalForm):
    """What stands in the address of the list. Words are sealed, so that they cannot be searched for."""

    area = forms.ChoiceField(label="地区", required=False)
    occasion = forms.ChoiceField(
        label="どんな機会", required=False, choices=[("", "すべて"), *Occasion.choices]
    )
    issue = forms.BooleanField(label="地域課題になりそうなこと", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = area_choices(actor)


class PromiseFilter(PortalForm):
    area = forms.ChoiceField(label="地区", required=False)
    state = forms.ChoiceField(
        label="約束",
        required=False,
        choices=[
            ("", "まだのもの"),
            ("overdue", "期限を過ぎたもの"),
            ("all", "すべて"),
            *PromiseState.choices[1:],
        ],
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = area_choices(actor)


def area_choices(actor: Actor) -> list[tuple[str, str]]:
    known = [(str(area.pk), area.name) for area in districts_of(actor.ward_id)]
    return [("", "すべて"), *known]
