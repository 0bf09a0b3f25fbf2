"""What becomes of a file, as the resident reads it. What was found in it is told to administrators only."""

from django.utils.translation import gettext_lazy as _

from chiba_ward.casework.enums import AttachmentState

SENTENCES = {
    "file.infected": _(
        "この相談のファイルの一つを、安全のため、だれも開けないようにしました。ウイルスが入っているおそれがあります。"
        "紙を写真に撮って送り直すか、窓口へお持ちください。"
    ),
    "file.lost": _(
        "この相談のファイルの一つが、区役所の不具合で開けなくなりました。申し訳ありません。"
        "お手元に残っていれば、もう一度送ってください。"
    ),
    "file.found": _("開けなくなっていたファイルを、元に戻しました。"),
    "file.not_scanned": _("ファイルの安全を、まだ確かめられていません。"),
    "file.scanned_after_all": _("ファイルの安全を確かめました。"),
}

# Beside the file, in the place of the link.
NOTES = {
    AttachmentState.CHECKING: _("安全かどうか確かめています。少し待って、この画面を開き直してください。"),
    AttachmentState.QUARANTINED: _("安全かどうか、まだ確かめられていません。区役所で調べています。"),
    AttachmentState.INFECTED: _("安全のため使えません。紙を写真に撮って送り直すか、窓口へお持ちください。"),
    AttachmentState.LOST: _(
        "区役所の不具合で開けなくなりました。お手元に残っていれば、もう一度送ってください。"
    ),
}
