"""`python -m bench.prepare ROWS`: tables, first rows, static files, and a city of that size. Progress goes to stderr."""

import io
import sys
import time

import django
from django.core.management import call_command

from launcher.talk import Talk


def main(rows: int) -> int:
    """Everything that `up` prepares but the demo city, then the load; nothing where the city stands already."""
    django.setup()
    from bench.city.load import load
    from bench.floors import tables
    from chiba_ward.database.roles import as_owner
    from consultations.models import Consultation

    talk, begun = Talk(sys.stderr), time.monotonic()
    with talk.step("表と最初の登録を用意しています / tables, first rows"):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("load_initial_directory", verbosity=0, stdout=io.StringIO())
    with talk.step("画面の部品を集めています / static files"):
        call_command("collectstatic", interactive=False, verbosity=0)
    if Consultation.objects.exists():
        return 0
    with as_owner():
        counts = load(rows, talk)
        tables.make()
    lines = sum(counts.values())
    seconds = time.monotonic() - begun
    talk.say(f"  {rows:,}件、{lines:,}行を{seconds:.0f}秒で入れました / loaded")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
