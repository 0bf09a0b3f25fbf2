from django.db import models


class IssueHorizon(models.TextChoices):
    IMMEDIATE = "immediate", "即応"
    LONG_TERM = "long_term", "長期"


class IssueState(models.TextChoices):
    REGISTERED = "registered", "登録"
    ASSESSED = "assessed", "一次評価済"
    TABLED = "tabled", "付議中"
    IN_HAND = "in_hand", "対応中"
    WATCHED = "watched", "長期管理"
    REQUESTED = "requested", "区要望へ"
    PROJECTED = "projected", "自主企画へ"
    RESOLVED = "resolved", "解決"
    DROPPED = "dropped", "対象外"


CLOSED = (IssueState.RESOLVED, IssueState.DROPPED)
UNDECIDED = (IssueState.ASSESSED, IssueState.TABLED)
STATE_TONES = {
    IssueState.REGISTERED: "new",
    IssueState.ASSESSED: "waiting",
    IssueState.TABLED: "waiting",
    IssueState.IN_HAND: "active",
    IssueState.WATCHED: "active",
    IssueState.REQUESTED: "active",
    IssueState.PROJECTED: "active",
    IssueState.RESOLVED: "done",
    IssueState.DROPPED: "neutral",
}


class AgendaKind(models.TextChoices):
    """The two meetings that an issue may come before: the ward's own, and the one with the bureaus."""

    WARD = "ward", "区内調整会議"
    LIAISON = "liaison", "区行政連絡調整会議"


class SourceKind(models.TextChoices):
    OPINION = "opinion", "区民対話会"
    NOTEBOOK = "notebook", "地域担当の手帳"
    ASSOCIATION = "association", "団体"
    CONSULTATIONS = "consultations", "相談の集計"
    REPORTS = "reports", "ちばレポ等の傾向"
    STAFF = "staff", "職員の気づき"


class DialogueState(models.TextChoices):
    ENTERED = "entered", "入力中"
    PUBLISHED = "published", "公開中"


class OpinionFate(models.TextChoices):
    WAITING = "waiting", "検討中"
    ISSUE = "issue", "地域課題へ"
    ANSWERED = "answered", "その場で回答"
    SENT_ON = "sent_on", "ほかの機関へ"
    REQUESTED = "requested", "区要望へ"
    PROJECTED = "projected", "自主企画へ"
    NOT_DONE = "not_done", "対応しない"
