"""What is filled in on the sheet of a transfer, one act each."""

from django import forms

from chiba_ward.ui.fields import ParagraphField
from chiba_ward.ui.widgets import CheckboxCard
from consultations.centre.models import CaseTransfer
from consultations.forms.beside import RowForm


class TransferForm(RowForm):
    """A form of the sheet; it knows the transfer and who acts."""

    keyword = "transfer"
    transfer: CaseTransfer


class AcceptForm(TransferForm):
    sure = forms.BooleanField(
        label="電話で引き継ぎを受け、自分の名前で受け入れる", widget=CheckboxCard,
        error_messages={"required": "電話の引き継ぎを確かめて、印を付けてください。"},
        help_text="押した時から、この相談と台帳は自分の課が預かり、あなたが担当になります。頼んだ課は見られなくなります。",
    )  # fmt: skip


class GiveBackForm(TransferForm):
    reason = ParagraphField(
        label="返す理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="頼んだ課が読みます。",
    )  # fmt: skip


class WithdrawForm(TransferForm):
    """No questions: the press itself is the act."""
