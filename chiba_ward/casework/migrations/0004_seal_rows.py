"""Drafts and lines of the timeline are sealed, batch by batch. May be killed and run again."""

from django.db import migrations

from chiba_ward.sealed.operations import SealRows


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("casework", "0003_make_room_for_seals")]

    operations = [
        SealRows("draft", ["data"]),
        SealRows("timelineentry", ["text"]),
    ]
