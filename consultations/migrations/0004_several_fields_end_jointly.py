from django.db import migrations

CHECK = """
CREATE FUNCTION consultation_several_fields_end_jointly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM consultations_consultation_fields WHERE consultation_id = NEW.matter_id) >= 2 THEN
        RAISE check_violation USING
            MESSAGE = 'a case of several fields ends by a joint decision or with a reason',
            CONSTRAINT = 'consultation_several_fields_end_jointly';
    END IF;
    RETURN NEW;
END $$
"""
# An empty seal is no bytes at all, so that the database can tell without opening it (ADR 0013).
TRIGGER = """
CREATE TRIGGER several_fields_end_jointly BEFORE UPDATE OF state ON consultations_consultation FOR EACH ROW
WHEN (NEW.state = 'closed' AND OLD.state IS DISTINCT FROM NEW.state
      AND NEW.joint_decision = '' AND length(NEW.single_reason) = 0)
EXECUTE FUNCTION consultation_several_fields_end_jointly()
"""


class Migration(migrations.Migration):
    """課題①: a case of two fields or more is not closed by one section alone without a word (DOMAIN §7)."""

    dependencies = [("consultations", "0003_row_policies")]

    operations = [
        migrations.RunSQL(
            [CHECK, TRIGGER],
            [
                "DROP TRIGGER several_fields_end_jointly ON consultations_consultation",
                "DROP FUNCTION consultation_several_fields_end_jointly()",
            ],
        )
    ]
