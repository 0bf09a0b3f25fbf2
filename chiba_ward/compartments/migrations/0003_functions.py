from django.db import migrations

# Cheap to the planner and not inlined: it is asked of sealed rows alone, and must not make a plan look expensive.
IS_OPEN = """
CREATE FUNCTION compartment_is_open(compartment bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 0.01 AS $$
BEGIN
    RETURN compartment = ANY (string_to_array(current_setting('portal.compartments', true), ',')::bigint[]);
END $$
"""
# The one matter whose key was proved in this transaction (`services.opened_by_key`), and those that somebody has open by
# 緊急の開示 (`services.opened`). Neither opens the compartment: its other matters stay shut.
MATTER_IS_OPEN = """
CREATE FUNCTION matter_is_open(matter bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 0.01 AS $$
BEGIN
    RETURN matter::text = current_setting('portal.matter', true)
        OR matter = ANY (string_to_array(current_setting('portal.glass', true), ',')::bigint[]);
END $$
"""
# The compartments in which a question finds rows. With the rights of whoever asks, one compartment open at a time.
WHERE = """
CREATE FUNCTION compartments_where(question text) RETURNS SETOF bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    before text := coalesce(current_setting('portal.compartments', true), '');
    compartment bigint;
    found_any boolean;
BEGIN
    FOR compartment IN SELECT id FROM public.compartments_compartment ORDER BY id LOOP
        PERFORM set_config('portal.compartments', compartment::text, true);
        EXECUTE 'SELECT EXISTS (' || question || ')' INTO found_any;
        IF found_any THEN
            RETURN NEXT compartment;
        END IF;
    END LOOP;
    PERFORM set_config('portal.compartments', before, true);
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
    dependencies = [("compartments", "0002_initial")]

    operations = [
        migrations.RunSQL(IS_OPEN, "DROP FUNCTION compartment_is_open(bigint)"),
        migrations.RunSQL(MATTER_IS_OPEN, "DROP FUNCTION matter_is_open(bigint)"),
        migrations.RunSQL(WHERE, "DROP FUNCTION compartments_where(text)"),
        migrations.RunSQL(SEALED_MATTER, "DROP FUNCTION compartments_sealed_matter(text)"),
    ]
