from django.db import models


class State(models.TextChoices):
    """States of a consultation (DOMAIN §5 1-1). Words a clerk uses; the citizen reads sentences instead."""

    RECEIVED = "received", "受付"
    TRIAGED = "triaged", "振り分け済み"
    IN_PROGRESS = "in_progress", "対応中"
    REFERRED = "referred", "つなぎ中"
    CONNECTED = "connected", "つながった"
    MONITORING = "monitoring", "見守り"
    CLOSED = "closed", "完了"
    WITHDRAWN = "withdrawn", "取下げ"


OPEN_STATES = frozenset(State.values) - {State.CLOSED, State.WITHDRAWN}
STATE_TONES = {
    State.RECEIVED: "new",
    State.TRIAGED: "new",
    State.IN_PROGRESS: "active",
    State.REFERRED: "waiting",
    State.CONNECTED: "active",
    State.MONITORING: "paused",
    State.CLOSED: "done",
    State.WITHDRAWN: "done",
}


class ConsultantKind(models.TextChoices):
    SELF = "self", "本人"
    FAMILY = "family", "家族"
    NEIGHBOUR = "neighbour", "近所の人"
    SUPPORTER = "supporter", "支援している人"
    ANONYMOUS = "anonymous", "名前を出さない"


class Speaker(models.TextChoices):
    """Who spoke at the counter or on the telephone; empty for what a resident wrote (DOMAIN A1)."""

    SELF = "self", "本人"
    PROXY = "proxy", "家族や支援者が代わりに話している"


class Mandate(models.TextChoices):
    """委任: how it was made sure that the person lets somebody else speak."""

    LETTER = "letter", "委任状を見た"
    SPOKEN = "spoken", "本人と電話などで確かめた"
    PRESENT = "present", "本人がそばにいて、うなずいた"
    LATER = "later", "まだ確かめていない（あとで確かめる）"


class IdentitySeen(models.TextChoices):
    """本人確認: which paper was seen. It is never copied, its number never kept."""

    NONE = "none", "確かめていない（確認のいらない相談）"
    MY_NUMBER_CARD = "my_number_card", "マイナンバーカード（番号の面は見ない）"
    LICENCE = "licence", "運転免許証"
    INSURANCE = "insurance", "資格確認書など"
    RESIDENCE_CARD = "residence_card", "在留カード"
    OTHER = "other", "そのほかの書類"


class PartyKind(models.TextChoices):
    CONSULTER = "consulter", "相談した人"
    SUBJECT = "subject", "困っている本人"
    PROXY = "proxy", "代わりに話した人"


class Outcome(models.TextChoices):
    """転帰 (DOMAIN A1)."""

    ADVISED = "advised", "助言・情報提供"
    CONNECTED = "connected", "つなぎ完結"
    CONTINUING = "continuing", "継続支援"
    WATCHING = "watching", "見守り"
    OUT_OF_SCOPE = "out_of_scope", "対象外"


SEVERAL_FIELDS = 2  # 課題①: from here on one section does not close alone (DOMAIN §7)


class JointDecision(models.TextChoices):
    """What several agencies decided together before a case of several fields is closed (DOMAIN §7 課題①)."""

    MEETING = "meeting", "会議で決めた"
    PLAN = "plan", "支援プランで決めた"


class ApplyIntent(models.TextChoices):
    """申請の意思: a hardship case is never closed as advice while this is yes (生活保護法7条)."""

    YES = "yes", "ある"
    NO = "no", "ない"
    CHECKING = "checking", "確認中"


class Flag(models.TextChoices):
    ABUSE_CHILD = "abuse_child", "児童虐待のおそれ"
    ABUSE_ELDER = "abuse_elder", "高齢者虐待のおそれ"
    ABUSE_DISABLED = "abuse_disabled", "障害者虐待のおそれ"
    DV = "dv", "DVのおそれ"
    SUICIDE_RISK = "suicide_risk", "自殺のおそれ"
    MEDICAL_POWER = "medical_power", "医療機器の電源"
    MINOR = "minor", "未成年"
    THIRD_PARTY = "third_party", "本人以外からの相談"


