from django.db import migrations

from chiba_ward.compartments.policies import MATTER, hides_with_parent

PERSON = "disclosure_heldperson"


class Migration(migrations.Migration):
    """Who is held because of a sealed matter is there for those inside; that somebody is held, for every output (ADR 0021)."""

    dependencies = [("disclosure", "0001_initial"), ("casework", "0004_row_policies")]

    operations = [
        hides_with_parent(PERSON, "matter_id", MATTER, optional=True),
        hides_with_parent("disclosure_holdline", "person_id", PERSON, key="hold_id"),
    ]
