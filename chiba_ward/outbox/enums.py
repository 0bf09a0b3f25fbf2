from django.db import models


class Outcome(models.TextChoices):
    """What became of one run of one entry."""

    DONE = "done", "完了"
    FAILED = "failed", "失敗(あとでやり直す)"
    DEAD = "dead", "断念(要対応)"
    SKIPPED = "skipped", "ほかで実行中、または対象外"
