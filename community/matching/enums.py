from django.db import models


class ListingState(models.TextChoices):
    """Of a 困りごと and of a できること alike; the two of a broker are of a 困りごと alone."""

    DRAFT = "draft", "書いている途中"
    SUBMITTED = "submitted", "確かめ待ち"
    RETURNED = "returned", "差し戻し"
    OPEN = "open", "相手をさがしている"
    BROKERED = "brokered", "仲介中"
    MATCHED = "matched", "成立"
    WITHDRAWN = "withdrawn", "取り下げ"
    EXPIRED = "expired", "期限切れ"


LISTING_TONES = {
    ListingState.DRAFT: "new",
    ListingState.SUBMITTED: "waiting",
    ListingState.RETURNED: "returned",
    ListingState.OPEN: "active",
    ListingState.BROKERED: "active",
    ListingState.MATCHED: "done",
    ListingState.WITHDRAWN: "returned",
    ListingState.EXPIRED: "done",
}
WRITABLE = frozenset({ListingState.DRAFT, ListingState.RETURNED})
"""In which whoever wrote it may still write."""
CHECKED = (
    ListingState.OPEN,
    ListingState.BROKERED,
    ListingState.MATCHED,
)
"""What a section has found fit to be passed on."""


class Slot(models.IntegerChoices):
    """Bands of the week in which something is needed or offered. None at all: any time will do."""

    WEEKDAY_MORNING = 11, "平日の午前"
    WEEKDAY_AFTERNOON = 12, "平日の午後"
    WEEKDAY_EVENING = 13, "平日の夜"
    SATURDAY_MORNING = 21, "土曜の午前"
    SATURDAY_AFTERNOON = 22, "土曜の午後"
    SATURDAY_EVENING = 23, "土曜の夜"
    SUNDAY_MORNING = 31, "日曜・祝日の午前"
    SUNDAY_AFTERNOON = 32, "日曜・祝日の午後"
    SUNDAY_EVENING = 33, "日曜・祝日の夜"


class Side(models.TextChoices):
    NEED = "need", "困っている側"
    OFFER = "offer", "提供する側"


class MatchState(models.TextChoices):
    ASKED = "asked", "両方に聞いている"
    AGREED = "agreed", "両方が承諾した"
    ARRANGED = "arranged", "初回の日が決まった"
    TRIAL = "trial", "会って試した"
    SUCCEEDED = "succeeded", "成立"
    CONTINUED = "continued", "成立・続いている"
    FINISHED = "finished", "成立・終わった"
    FAILED = "failed", "不成立"
    CANCELLED = "cancelled", "取り消し"


MATCH_TONES = {
    MatchState.ASKED: "waiting",
    MatchState.AGREED: "active",
    MatchState.ARRANGED: "active",
    MatchState.TRIAL: "active",
    MatchState.SUCCEEDED: "done",
    MatchState.CONTINUED: "done",
    MatchState.FINISHED: "done",
    MatchState.FAILED: "returned",
    MatchState.CANCELLED: "returned",
}
LIVE = (MatchState.ASKED, MatchState.AGREED, MatchState.ARRANGED, MatchState.TRIAL)
"""In which a section still has something to do before the outcome."""
AGREED = (MatchState.AGREED, MatchState.ARRANGED, MatchState.TRIAL)
FRUITFUL = (MatchState.SUCCEEDED, MatchState.CONTINUED, MatchState.FINISHED)
"""In which something came of it, whatever became of it afterwards."""


class FailureKind(models.TextChoices):
    """What the reasons come down to in the statistics; the reasons themselves are rows."""

    SCHEDULE = "schedule", "日程"
    TERMS = "terms", "条件"
    CONTACT = "contact", "連絡"
    DECLINED = "declined", "辞退"
    OTHER = "other", "その他"


class RuleKey(models.TextChoices):
    FOLLOW_UP = "follow_up", "成立してから、続いているかを確かめるまで"
    ANSWER = "answer", "両方に聞いてから、返事を待つ"
    KEEP = "keep", "期限を書かない困りごと・できることを載せておく"


class Line(models.TextChoices):
    """What a line of a history tells."""

    SUBMITTED = "submitted", "提出した"
    ENTERED = "entered", "職員が代わりに入力した"
    CHANGED = "changed", "内容を直した"
    OPENED = "opened", "確かめて、相手をさがし始めた"
    RETURNED = "returned", "差し戻した"
    PUBLISHED = "published", "地区のページに載せた"
    UNPUBLISHED = "unpublished", "地区のページから下ろした"
    WITHDRAWN = "withdrawn", "取り下げた"
    RESTORED = "restored", "取り下げを取り消した"
    EXPIRED = "expired", "期限が過ぎた"
    ASKED = "asked", "両方に聞き始めた"
    CANCELLED = "cancelled", "まちがいだったので取り消した"
    YES = "yes", "承諾した"
    NO = "no", "断った"
    ARRANGED = "arranged", "初回の日を決めた"
    MET = "met", "会って試した"
    SUCCEEDED = "succeeded", "成立した"
    FAILED = "failed", "不成立になった"
    CONTINUED = "continued", "続いていることを確かめた"
    FINISHED = "finished", "終わったことを確かめた"
    NOTE = "note", "経過"
