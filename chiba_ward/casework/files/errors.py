"""Why an upload is refused, and what the person can do about it."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Rejection(StrEnum):
    """The reason, safe to log: it says nothing about the person or the file's name."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    OFFICE_FILE = "office_file"
    ARCHIVE = "archive"
    FILM_OR_SOUND = "film_or_sound"
    MISMATCH = "mismatch"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    ENCRYPTED = "encrypted"
    FORM_NOT_DRAWN = "form_not_drawn"
    UNSAFE = "unsafe"
    INFECTED = "infected"
    TOO_HEAVY = "too_heavy"
    BUSY = "busy"
    NO_SPACE = "no_space"
    TOO_MANY_AT_ONCE = "too_many_at_once"
    TOO_MANY_TODAY = "too_many_today"
    TOO_MANY_IN_ALL = "too_many_in_all"


MESSAGES: dict[Rejection, Promise] = {
    Rejection.EMPTY: _("ファイルの中身が空です。正しいファイルか確かめて、選び直してください。"),
    Rejection.TOO_LARGE: _(
        "ファイルが大きすぎます。%(mb)dMBまで送れます。写真は小さくして、PDFは分けて、選び直してください。"
    ),
    Rejection.TYPE_NOT_ALLOWED: _(
        "この種類のファイルは受け取れません。写真はJPEG・PNG・HEIC、書類はPDFで送ってください。"
    ),
    Rejection.OFFICE_FILE: _(
        "WordやExcelなどのファイルは受け取れません。「名前を付けて保存」でPDFを選んで保存し直すか、"
        "印刷した紙を写真に撮って送ってください。"
    ),
    Rejection.ARCHIVE: _(
        "ZIPなどにまとめたファイルは受け取れません。まとめる前の写真(JPEG・PNG)やPDFを、一つずつ選んで送ってください。"
    ),
    Rejection.FILM_OR_SOUND: _(
        "動画と録音は受け取れません。見てほしい場面を写真にするか、内容を文章で書いて送ってください。"
    ),
    Rejection.MISMATCH: _(
        "ファイル名の終わり(.jpgや.pdfなど)と中身の種類が違います。JPEG・PNG・PDFで保存し直して、送ってください。"
    ),
    Rejection.BROKEN: _(
        "ファイルが壊れていて開けません。ご自分で開けるか確かめ、保存し直すか、写真に撮ってJPEGで送ってください。"
    ),
    Rejection.TOO_MANY_PIXELS: _(
        "写真の縦横が大きすぎます(4,000万画素まで)。小さくするか、画面を写した画像にして送ってください。"
    ),
    Rejection.TOO_MANY_PAGES: _("PDFのページが多すぎます。200ページまでに分けて送ってください。"),
    Rejection.ENCRYPTED: _("PDFに鍵(パスワード)がかかっています。鍵を外して保存し直してから送ってください。"),
    Rejection.FORM_NOT_DRAWN: _(
        "PDFの入力欄に書いた文字が、このままでは消えるおそれがあります。「PDFに印刷」で保存し直すか、"
        "印刷した紙を写真に撮って送ってください。"
    ),
    Rejection.UNSAFE: _(
        "安全のため、このファイルは受け取れません。印刷した紙を写真に撮るか、PDFに印刷し直して送ってください。"
    ),
    Rejection.INFECTED: _(
        "このファイルにはウイルスが入っているおそれがあるため、受け取れません。お使いの機器をウイルス対策ソフトで"
        "確かめてください。書類は、紙を写真に撮って送ってください。"
    ),
    Rejection.TOO_HEAVY: _(
        "ファイルが複雑で、確かめきれませんでした。写真に撮ってJPEGで送るか、ページを分けて送ってください。"
    ),
    Rejection.BUSY: _("ただいま混み合っています。1分ほど待ってから、もう一度送ってください。"),
    Rejection.NO_SPACE: _(
        "いまファイルを保存できません。文章はこのまま送れます。ファイルは、あとでこのポータルから送るか、窓口へお持ちください。"
    ),
    Rejection.TOO_MANY_AT_ONCE: _(
        "ファイルは一度に%(count)dつまで送れます。いらないものを外して、送り直してください。"
    ),
    Rejection.TOO_MANY_TODAY: _(
        "ファイルは1日に%(count)d個まで送れます。残りは、明日送るか、窓口へお持ちください。"
    ),
    Rejection.TOO_MANY_IN_ALL: _(
        "この相談で預かれるファイルの量(%(count)d個、%(mb)dMBまで)を超えます。残りは、窓口へお持ちください。"
    ),
}


class RejectedUpload(ValueError):
    """The upload is refused and nothing of it is kept. `message` is for the person, `code` for the log.

    `numbers` are the limits that the message names (`mb`, `count`).
    """

    def __init__(self, code: Rejection, **numbers: int) -> None:
        self.code = code
        self.message: str | Promise = MESSAGES[code] % numbers if numbers else MESSAGES[code]
        super().__init__(code.value)
