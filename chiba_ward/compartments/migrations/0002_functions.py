from django.db import migrations

# Cheap to the planner and not inlined: it is asked of sealed rows alone, and must not make a plan look expensive.
IS_OPEN = """
CREATE FUNCTION compartment_is_open(compartment bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 0.01 AS $$
BEGIN
    RETURN compartment = ANY (string_to_array(current_setting('portal.compartments', true), ',')::bigint[]);
END $$
"""
# The one matter whose key was proved in this transaction (`services.opened_by_key`).
MATTER_IS_OPEN = """
CREATE FUNCTION matter_is_open(matter bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 0.01 AS $$
BEGIN
    RETURN matter::text = current_setting('portal.matter', true);
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


class Migration(migrations.Migration):
    dependencies = [("compartments", "0001_initial")]

    operations = [
        migrations.RunSQL(IS_OPEN, "DROP FUNCTION compartment_is_open(bigint)"),
        migrations.RunSQL(MATTER_IS_OPEN, "DROP FUNCTION matter_is_open(bigint)"),
        migrations.RunSQL(WHERE, "DROP FUNCTION compartments_where(text)"),
    ]
