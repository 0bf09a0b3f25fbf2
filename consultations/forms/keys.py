"""受付番号 and 合言葉, typed from paper or dictated on the telephone."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiba_ward.ui.fields import CodeField, NormalisedField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CodeInput


class KeyForm(PortalForm):
    """Wrong number and wrong passphrase give the same answer (ASSURANCE AN2)."""

    WRONG = gettext_lazy("受付番号か合言葉がちがいます。紙や画面の控えを見て、もう一度入れてください。")

    number = CodeField(label=gettext_lazy("受付番号"), help_text=gettext_lazy("例：S-7K4M-925W"))
    phrase = NormalisedField(
        label=gettext_lazy("合言葉"),
        help_text=gettext_lazy("数字4けたが4つ。例：1234 5678 9012 3456"),
        max_length=40,
        widget=CodeInput({"inputmode": "numeric", "class": "cw-input"}),
    )

    @staticmethod
    def too_many(retry_at: dt.datetime) -> str:
        """Until when to wait; the limit is never for ever (ASSURANCE AN3)."""
        minutes = max(1, round((retry_at - timezone.now()).total_seconds() / 60))
        return _(
            "まちがいが続いたため、いまは確かめられません。%(minutes)d分ほど待ってから、もう一度入れてください。"
        ) % {"minutes": minutes}


class ResumeForm(KeyForm):
    """再開番号 and 合言葉 of a saved draft."""

    WRONG = gettext_lazy("再開番号か合言葉がちがいます。控えを見て、もう一度入れてください。")

    number = CodeField(
        label=gettext_lazy("再開番号"), help_text=gettext_lazy("D で始まる番号です。例：D-275Y-NF8V")
    )
