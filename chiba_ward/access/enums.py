"""Words of the read log: who acted, and what happened."""

from django.db import models


class ActorKind(models.TextChoices):
    STAFF = "staff", "職員"
    PARTNER = "partner", "関係機関"
    RESIDENT = "resident", "登録した市民"
    KEY_HOLDER = "key", "番号と合言葉で開いた人"
    LINK_HOLDER = "link", "案内のリンクで開いた人"
    NOBODY = "nobody", "だれか分からない人"
    SYSTEM = "system", "システム"


class Verb(models.TextChoices):
    """What was done with personal data, and what happened at the doors."""

    READ = "read", "開いた"
    LIST = "list", "一覧を見た"
    SEARCH = "search", "さがした"
    PRINT = "print", "印刷の画面を出した"
    EXPORT = "export", "書き出した"
    REASON_ASKED = "reason_asked", "担当外の理由を求めた"
    GLASS_BROKEN = "glass_broken", "緊急の開示を求めた"
    DENIED = "denied", "断った"
    SIGN_IN = "sign_in", "サインインした"
    SIGN_IN_FAILED = "sign_in_failed", "サインインに失敗した"
    SIGN_OUT = "sign_out", "サインアウトした"
    TRY_REFUSED = "try_refused", "続けての試行を止めた"
    FACTOR_ADDED = "factor_added", "二つ目の確認を登録した"
    FACTOR_REMOVED = "factor_removed", "二つ目の確認を外した"
    FACTOR_FAILED = "factor_failed", "二つ目の確認に失敗した"
    PASSWORD_CHANGED = "password_changed", "パスワードを変えた"


# What counts as having opened a matter: its person may know of it. A line in a list is not an opening.
OPENING = (Verb.READ, Verb.PRINT, Verb.EXPORT)
READING = (*OPENING, Verb.LIST, Verb.SEARCH, Verb.REASON_ASKED)


class VerificationState(models.TextChoices):
    QUEUED = "queued", "順番を待っている"
    WORKING = "working", "確かめている"
    SOUND = "sound", "つながりは正しい"
    BROKEN = "broken", "つながりが切れている"
