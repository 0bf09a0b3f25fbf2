"""The one field of a household: the code on its paper."""

from django.utils.translation import gettext_lazy as _

from chiba_ward.ui.fields import CodeField
from chiba_ward.ui.forms import PortalForm


class CodeForm(PortalForm):
    """A code that was never made and one that was renewed give the same answer."""

    WRONG = _(
        "この鍵では開けません。紙を見て、もう一度入れてください。新しい紙をもらったときは、新しい鍵を使います。"
    )

    code = CodeField(
        label=_("回覧の鍵"),
        help_text=_("配られた紙の、16文字の数字と英字。例：7K4M-925W-D3P8-2XQA"),
    )
