from django.db import migrations

from chiba_ward.compartments.policies import MATTER, hides_by_copy, hides_itself, hides_with_parent


class Migration(migrations.Migration):
    """What hangs on a sealed matter is there for those alone who have opened its compartment (ADR 0015)."""

    dependencies = [("casework", "0003_compartment"), ("compartments", "0002_functions")]

    operations = [
        hides_itself(MATTER),
        hides_by_copy("casework_deadline", "matter_id"),
        hides_with_parent("casework_deadlinestep", "deadline_id", "casework_deadline"),
        hides_with_parent("casework_timelineentry", "matter_id", MATTER),
        hides_with_parent("casework_attachment", "matter_id", MATTER),
        hides_with_parent("casework_casecredential", "matter_id", MATTER),
        # By copy: whoever waits for a draft that is just being filed reads it anew, but not the matter beside it.
        hides_by_copy("casework_draft", "matter_id"),
        hides_with_parent("casework_draftfile", "draft_id", "casework_draft"),
    ]
