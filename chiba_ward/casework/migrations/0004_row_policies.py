from django.db import migrations

from chiba_ward.compartments.policies import (
    MATTER,
    hides_by_absence,
    hides_by_copy,
    hides_itself,
    hides_with_parent,
)

# What a number and a passphrase are compared with, wherever the matter lies: one question, the same for a matter in a
# compartment, for one in none and for one that does not exist. With the rights of whoever asks.
KEY = """
CREATE FUNCTION casework_key_of(number text) RETURNS TABLE (
    id bigint, receipt_no varchar, kind varchar, is_drill boolean, created_at timestamptz, compartment_id bigint,
    phrase_hash varchar
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    before text := coalesce(current_setting('portal.compartments', true), '');
BEGIN
    PERFORM set_config(
        'portal.compartments', coalesce(string_agg(c.id::text, ','), ''), true
    ) FROM public.compartments_compartment c;
    RETURN QUERY
        SELECT m.id, m.receipt_no, m.kind, m.is_drill, m.created_at, m.compartment_id, k.phrase_hash
        FROM public.casework_matter m JOIN public.casework_casecredential k ON k.matter_id = m.id
        WHERE m.receipt_no = number;
    PERFORM set_config('portal.compartments', before, true);
END $$
"""


class Migration(migrations.Migration):
    """What hangs on a sealed matter is there for those alone who have opened its compartment (ADR 0019)."""

    dependencies = [("casework", "0003_initial"), ("compartments", "0003_functions")]

    operations = [
        hides_itself(MATTER),
        hides_by_copy("casework_deadline", "matter_id"),
        hides_with_parent("casework_deadlinestep", "deadline_id", "casework_deadline"),
        hides_with_parent("casework_timelineentry", "matter_id", MATTER),
        hides_with_parent("casework_attachment", "matter_id", MATTER),
        hides_with_parent("casework_casecredential", "matter_id", MATTER),
        hides_with_parent("casework_outsidedutyreason", "matter_id", MATTER),
        # By copy: whoever waits for a draft that is just being filed reads it anew, but not the matter beside it.
        hides_by_copy("casework_draft", "matter_id"),
        hides_with_parent("casework_draftfile", "draft_id", "casework_draft"),
        hides_by_absence("casework_searchterms", "matter_id"),
        migrations.RunSQL(KEY, "DROP FUNCTION casework_key_of(text)"),
    ]
