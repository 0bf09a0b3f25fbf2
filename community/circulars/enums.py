from django.db import models


class CircularState(models.TextChoices):
    DRAFT = "draft", "下書き"
    POSTED = "posted", "掲載中"
    RECALLED = "recalled", "取り下げ"
    ENDED = "ended", "掲載終了"


STATE_TONES = {
    CircularState.DRAFT: "new",
    CircularState.POSTED: "active",
    CircularState.RECALLED: "returned",
    CircularState.ENDED: "done",
}


class SenderKind(models.TextChoices):
    CITY = "city", "区役所の課から"
    ORG = "org", "町内自治会などから"


class Reach(models.TextChoices):
    """To whom a circular goes: the first three are a section's, the last two an association's."""

    WARD = "ward", "区のすべての団体"
    AREAS = "areas", "選んだ地区の団体"
    ORGS = "orgs", "選んだ団体"
    OWN = "own", "すべての班"
    GROUPS = "groups", "選んだ班"


OF_CITY = (Reach.WARD, Reach.AREAS, Reach.ORGS)
OF_ORG = (Reach.OWN, Reach.GROUPS)


class PaperAct(models.TextChoices):
    CLOSED = "closed", "紙が回り終わった"
    REOPENED = "reopened", "まちがいだったので、元に戻した"
