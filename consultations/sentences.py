"""What the resident reads for each line of the timeline: plain words, no section jargon."""

from django.utils.translation import gettext_lazy as _

from chiba_ward.casework import sentences


def register() -> None:
    sentences.register("consultation.received", _("相談を受け付けました。"))
    sentences.register("consultation.assigned", _("{office}が受け持つことになりました。"))
    sentences.register("consultation.taken", _("{office}の担当者が決まりました。"))
    sentences.register("consultation.asked", _("{office}から、あなたにおたずねを送りました。"))
    sentences.register("consultation.replied", _("{office}からお返事しました。"))
    sentences.register("consultation.message_received", _("あなたからの連絡を受け取りました。"))
    sentences.register(
        "consultation.watching", _("見守りをはじめました。変わったことがあれば、いつでも連絡してください。")
    )
    sentences.register(
        "consultation.closed", _("この相談を完了しました。まだ困っているときは、30日のあいだ再開できます。")
    )
    sentences.register("consultation.withdrawn", _("相談を取り下げました。"))
    sentences.register("consultation.solved", _("「解決した」と知らせてもらいました。"))
    sentences.register("consultation.reopened", _("相談を再開しました。"))
    sentences.register(
        "consultation.succeeded", _("区役所の組織が変わり、{from_office}の仕事を{office}が引き継ぎました。")
    )
