from django.db import migrations

from chiba_ward.compartments.policies import hides_by_copy, hides_with_parent

CASE, REFERRAL = "consultations_consultation", "consultations_referral"


class Migration(migrations.Migration):
    """A sealed consultation is there for those alone who have opened its compartment (ADR 0019)."""

    dependencies = [("consultations", "0002_initial"), ("casework", "0004_row_policies")]

    operations = [
        hides_by_copy(CASE, "matter_id", has_field=True),
        hides_by_copy("consultations_consultation_fields", "consultation_id"),
        hides_by_copy("consultations_party", "consultation_id"),
        hides_by_copy(REFERRAL, "consultation_id", has_field=True),
        hides_with_parent("consultations_citizenmessage", "consultation_id", CASE, key="matter_id"),
        hides_with_parent("consultations_consentgrant", "consultation_id", CASE, key="matter_id"),
        hides_with_parent("consultations_referralitem", "referral_id", REFERRAL),
        hides_with_parent("consultations_referralquestion", "referral_id", REFERRAL),
        hides_with_parent("consultations_partnerlink", "referral_id", REFERRAL),
        # A link tells of both: it is there for whoever may see both.
        hides_with_parent("consultations_caselink", "earlier_id", CASE, key="matter_id", also="later_id"),
        hides_with_parent("consultations_consultationevent", "pgh_obj_id", CASE, key="matter_id"),
        hides_with_parent("consultations_referralevent", "pgh_obj_id", REFERRAL),
        hides_with_parent("consultations_consentgrantevent", "pgh_obj_id", "consultations_consentgrant"),
    ]
