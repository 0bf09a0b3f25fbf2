"""What a resident sends later: a message with files, or the end of the matter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chiba_ward.casework import file_limits
from chiba_ward.ui.fields import FilesField, ParagraphField
from chiba_ward.ui.forms import PortalForm
from consultations.services.filing import KIND


class MessageForm(PortalForm):
    body = ParagraphField(label=_("伝えたいこと"), max_length=5000, required=False)
    files = FilesField(
        label=_("写真や書類"),
        help_text=file_limits.hint(KIND),
        accept="image/jpeg,image/png,image/heic,application/pdf",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Words or a file: one of them is enough."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("body") and "body" not in self.errors and not self.files.getlist("files"):
            self.add_error("body", _("伝えたいことを書くか、ファイルを選んでください。"))
        return cleaned


class ReopenForm(PortalForm):
    """まだ困っています: what is still wrong may be said at once."""

    body = ParagraphField(label=_("いま困っていること"), max_length=5000, required=False)


class WithdrawForm(PortalForm):
    sure = forms.BooleanField(
        label=_("この相談を取り下げます"),
        error_messages={"required": _("取り下げるときは、「この相談を取り下げます」に印を付けてください。")},
    )
