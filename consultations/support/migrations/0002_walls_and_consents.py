from django.db import migrations

from chiba_ward.compartments.policies import hides_by_copy, hides_with_parent

MEETING = "support_meeting"

# A consent is held while it is looked at: whoever withdraws it at the same moment waits, or was first and is seen.
COVERED = """
CREATE FUNCTION support_gave_consent(person bigint, office bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM consultations_consentgrant WHERE person_id = person AND to_office_id = office FOR SHARE;
    RETURN EXISTS (
        SELECT FROM consultations_consentgrant
        WHERE person_id = person AND to_office_id = office AND withdrawn_at IS NULL
          AND (valid_until IS NULL OR valid_until >= (now() AT TIME ZONE 'Asia/Tokyo')::date)
          AND 'subject' = ANY (items)
    );
END $$
"""
# Adding a person and adding a member wait for each other: each looks at what the other has written.
SUBJECT = """
CREATE FUNCTION support_subject_consents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    meeting support_meeting%ROWTYPE;
BEGIN
    SELECT * INTO meeting FROM support_meeting WHERE id = NEW.meeting_id FOR NO KEY UPDATE;
    IF meeting.kind = 'multi_layer' AND NEW.taken_off_at IS NULL AND (
        NOT EXISTS (SELECT FROM support_member WHERE meeting_id = meeting.id AND office_id <> meeting.office_id)
        OR EXISTS (
            SELECT FROM support_member seat
            WHERE seat.meeting_id = meeting.id AND seat.office_id <> meeting.office_id AND seat.ended_at IS NULL
              AND NOT support_gave_consent(NEW.party_id, seat.office_id)
        )
    ) THEN
        RAISE check_violation USING MESSAGE = 'a person is discussed without consent',
            CONSTRAINT = 'support_subject_consents';
    END IF;
    RETURN NEW;
END $$
"""
MEMBER = """
CREATE FUNCTION support_member_consents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    meeting support_meeting%ROWTYPE;
BEGIN
    SELECT * INTO meeting FROM support_meeting WHERE id = NEW.meeting_id FOR NO KEY UPDATE;
    IF meeting.kind = 'multi_layer' AND NEW.office_id <> meeting.office_id AND NEW.ended_at IS NULL AND EXISTS (
        SELECT FROM support_subject person
        WHERE person.meeting_id = meeting.id AND person.taken_off_at IS NULL
          AND NOT support_gave_consent(person.party_id, NEW.office_id)
    ) THEN
        RAISE check_violation USING MESSAGE = 'a member would hear of a person without consent',
            CONSTRAINT = 'support_member_consents';
    END IF;
    RETURN NEW;
END $$
"""
# Asked when the transaction ends: whoever withdraws has taken the person off the table by then, or withdraws nothing.
WITHDRAWN = """
CREATE FUNCTION support_consent_is_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM support_subject person JOIN support_meeting meeting ON meeting.id = person.meeting_id
        JOIN support_member seat ON seat.meeting_id = meeting.id AND seat.office_id = NEW.to_office_id
        WHERE person.party_id = NEW.person_id AND person.taken_off_at IS NULL AND meeting.kind = 'multi_layer'
          AND meeting.state <> 'cancelled' AND meeting.office_id <> NEW.to_office_id AND seat.ended_at IS NULL
          AND NOT support_gave_consent(NEW.person_id, NEW.to_office_id)
    ) THEN
        RAISE check_violation USING MESSAGE = 'a person stays on the table after the consent is withdrawn',
            CONSTRAINT = 'support_consent_is_gone';
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = [
    """CREATE TRIGGER subject_consents BEFORE INSERT OR UPDATE OF party_id, meeting_id, taken_off_at
    ON support_subject FOR EACH ROW EXECUTE FUNCTION support_subject_consents()""",
    """CREATE TRIGGER member_consents BEFORE INSERT OR UPDATE OF office_id, meeting_id, ended_at
    ON support_member FOR EACH ROW EXECUTE FUNCTION support_member_consents()""",
    """CREATE CONSTRAINT TRIGGER consent_is_gone AFTER UPDATE OF withdrawn_at ON consultations_consentgrant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.withdrawn_at IS NOT NULL AND NEW.person_id IS NOT NULL)
    EXECUTE FUNCTION support_consent_is_gone()""",
]
GONE = [
    "DROP TRIGGER consent_is_gone ON consultations_consentgrant",
    "DROP TRIGGER member_consents ON support_member",
    "DROP TRIGGER subject_consents ON support_subject",
    "DROP FUNCTION support_consent_is_gone()",
    "DROP FUNCTION support_member_consents()",
    "DROP FUNCTION support_subject_consents()",
    "DROP FUNCTION support_gave_consent(bigint, bigint)",
]


class Migration(migrations.Migration):
    """A meeting of a sealed matter is there for its seats alone (ADR 0019); nobody is discussed without consent (C6)."""

    dependencies = [("support", "0001_initial"), ("consultations", "0004_several_fields_end_jointly")]

    operations = [
        hides_by_copy(MEETING, "consultation_id"),
        hides_by_copy("support_supportplan", "consultation_id"),
        hides_by_copy("support_roletask", "consultation_id"),
        hides_with_parent("support_member", "meeting_id", MEETING),
        hides_with_parent("support_subject", "meeting_id", MEETING),
        hides_with_parent("support_agendaitem", "meeting_id", MEETING),
        hides_with_parent("support_handout", "meeting_id", MEETING),
        hides_with_parent("support_handoutcopy", "hand_out_id", "support_handout"),
        hides_with_parent("support_minutes", "meeting_id", MEETING),
        hides_with_parent("support_minutessupplement", "minutes_id", "support_minutes"),
        hides_with_parent("support_planperson", "plan_id", "support_supportplan"),
        migrations.RunSQL([COVERED, SUBJECT, MEMBER, WITHDRAWN, *TRIGGERS], GONE),
    ]
