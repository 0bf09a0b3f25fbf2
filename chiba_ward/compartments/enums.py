from django.db import models


class CompartmentKind(models.TextChoices):
    """Why matters are kept apart. Another law, another kind: a row more, no other mechanism."""

    CHILD_ABUSE = "child_abuse", "児童虐待"
    ELDER_ABUSE = "elder_abuse", "高齢者虐待"
    DISABLED_ABUSE = "disabled_abuse", "障害者虐待"
    DV = "dv", "配偶者等からの暴力"
    OTHER = "other", "その他"


class GlassVerdict(models.TextChoices):
    """What whoever looks at a 緊急の開示 afterwards says of it."""

    JUSTIFIED = "justified", "正当"
    UNJUSTIFIED = "unjustified", "不当"
