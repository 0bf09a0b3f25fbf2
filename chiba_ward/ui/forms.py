"""PortalForm: errors that say what to do, and the accessible layout of FRONTEND's field order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext as _

from .furigana import nofurigana
from .quick_widgets import QuickWidgets
from .widgets import EraDateInput

_CHOSEN = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple)


class PortalBoundField(BoundField):
    """A field with the portal's classes and an address that the error summary can link to."""

    def build_widget_attrs(self, attrs: Any, widget: forms.Widget | None = None) -> dict[str, Any]:
        """Add the class of a text control unless the widget has one."""
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        chosen = widget or self.field.widget
        if not chosen.use_fieldset and "class" not in chosen.attrs and not self.is_card:
            built.setdefault("class", "cw-input")
        if chosen.use_fieldset:  # aria-required is not allowed on the group, nor needed beside 必須
            built.pop("aria-invalid", None)
        return built

    @property
    def first_control_id(self) -> str:
        """The id of the control that an error about this field leads to."""
        if isinstance(self.field.widget, EraDateInput):
            return f"{self.auto_id}_1"  # the year; the era always has a value
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label

    @property
    def needed_when(self) -> str:
        """When an otherwise optional field must be filled; empty where it never must."""
        return str(getattr(self.form, "needed_when", {}).get(self.name, ""))

    @property
    def is_card(self) -> bool:
        """Whether the label stands beside the control (a single tick) and not above it."""
        return isinstance(self.field.widget, forms.CheckboxInput)


class PortalRenderer(QuickWidgets, TemplatesSetting):
    """Renders with templates/forms; set on the form, never in settings: the admin keeps its own."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = PortalBoundField


def required_message(field: forms.Field, label: str) -> str:
    """Return the sentence for an empty field: what to do, in the words of its control."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        return _("先へ進むには、「%(label)s」に印を付けてください。") % {"label": label}
    if isinstance(widget, forms.FileInput):
        return _("%(label)sのファイルを選んでください。") % {"label": label}
    if isinstance(widget, _CHOSEN):
        return _("%(label)sを選んでください。") % {"label": label}
    return _("%(label)sを入力してください。") % {"label": label}


def _length_messages(label: str) -> dict[str, str]:
    long = _("%(label)sは%%(limit_value)d文字以内で入力してください（いまは%%(show_value)d文字です）。")
    short = _("%(label)sは%%(limit_value)d文字以上で入力してください（いまは%%(show_value)d文字です）。")
    name = {"label": label.replace("%", "%%")}
    return {"max_length": long % name, "min_length": short % name}


def messages_for(field: forms.Field, label: str) -> dict[str, str]:
    """Return the portal's messages for a field, by the kind of its control."""
    label = nofurigana(label)
    choice = _("%(label)sを一覧の中から選んでください。") % {"label": label}
    messages = {"required": required_message(field, label), "invalid_choice": choice, "invalid_list": choice}
    if isinstance(field, (forms.IntegerField, forms.DecimalField, forms.FloatField)):
        messages["invalid"] = _("%(label)sは数字で入力してください。") % {"label": label}
    if isinstance(field, forms.FileField):
        messages["empty"] = _("中身が空のファイルです。別のファイルを選んでください。")
        messages["invalid"] = _("ファイルを受け取れませんでした。もう一度選んでください。")
    return messages


def _django_texts(field: forms.Field) -> dict[str, Any]:
    """Return the messages that Django itself gives, to tell them from an author's own."""
    own: dict[str, Any] = {}
    for base in reversed(type(field).__mro__):
        if base.__module__.startswith("django."):
            own |= getattr(base, "default_error_messages", {})
    return own


def speak_plainly(field: forms.Field, label: str) -> None:
    """Replace Django's messages on a form's field; messages written for the field stay."""
    defaults = _django_texts(field)
    for code, text in messages_for(field, label).items():
        if field.error_messages.get(code) is defaults.get(code):
            field.error_messages[code] = text
    for validator in field.validators:
        code = getattr(validator, "code", "")
        if code in ("max_length", "min_length"):
            field.error_messages.setdefault(code, _length_messages(nofurigana(label))[code])


class PlainErrors(forms.BaseForm):
    """Gives every field its messages and puts the fields with errors in order; a mixin for forms."""

    default_renderer = PortalRenderer
    use_required_attribute = False  # the browser's own bubble is neither plain nor in our order

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            speak_plainly(field, str(field.label or forms.utils.pretty_name(name)))


class PortalForm(PlainErrors, forms.Form):
    """The base of every form a citizen, clerk or partner fills in.

    `needed_when` names the fields that another answer makes required, and says which: 「任意」 beside them would be untrue.
    """

    needed_when: ClassVar[Mapping[str, Any]] = {}


class PortalModelForm(PlainErrors, forms.ModelForm):
    """The same for forms over one model."""


def dress(form: forms.BaseForm) -> forms.BaseForm:
    """Give a form of another package (sign-in) the portal's layout and its words for empty fields.

    Placeholders go: they repeat the label and vanish when one begins to type."""
    form.renderer, form.bound_field_class = PortalRenderer(), PortalBoundField
    form.label_suffix, form.use_required_attribute = "", False
    form._bound_fields_cache.clear()  # type: ignore[attr-defined] # built before by the old renderer
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    for name, errors in form.errors.as_data().items() if form.is_bound else ():
        for error in errors:
            if error.code == "required" and name in form.fields:
                label = nofurigana(form[name].label)
                error.message = required_message(form.fields[name], label)
    return form
