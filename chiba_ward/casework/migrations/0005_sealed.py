"""Drafts and lines of the timeline: the readable columns go, the constraints look at the sealed ones."""

from django.db import migrations

from chiba_ward.sealed.operations import DropReadableColumns


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_seal_rows")]

    operations = [
        DropReadableColumns("draft", ["data"]),
        DropReadableColumns("timelineentry", ["text"]),
    ]
