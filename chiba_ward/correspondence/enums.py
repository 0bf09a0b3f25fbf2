from django.db import models


class Medium(models.TextChoices):
    """How a notice reaches a person. `PORTAL` is seen only by whoever signs in or has the number."""

    EMAIL = "email", "メール"
    LETTER = "letter", "郵便"
    CALL = "call", "電話"
    PORTAL = "portal", "ポータル"


class DeliveryState(models.TextChoices):
    QUEUED = "queued", "送信待ち"
    HELD = "held", "保留(取り消せます)"
    SENDING = "sending", "送信中"
    SENT = "sent", "送信済み"
    MAYBE_SENT = "maybe_sent", "送信されたか不明"
    TO_PRINT = "to_print", "印刷待ち"
    PRINTED = "printed", "発送済み"
    TO_CALL = "to_call", "電話待ち"
    CALLED = "called", "電話で伝えた"
    SHOWN = "shown", "画面に掲載"
    BOUNCED = "bounced", "届かなかった"
    BLOCKED = "blocked", "送らない(安全な連絡の設定)"
    RECALLED = "recalled", "取り消した"
    FAILED = "failed", "失敗(要対応)"


class CallResult(models.TextChoices):
    REACHED = "reached", "本人に伝えた"
    ABSENT = "absent", "不在"
    BUSY = "busy", "話し中"
    OTHER_PERSON = "other_person", "本人以外が出た(何も伝えていない)"
    WRONG_NUMBER = "wrong_number", "番号違い"


class RecipientKind(models.TextChoices):
    CITIZEN = "citizen", "相談者"
    OFFICE = "office", "課・機関"
    PERSON = "person", "職員・担当者"
