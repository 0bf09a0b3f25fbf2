from django.db import migrations

from chiba_ward.compartments.policies import MATTER, hides_by_copy, hides_with_parent

NOTICE, DELIVERY = "correspondence_notice", "correspondence_delivery"


class Migration(migrations.Migration):
    """How a person of a sealed matter is reached is known to those alone who have opened its compartment (ADR 0019)."""

    dependencies = [("correspondence", "0002_initial"), ("casework", "0004_row_policies")]

    operations = [
        hides_with_parent("correspondence_contactcard", "matter_id", MATTER),
        hides_with_parent(NOTICE, "matter_id", MATTER),
        hides_by_copy(DELIVERY, "notice_id", through=NOTICE, has_field=True),
        hides_with_parent("correspondence_callattempt", "delivery_id", DELIVERY),
    ]
