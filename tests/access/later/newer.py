"""A migration that no database has seen, for the probe of readiness."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
