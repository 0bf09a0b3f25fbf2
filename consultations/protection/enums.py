from django.db import models


class NotificationState(models.TextChoices):
    """States of a notice (通告, DOMAIN App. B)."""

    RECEIVED = "received", "受付（引継ぎ前）"
    HANDED_OFF = "handed_off", "電話で引き継いだ"
    RECEIPT_CONFIRMED = "receipt_confirmed", "引継ぎ先の受領を確かめた"
    SEALED = "sealed", "終結（番号と時刻だけ）"


TONES = {
    NotificationState.RECEIVED: "urgent",
    NotificationState.HANDED_OFF: "waiting",
    NotificationState.RECEIPT_CONFIRMED: "active",
    NotificationState.SEALED: "done",
}


class CheckResult(models.TextChoices):
    """安全確認: only what somebody saw with their own eyes meets the clock (目視)."""

    SEEN = "seen", "本人の姿を目で見て、安全を確かめた"
    DANGER = "danger", "本人の姿を目で見た。危険があり、すぐに対応した"
    NOT_MET = "not_met", "会えなかった（時計は動き続けます）"


MEETS = (CheckResult.SEEN, CheckResult.DANGER)
