"""Drafts and lines of the timeline get sealed columns; what was readable is set aside (chiba_ward.sealed.operations)."""

from django.db import migrations

from chiba_ward.sealed.fields import SealedJSONField, SealedTextField
from chiba_ward.sealed.operations import MakeRoomForSeals
from chiba_ward.sealed.rowkeys import SealedRowKey


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_initial")]

    operations = [
        migrations.AlterField(
            model_name="timelineentry", name="id", field=SealedRowKey(primary_key=True, serialize=False)
        ),
        MakeRoomForSeals(
            "draft",
            {
                "data": SealedJSONField(default=dict, verbose_name="入力"),
            },
        ),
        MakeRoomForSeals(
            "timelineentry",
            {
                "text": SealedTextField(blank=True, verbose_name="記録"),
            },
        ),
    ]
