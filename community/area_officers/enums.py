from django.db import models


class Part(models.TextChoices):
    """主/副 (DOMAIN §5 2-2 a): the deputy reads and writes as the primary does."""

    PRIMARY = "primary", "主担当"
    DEPUTY = "deputy", "副担当"


class AssignmentState(models.TextChoices):
    """What was recorded. Whether somebody is in office on a day is derived from dates (`Standing`)."""

    ACTIVE = "active", "担当中"
    AWAITING = "awaiting", "引継ぎ待ち"
    ENDED = "ended", "引継ぎ済み"


class Standing(models.TextChoices):
    """How an assignment stands on a day: its own dates, those of the 発令, and whether the hand-over is there (C13)."""

    COMING = "coming", "これから"
    IN_FORCE = "in_force", "担当中"
    LEAVING = "leaving", "担当中（引継書がまだ）"
    AWAITING = "awaiting", "引継ぎ待ち"
    ENDED = "ended", "引継ぎ済み"


STANDING_TONES = {
    Standing.COMING: "new",
    Standing.IN_FORCE: "active",
    Standing.LEAVING: "waiting",
    Standing.AWAITING: "overdue",
    Standing.ENDED: "done",
}


class Gap(models.TextChoices):
    """What is shown in red on the 配置表."""

    NO_PRIMARY = "no_primary", "主担当がいない"
    AWAITING = "awaiting", "引継ぎ待ち"
    UNVISITED = "unvisited", "しばらく訪問がない"


class Occasion(models.TextChoices):
    INTRODUCTION = "introduction", "顔合わせ"
    MEETING = "meeting", "会合・総会"
    VISIT = "visit", "訪問"
    EVENT = "event", "行事・訓練"
    TELEPHONE = "telephone", "電話"
    OTHER = "other", "その他"


VISITS = frozenset(set(Occasion) - {Occasion.TELEPHONE})
"""What counts as having been there: a call is noted, but is no visit."""


class PromiseState(models.TextChoices):
    OPEN = "open", "まだ"
    KEPT = "kept", "守った"
    COULD_NOT_KEEP = "could_not_keep", "守れなかった"
    HANDED_ON = "handed_on", "引き継いだ"


PROMISE_TONES = {
    PromiseState.OPEN: "active",
    PromiseState.KEPT: "done",
    PromiseState.COULD_NOT_KEEP: "returned",
    PromiseState.HANDED_ON: "done",
}


class HandOverState(models.TextChoices):
    DRAFT = "draft", "書いている途中"
    SUBMITTED = "submitted", "受領待ち"
    RECEIVED = "received", "受領"


HAND_OVER_TONES = {
    HandOverState.DRAFT: "new",
    HandOverState.SUBMITTED: "waiting",
    HandOverState.RECEIVED: "done",
}
