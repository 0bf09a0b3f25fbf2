from django.db import migrations

from chiba_ward.compartments.policies import hides_with_parent

NOTICE = "protection_abusenotification"


class Migration(migrations.Migration):
    """A notice and what hangs on it are there for those alone who have opened its compartment (ADR 0019)."""

    dependencies = [("protection", "0001_initial"), ("consultations", "0003_row_policies")]

    operations = [
        hides_with_parent(NOTICE, "consultation_id", "consultations_consultation", key="matter_id"),
        hides_with_parent("protection_safetycheck", "notification_id", NOTICE, key="consultation_id"),
        hides_with_parent("protection_notifier", "notification_id", NOTICE, key="consultation_id"),
    ]