PROTECTED_FLAGS = (Flag.ABUSE_CHILD, Flag.ABUSE_ELDER, Flag.ABUSE_DISABLED, Flag.DV)
"""What makes a matter another process once a human has confirmed it (DOMAIN §1 8, §9 R2). Danger to life is urgency alone."""


class LinkKind(models.TextChoices):
    SPLIT = "split", "分けた相談"
    SAME_HOUSEHOLD = "same_household", "同じ世帯"
    REPEAT = "repeat", "再相談"
    RELATED = "related", "関連"


class Direction(models.TextChoices):
    FROM_CITIZEN = "in", "相談者から"
    TO_CITIZEN = "out", "区役所から"


class ReferralState(models.TextChoices):
    """DOMAIN App. B. The sender stays owner until `ACCEPTED`; つながった is `CONTACT_MADE`."""

    DRAFT = "draft", "下書き"
    HELD = "held", "送信前(5分間は取り消せます)"
    SENT = "sent", "送付済み"
    ACKNOWLEDGED = "acknowledged", "先方が確認"
    ASKED_BACK = "asked_back", "先方から質問"
    ACCEPTED = "accepted", "受理"
    CONTACT_MADE = "contact_made", "本人に連絡がついた"
    OUTCOME_REPORTED = "outcome_reported", "結果報告あり"
    DECLINED = "declined", "受理できない"
    RECALLED = "recalled", "取り消し"
    REVOKED = "revoked", "同意の撤回により終了"
    RETURNED = "returned", "返事がなく差し戻し"


PARTNER_OPEN = frozenset(
    {
        ReferralState.SENT,
        ReferralState.ACKNOWLEDGED,
        ReferralState.ASKED_BACK,
        ReferralState.ACCEPTED,
        ReferralState.CONTACT_MADE,
    }
)
WAITING_FOR_PARTNER = frozenset({ReferralState.SENT, ReferralState.ACKNOWLEDGED, ReferralState.ASKED_BACK})
REFERRAL_TONES = {
    ReferralState.DRAFT: "neutral",
    ReferralState.HELD: "paused",
    ReferralState.SENT: "waiting",
    ReferralState.ACKNOWLEDGED: "waiting",
    ReferralState.ASKED_BACK: "returned",
    ReferralState.ACCEPTED: "active",
    ReferralState.CONTACT_MADE: "active",
    ReferralState.OUTCOME_REPORTED: "done",
    ReferralState.DECLINED: "returned",
    ReferralState.RECALLED: "done",
    ReferralState.REVOKED: "done",
    ReferralState.RETURNED: "returned",
}


class ReferralRoute(models.TextChoices):
    """How the partner works: in the portal, by an expiring link, or on paper and by telephone."""

    ACCOUNT = "account", "ポータルで受ける"
    LINK = "link", "メールの案内から受ける"
    PAPER = "paper", "電話・FAX・郵便で受ける"


class ConsentMethod(models.TextChoices):
    WRITTEN = "written", "書面"
    ORAL = "oral", "口頭(職員が記録)"
    ELECTRONIC = "electronic", "画面で"


class ExcerptItem(models.TextChoices):
    """What may be handed on, item by item; consent names the items."""

    NAME = "name", "氏名"
    PHONE = "phone", "電話番号"
    EMAIL = "email", "メールアドレス"
    ADDRESS = "address", "住所"
    SUBJECT = "subject", "困っている本人のこと"
    CONCERN = "concern", "相談の要点"
    BODY = "body", "相談の内容"
    CONTACT_RULES = "contact_rules", "連絡のしかたの希望"
    ACCOMMODATION = "accommodation", "必要な配慮・言語"
    FILES = "files", "添付ファイル"
