"""Fields that several forms of this module ask with."""

from typing import Any

from django import forms

from chiba_ward.ui.fields import LineField, MailField, NameField, PhoneField
from community.enums import ContactKind
from community.models import ActivityField

MOST_HOUSEHOLDS = 1_000_000
LONGEST = 200


class CountField(forms.IntegerField):
    """A number of households; full-width figures are read as well."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "class": "cw-input cw-input--short", "autocomplete": "off"}
        most = {"min_value": 0, "max_value": MOST_HOUSEHOLDS, "widget": forms.TextInput(attrs=attrs)}
        super().__init__(**{**most, **kwargs})


class ActivityFields(forms.ModelMultipleChoiceField):
    """活動分野 that are in use."""

    def __init__(self, **kwargs: Any) -> None:
        rows = ActivityField.objects.filter(is_active=True).order_by("order", "pk")
        super().__init__(queryset=rows, widget=forms.CheckboxSelectMultiple, required=False, **kwargs)


def contact_field(kind: str, **kwargs: Any) -> forms.Field:
    """The field that knows what a contact of this kind looks like."""
    if kind in (ContactKind.PHONE, ContactKind.HOME_PHONE):
        return PhoneField(**kwargs)
    if kind == ContactKind.EMAIL:
        return MailField(max_length=LONGEST, **kwargs)
    if kind == ContactKind.WEBSITE:
        widget = forms.URLInput(attrs={"class": "cw-input", "autocomplete": "off"})
        return forms.URLField(max_length=LONGEST, assume_scheme="https", widget=widget, **kwargs)
    if kind == ContactKind.REPRESENTATIVE:
        return NameField(autocomplete="off", **kwargs)
    return LineField(max_length=LONGEST, **kwargs)
