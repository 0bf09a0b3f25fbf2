"""担当を決める, 担当を終える日を決める, 名前を出す; and what stands in the address of the 配置表."""

from typing import Any

from django import forms

from chiba_ward.access.actor import Actor
from chiba_ward.casework.row_forms import RowForm
from chiba_ward.directory.selectors import all_wards
from chiba_ward.ui.fields import EraDateField, LineField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import RadioCards
from community.area_officers import selectors
from community.area_officers.enums import Gap, Part
from community.area_officers.models import AreaAssignment
from community.selectors import districts_of

NAMED = "公開のページに、この人の名前も出す（ふつうは課の名前と電話だけ）"


class AppointForm(PortalForm):
    area = forms.TypedChoiceField(label="地区", empty_value=None)
    part = forms.ChoiceField(label="主・副", choices=Part.choices, widget=RadioCards)
    officer = forms.TypedChoiceField(
        label="担当の職員",
        empty_value=None,
        help_text="地域づくり支援課に発令のある人。ほかの課の人は、先に兼務の発令を登録してもらいます。",
    )
    starts_on = EraDateField(label="担当の始まり", help_text="この日の午前0時から。")
    is_named = forms.BooleanField(label=NAMED, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = {str(area.pk): area for area in districts_of(actor.ward_id)}
        people = {str(one.pk): one for one in selectors.candidates(actor.ward_id)}
        self.fields["area"].choices = [("", "選ぶ"), *((pk, area.name) for pk, area in areas.items())]
        self.fields["area"].coerce = areas.get
        names = ((pk, f"{one.person}（{one.post.name}）") for pk, one in people.items())
        self.fields["officer"].choices = [("", "選ぶ"), *names]
        self.fields["officer"].coerce = people.get


class AssignmentForm(RowForm):
    """A form of the assignment's page."""

    keyword = "found"
    found: AreaAssignment


class LeaveForm(AssignmentForm):
    until = EraDateField(
        label="担当の終わり（この日から担当でない）",
        help_text="異動などの発令が登録されていれば、入れなくても、その日に引継ぎ待ちになります。",
    )


class NamedForm(AssignmentForm):
    is_named = forms.BooleanField(label=NAMED, required=False)

    def offer(self, fields: dict[str, Any]) -> None:
        fields["is_named"].initial = self.found.is_named


class CoverageFilter(PortalForm):
    q = LineField(label="地区・担当の名前", required=False, max_length=60)
    ward = forms.ChoiceField(label="区", required=False)
    gap = forms.ChoiceField(
        label="足りないところ",
        required=False,
        choices=[("", "すべての地区"), ("any", "どれか足りない"), *Gap.choices],
    )

    def __init__(self, *args: Any, wards: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(ward.slug, ward.name) for ward in all_wards() if ward.pk in wards]
        self.fields["ward"].choices = [("", "すべて"), *known]
        if len(known) < 2:
            del self.fields["ward"]
