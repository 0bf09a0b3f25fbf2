from django.db import models


class MeetingKind(models.TextChoices):
    """Three meetings with opposite rules about consent; each stands on its own law (DOMAIN §1 finding 3, A4).

    The values are those of the legal basis in DOMAIN A4. What each kind requires stands in `kinds.py`.
    """

    STATUTORY = "s106_6_support", "支援会議"
    MULTI_LAYER = "multi_layer", "重層的支援会議"
    CHILD_COUNCIL = "child_council_kobetsu", "個別ケース検討会議（要対協）"


class MeetingState(models.TextChoices):
    """DOMAIN App. B: planned → members_fixed → held → minutes_approved."""

    PLANNED = "planned", "準備中"
    MEMBERS_FIXED = "members_fixed", "構成員確定"
    HELD = "held", "開催済み"
    MINUTES_APPROVED = "minutes_approved", "会議録確定"
    CANCELLED = "cancelled", "中止"


NOT_YET_HELD = (MeetingState.PLANNED, MeetingState.MEMBERS_FIXED)
AFTERWARDS = (MeetingState.HELD, MeetingState.MINUTES_APPROVED)
MEETING_TONES = {
    MeetingState.PLANNED: "new",
    MeetingState.MEMBERS_FIXED: "active",
    MeetingState.HELD: "waiting",
    MeetingState.MINUTES_APPROVED: "done",
    MeetingState.CANCELLED: "done",
}


class PledgeMethod(models.TextChoices):
    """守秘の誓約: how it was made."""

    WRITTEN = "written", "書面"
    ORAL = "oral", "口頭（職員が記録）"


class PlanState(models.TextChoices):
    """DOMAIN App. B, the second half of `MultiLayerMeeting`: plan_decided → monitoring → closed."""

    DRAFT = "draft", "作成中"
    DECIDED = "decided", "決定・見守り中"
    CLOSED = "closed", "終了"


PLAN_TONES = {PlanState.DRAFT: "new", PlanState.DECIDED: "active", PlanState.CLOSED: "done"}
