from django.db import migrations

from chiba_ward.compartments.policies import hides_by_copy, hides_with_parent

ENTRY = "centre_progressentry"


class Migration(migrations.Migration):
    """What the centre keeps of a sealed matter is there for its seats alone (ADR 0019)."""

    dependencies = [("centre", "0002_initial")]

    operations = [
        hides_by_copy(ENTRY, "consultation_id"),
        hides_by_copy("centre_casetransfer", "consultation_id"),
        hides_with_parent("centre_evaluation", "entry_id", ENTRY),
        hides_with_parent("centre_childsupportplan", "entry_id", ENTRY),
    ]
