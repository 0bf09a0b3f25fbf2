from django.db import models


class Scope(models.TextChoices):
    """What a token may be used for. It narrows the rights of the posting and never widens them."""

    FILE = "file", "窓口・電話・郵送の相談を受け付ける"
    RELAY = "relay", "市民が入力した相談を受け渡す"
    STATUS = "status", "受付番号と合言葉で、いまの状況を答える"
    READ = "read", "相談とつなぎを読む"
    ACT = "act", "相談を動かす・回答する"
    REFER = "refer", "つなぎを送る・答える"
    WEBHOOK = "webhook", "連携の通知を登録する"


class DeliveryState(models.TextChoices):
    """One notification to one system. `FAILED` is tried again by itself, `DEAD` only when a person says so."""

    QUEUED = "queued", "送信待ち"
    SENDING = "sending", "送信中"
    DELIVERED = "delivered", "届いた"
    FAILED = "failed", "届かなかった（やり直す）"
    DEAD = "dead", "断念（要対応）"
    SKIPPED = "skipped", "送らなかった"


DELIVERY_TONES = {
    DeliveryState.QUEUED: "waiting",
    DeliveryState.SENDING: "waiting",
    DeliveryState.DELIVERED: "done",
    DeliveryState.FAILED: "overdue",
    DeliveryState.DEAD: "urgent",
    DeliveryState.SKIPPED: "neutral",
}
