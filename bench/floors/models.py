"""Two plain tables, made by `bench.floors.tables` and known to no migration."""

from typing import ClassVar

from django.db import models


class Case(models.Model):
    """As many rows as there are consultations, with the nine cells that the floor's list shows."""

    number = models.CharField(max_length=12)
    title = models.CharField(max_length=100)
    ward = models.IntegerField()
    state = models.CharField(max_length=12)
    channel = models.CharField(max_length=10)
    urgency = models.CharField(max_length=2)
    assignee = models.BigIntegerField(null=True)
    created = models.DateTimeField()
    due = models.DateTimeField()
    is_open = models.BooleanField()

    objects: ClassVar[models.Manager["Case"]] = models.Manager()

    class Meta:
        managed = False
        db_table = "bench_case"
        ordering: ClassVar = ["due", "id"]

    def __str__(self) -> str:
        return self.number


class Note(models.Model):
    """What the floor inserts: a row with four indexes."""

    ward = models.IntegerField()
    state = models.CharField(max_length=12)
    text = models.CharField(max_length=200)
    created = models.DateTimeField()

    objects: ClassVar[models.Manager["Note"]] = models.Manager()

    class Meta:
        managed = False
        db_table = "bench_note"

    def __str__(self) -> str:
        return self.text
