from django.db import models


class StageKind(models.TextChoices):
    """In the order of the year (DOMAIN §3)."""

    WARD_SUBMISSION = "WARD_SUBMISSION", "区要望の提出"
    BUREAU_ANSWER = "BUREAU_ANSWER", "局の回答"
    REQUEST = "REQUEST", "予算要求"
    ASSESSMENT = "ASSESSMENT", "財政局査定"
    MAYOR = "MAYOR", "市長査定"
    RESTORATION = "RESTORATION", "復活"
    BILL = "BILL", "予算案"
    ENACTMENT = "ENACTMENT", "議決"
    SETTLEMENT = "SETTLEMENT", "決算"


class Amount(models.TextChoices):
    """The four amounts of a line, by the name of their column."""

    REQUESTED = "requested_yen", "予算要求額"
    ASSESSED = "assessed_yen", "査定額"
    BUDGETED = "budgeted_yen", "予算額"
    EXECUTED = "executed_yen", "執行額"


OPENED_BY = {
    Amount.REQUESTED: StageKind.REQUEST,
    Amount.ASSESSED: StageKind.MAYOR,
    Amount.BUDGETED: StageKind.BILL,
    Amount.EXECUTED: StageKind.SETTLEMENT,
}
"""Which stage, once published, makes an amount public."""


class StageAct(models.TextChoices):
    PUBLISHED = "PUBLISHED", "公表"
    WITHDRAWN = "WITHDRAWN", "公表の取下げ"
