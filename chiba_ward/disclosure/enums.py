from django.db import models


class HoldKind(models.TextChoices):
    """Why a person must not be found. 支援措置: 住民基本台帳事務処理要領 第5-10."""

    SUPPORT = "support", "支援措置"
    DV = "dv", "DV・ストーカー等（支援措置の申出なし）"
    OTHER = "other", "その他の事情"


class HoldSource(models.TextChoices):
    APPLICATION = "application", "申出の受付"
    NOTIFIED = "notified", "他市町村からの通知"
    STAFF = "staff", "職員の判断"


class HoldState(models.TextChoices):
    """`CLEARING` holds exactly as `HELD` does, until another person has confirmed."""

    HELD = "held", "制限中"
    CLEARING = "clearing", "解除の確認待ち（制限中）"
    CLEARED = "cleared", "解除済み"


HOLD_TONES = {HoldState.HELD: "active", HoldState.CLEARING: "waiting", HoldState.CLEARED: "done"}


class LineKind(models.TextChoices):
    """What happened to a restriction, in order; rows that nobody changes."""

    REGISTERED = "registered", "登録した"
    EXTENDED = "extended", "新しい申出で更新した"
    OLDER = "older", "古い申出・一覧を受け取った（何も変えていない）"
    PROPOSED = "proposed", "解除を提案した"
    VOIDED = "voided", "新しい申出があったので、解除の提案を取り消した"
    KEPT = "kept", "解除しないことにした"
    CLEARED = "cleared", "解除を確認した"
