from django.db import models


class CompartmentKind(models.TextChoices):
    """Why matters are kept apart. Another law, another kind: a row more, no other mechanism."""

    CHILD_ABUSE = "child_abuse", "児童虐待"
    DV = "dv", "配偶者等からの暴力"
    OTHER = "other", "その他"
