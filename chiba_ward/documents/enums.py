from django.db import models


class DocumentState(models.TextChoices):
    QUEUED = "queued", "作成待ち"
    WORKING = "working", "作成中"
    DONE = "done", "できました"
    FAILED = "failed", "作成できませんでした"
