"""Contact cards and notes of calls are sealed, batch by batch. May be killed and run again."""

from django.db import migrations

from chiba_ward.sealed.operations import SealRows


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("correspondence", "0003_make_room_for_seals")]

    operations = [
        SealRows("callattempt", ["note"]),
        SealRows(
            "contactcard", ["accommodation", "address", "email", "forbidden", "name", "phone", "postal_code"]
        ),
    ]
