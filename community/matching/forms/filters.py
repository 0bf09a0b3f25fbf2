"""What stands in the addresses of the lists."""

from typing import Any

from django import forms

from chiba_ward.directory.selectors import all_wards
from chiba_ward.ui.fields import LineField
from chiba_ward.ui.forms import PortalForm
from community.enums import ResourceKind
from community.matching import choices
from community.matching.enums import ListingState, MatchState

ALL = [("", "すべて")]
SEEN = [state for state in ListingState if state != ListingState.DRAFT]


class ListingFilter(PortalForm):
    q = LineField(label="題名・団体・番号", required=False, max_length=60)
    state = forms.ChoiceField(
        label="状態", required=False, choices=[*ALL, *((one.value, one.label) for one in SEEN)]
    )
    theme = forms.ModelChoiceField(label="分野", required=False, queryset=None, empty_label="すべて")
    kind = forms.ChoiceField(label="種類", required=False, choices=[*ALL, *ResourceKind.choices])
    ward = forms.ChoiceField(label="受け持つ区", required=False)
    micro = forms.BooleanField(label="一回だけ", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["theme"].queryset = choices.themes()
        wards = [(ward.slug, ward.name) for ward in all_wards()]
        fields["ward"].choices = [*ALL, *wards, ("city", "全市")]


class MatchFilter(PortalForm):
    q = LineField(label="題名・団体・番号", required=False, max_length=60)
    state = forms.ChoiceField(
        label="状態", required=False, choices=[*ALL, ("live", "まだ決まっていない"), *MatchState.choices]
    )
    due = forms.BooleanField(label="続いているかを確かめる日が来た", required=False)
    failure = forms.ModelChoiceField(
        label="不成立の理由", required=False, queryset=None, empty_label="すべて"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["failure"].queryset = choices.failures()
