from django.db import models


class Channel(models.TextChoices):
    """受付経路: only a field; every path has the same form, number and deadline (DESIGN §2 rule 9)."""

    WEB = "web", "オンライン"
    COUNTER = "counter", "窓口"
    TELEPHONE = "telephone", "電話"
    POST = "post", "郵送"
    VISIT = "visit", "訪問"
    INTERNAL = "internal", "庁内"
    AGENCY = "agency", "他機関"


class Urgency(models.TextChoices):
    """Set by a human; DOMAIN §9. The value sorts by risk."""

    U0 = "U0", "生命の危険(直ちに)"
    U1 = "U1", "当日(30分以内に読む)"
    U2 = "U2", "1開庁日"
    U3 = "U3", "3開庁日"


class TimeUnit(models.TextChoices):
    OPENING_MINUTES = "opening_minutes", "開庁時間(分)"
    OPENING_DAYS = "opening_days", "開庁日"
    WALL_MINUTES = "wall_minutes", "実時間(分)"


class Audience(models.TextChoices):
    """Who may read a line of the timeline or a file. `HOUSE` never leaves the office."""

    CITIZEN = "citizen", "相談者にも見える"
    PARTNER = "partner", "つなぎ先にも見える"
    HOUSE = "house", "庁内のみ"


class OutsideDuty(models.TextChoices):
    """Why somebody opens a matter that is not their own to look after (C21)."""

    ASKED = "asked", "担当者が不在のとき、本人や家族からの問い合わせに答える"
    HELP = "help", "担当者に頼まれて、手伝う・引き継ぐ"
    RELATED = "related", "受け持っている別の相談のために確かめる"
    COMPLAINT = "complaint", "苦情や、まちがいの指摘を調べる"
    CHECK = "check", "統計・点検・書類の整理"
    OTHER = "other", "そのほか"


class AttachmentState(models.TextChoices):
    """Only `CLEAN` opens. `scanned_at` tells whether a scanner said so, or none was configured."""

    CHECKING = "checking", "検査中"
    CLEAN = "clean", "確認済み"
    QUARANTINED = "quarantined", "検査できていません"
    INFECTED = "infected", "使えません(ウイルスのおそれ)"
    LOST = "lost", "使えません(保存中に失われました)"


WITHOUT_VERDICT = (AttachmentState.CHECKING, AttachmentState.QUARANTINED, AttachmentState.CLEAN)
"""States in which a file may still wait for the scanner: one that was taken in when there was none is already open."""
