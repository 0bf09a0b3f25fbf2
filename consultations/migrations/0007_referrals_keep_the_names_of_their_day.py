"""Gives every つなぎ that was sent the names its two offices bore on that day (C12)."""

from django.db import migrations

FILL = """
UPDATE consultations_referral AS referral SET {name} = version.name
  FROM directory_officeversion AS version
 WHERE version.office_id = referral.{office}
   AND referral.sent_at IS NOT NULL AND referral.{name} = ''
   AND version.valid_from <= (referral.sent_at AT TIME ZONE 'Asia/Tokyo')::date
   AND (version.valid_to IS NULL OR version.valid_to > (referral.sent_at AT TIME ZONE 'Asia/Tokyo')::date)
"""
PAIRS = [("from_name", "from_office_id"), ("to_name", "to_office_id")]


class Migration(migrations.Migration):
    dependencies = [("consultations", "0006_names_of_the_day_and_who_spoke")]
    operations = [
        migrations.RunSQL(FILL.format(name=name, office=office), migrations.RunSQL.noop)
        for name, office in PAIRS
    ]
