from django.db import migrations

# Besides the one matter whose key was proved, those that somebody has open by 緊急の開示 (`services.opened`). Neither
# opens the compartment: its other matters stay shut.
MATTER_IS_OPEN = """
CREATE OR REPLACE FUNCTION matter_is_open(matter bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 0.01 AS $$
BEGIN
    RETURN matter::text = current_setting('portal.matter', true)
        OR matter = ANY (string_to_array(current_setting('portal.glass', true), ',')::bigint[]);
END $$
"""
BY_KEY_ALONE = """
CREATE OR REPLACE FUNCTION matter_is_open(matter bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 0.01 AS $$
BEGIN
    RETURN matter::text = current_setting('portal.matter', true);
END $$
"""
# Whether a number leads into a compartment: asked where a request of 緊急の開示 is recorded, and nowhere else. One
# question, the same for a matter in a compartment, for one in none and for one that does not exist.
SEALED_MATTER = """
CREATE FUNCTION compartments_sealed_matter(number text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    before text := coalesce(current_setting('portal.compartments', true), '');
    found bigint;
BEGIN
    PERFORM set_config(
        'portal.compartments', coalesce(string_agg(c.id::text, ','), ''), true
    ) FROM public.compartments_compartment c;
    SELECT m.id INTO found FROM public.casework_matter m
        WHERE m.receipt_no = number AND m.compartment_id IS NOT NULL;
    PERFORM set_config('portal.compartments', before, true);
    RETURN found;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("compartments", "0004_breakglass")]

    operations = [
        migrations.RunSQL(MATTER_IS_OPEN, BY_KEY_ALONE),
        migrations.RunSQL(SEALED_MATTER, "DROP FUNCTION compartments_sealed_matter(text)"),
    ]
