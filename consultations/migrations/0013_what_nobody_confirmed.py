from django.db import migrations

PROTECTED = "ARRAY['abuse_child','abuse_elder','abuse_disabled','dv']::varchar[]"
# Until now phrases wrote these flags by themselves: of what is open, a human says now whether they hold.
RAISE = f"""
UPDATE consultations_consultation SET
    suspected = ARRAY(SELECT flag FROM unnest(flags) flag WHERE flag = ANY ({PROTECTED}) ORDER BY flag),
    flags = ARRAY(SELECT flag FROM unnest(flags) flag WHERE flag <> ALL ({PROTECTED}) ORDER BY flag)
WHERE closed_at IS NULL AND compartment_id IS NULL AND flags && {PROTECTED}
"""  # noqa: S608  (names of flags, written here)
LOWER = """
UPDATE consultations_consultation SET flags = flags || suspected WHERE suspected <> '{}'
"""


class Migration(migrations.Migration):
    dependencies = [("consultations", "0012_suspected_and_protected")]

    operations = [migrations.RunSQL(RAISE, LOWER)]
