from django.db import models


class Category(models.TextChoices):
    """区分 of 児童福祉法25条の2 (DOMAIN §5 1-2 a)."""

    PROTECTION = "protection", "要保護"
    SUPPORT = "support", "要支援"
    EXPECTANT = "expectant", "特定妊婦"


class EntryState(models.TextChoices):
    OPEN = "open", "載っている"
    ENDED = "ended", "終わった"


class EndReason(models.TextChoices):
    """Why a child or a mother leaves the 進行管理台帳. 転出 is out of the city; between wards the entry goes along."""

    IMPROVED = "improved", "改善"
    MOVED_OUT = "moved_out", "転出（市の外）"
    AGE = "age", "年齢"
    OTHER = "other", "その他"


class PlanState(models.TextChoices):
    DRAFTED = "drafted", "作成中"
    HANDED = "handed", "渡して実施中"
    ENDED = "ended", "終了"


class TransferState(models.TextChoices):
    """DOMAIN §5 1-2 b ケース移管: until a person accepts by name, the sender stays responsible."""

    ASKED = "asked", "返事待ち"
    ACCEPTED = "accepted", "受け入れた"
    RETURNED = "returned", "返された"
    WITHDRAWN = "withdrawn", "取りやめ"


ENTRY_TONES = {EntryState.OPEN: "active", EntryState.ENDED: "done"}
PLAN_TONES = {PlanState.DRAFTED: "new", PlanState.HANDED: "active", PlanState.ENDED: "done"}
TRANSFER_TONES = {
    TransferState.ASKED: "waiting",
    TransferState.ACCEPTED: "done",
    TransferState.RETURNED: "returned",
    TransferState.WITHDRAWN: "done",
}
