from django.db import migrations

from chiba_ward.compartments.policies import MATTER, hides_with_parent


class Migration(migrations.Migration):
    """A document of a sealed matter is there for those alone who have opened its compartment (ADR 0019)."""

    dependencies = [("documents", "0001_initial"), ("casework", "0004_row_policies")]

    operations = [hides_with_parent("documents_document", "matter_id", MATTER, optional=True)]
