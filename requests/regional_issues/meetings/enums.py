"""Words of the meetings of a ward. Each: value, 日本語 label."""

from django.db import models


class MeetingKind(models.TextChoices):
    INTERNAL = "ward_internal", "区内調整会議"
    LIAISON = "ward_liaison", "区行政連絡調整会議"


class Way(models.TextChoices):
    VISIT = "visit", "来庁"
    WRITTEN = "written", "書面"
    ONLINE = "online", "オンライン"


class MeetingState(models.TextChoices):
    PLANNED = "planned", "準備中"
    CALLED = "called", "招集済み"
    HELD = "held", "開催済み"
    DRAFTED = "minutes_drafted", "会議録の確認待ち"
    APPROVED = "approved", "会議録確定"


STATE_TONES = {
    MeetingState.PLANNED: "waiting",
    MeetingState.CALLED: "active",
    MeetingState.HELD: "active",
    MeetingState.DRAFTED: "waiting",
    MeetingState.APPROVED: "done",
}


class ItemKind(models.TextChoices):
    REPORT = "report", "報告"
    DISCUSSION = "discussion", "協議"
    DECISION = "decision", "決定"


class Audience(models.TextChoices):
    """Who may read one item, wherever it is shown (DOMAIN 3-1 f: outside members and internal talk)."""

    INTERNAL = "internal", "内部のみ"
    MEMBERS = "members", "構成員"
    PUBLIC = "public", "公開"


class Outcome(models.TextChoices):
    WAITING = "", "まだ"
    REPORTED = "reported", "報告を受けた"
    DECIDED = "decided", "決定した"
    CARRIED = "carried", "次回へ"


class Answer(models.TextChoices):
    WAITING = "", "返事待ち"
    COMES = "comes", "出席"
    STAYS_AWAY = "stays_away", "欠席"


class AnswerChannel(models.TextChoices):
    ONLINE = "online", "画面"
    TELEPHONE = "telephone", "電話"
    IN_PERSON = "in_person", "口頭"


class DecisionState(models.TextChoices):
    OPEN = "open", "対応中"
    DONE = "done", "完了の報告あり"
    CHANGED = "changed", "決め直した"
    WITHDRAWN = "withdrawn", "取りやめた"
