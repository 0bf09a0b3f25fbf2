import pytest

from chiba_ward.access import readlog
from chiba_ward.access.actor import SYSTEM
from chiba_ward.access.models import ReadLogEntry

pytestmark = pytest.mark.django_db


def test_x():
    readlog.record(SYSTEM, readlog.Verb.EXPORT, "person", [1, 2, 'x"\\\n\u0001\u007f あ𠮷 /'], reason="理由")
    readlog.record(SYSTEM, readlog.Verb.EXPORT, "person", [])
    from chiba_ward.access.readlog.canonical import FIRST, chained

    rows = list(ReadLogEntry.objects.order_by("seq").values())
    prev = FIRST
    for row in rows:
        assert bytes(row["prev_hash"]) == prev
        assert bytes(row["hash"]) == chained(prev, row)
        prev = bytes(row["hash"])
    assert len(rows) == 2
