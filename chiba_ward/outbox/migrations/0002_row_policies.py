from django.db import migrations

from chiba_ward.compartments.policies import MATTER, hides_with_parent


class Migration(migrations.Migration):
    """What is owed for a sealed matter is seen by whoever has opened its compartment (ADR 0019)."""

    dependencies = [("outbox", "0001_initial"), ("casework", "0004_row_policies")]

    operations = [hides_with_parent("outbox_outboxentry", "matter_id", MATTER, optional=True)]
