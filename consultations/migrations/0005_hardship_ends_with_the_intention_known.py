from django.db import migrations

CHECK = """
CREATE FUNCTION consultation_hardship_ends_with_intention() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM consultations_consultation_fields chosen JOIN consultations_field field ON field.id = chosen.field_id
        WHERE chosen.consultation_id = NEW.matter_id AND field.is_hardship
    ) THEN
        RAISE check_violation USING
            MESSAGE = 'a case of hardship ends with the intention to apply recorded',
            CONSTRAINT = 'consultation_hardship_ends_with_intention';
    END IF;
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER hardship_ends_with_intention BEFORE UPDATE OF state ON consultations_consultation FOR EACH ROW
WHEN (NEW.state = 'closed' AND OLD.state IS DISTINCT FROM NEW.state AND NEW.applies_intent = ''
      AND NEW.protected_at IS NULL)
EXECUTE FUNCTION consultation_hardship_ends_with_intention()
"""


class Migration(migrations.Migration):
    """申請の意思 is asked before a case of hardship ends (生活保護法7条, DOMAIN §9 R4). A protected case ends in its own way."""

    dependencies = [("consultations", "0004_several_fields_end_jointly")]

    operations = [
        migrations.RunSQL(
            [CHECK, TRIGGER],
            [
                "DROP TRIGGER hardship_ends_with_intention ON consultations_consultation",
                "DROP FUNCTION consultation_hardship_ends_with_intention()",
            ],
        )
    ]
