"""What a resident sends later: a message with files, or the end of the matter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chiba_ward.ui.fields import FilesField, ParagraphField
from chiba_ward.ui.forms import PortalForm


class MessageForm(PortalForm):
    body = ParagraphField(label=_("伝えたいこと"), max_length=5000)
    files = FilesField(
        label=_("写真や書類"),
        help_text=_("JPEG・PNG・PDF。1つ10MBまで、5つまで。"),
        accept="image/jpeg,image/png,image/heic,application/pdf",
        required=False,
    )


class CloseQuestionForm(PortalForm):
    sure = forms.BooleanField(label=_("この相談を取り下げます"))
