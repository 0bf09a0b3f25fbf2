from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Exclusion constraints over a foreign key and a span of days need btree_gist (a trusted extension)."""

    initial = True
    dependencies = []
    operations = [BtreeGistExtension()]
