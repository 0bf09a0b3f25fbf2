"""Every door of the files of open data."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.matrix.probes import Asked, Probe, collection, nothing
from tests.matrix.probes_support import one
from tests.matrix.stages_open_data import table


def upload(asked: Asked) -> dict[str, Any]:
    return {
        "kind": "facilities",
        "source": "見本",
        "file": SimpleUploadedFile("mihon.csv", table(f"by {asked.person}"), content_type="text/csv"),
    }


PROBES: dict[str, Probe] = {
    "open_data:index": Probe(collection("/admin/open-data/")),
    "open_data:csv": Probe(collection("/admin/open-data/list.csv")),
    "open_data:new": Probe(collection("/admin/open-data/new/"), upload),
    "open_data:file": Probe(one("open_data:file")),
    "open_data:take": Probe(one("open_data:take"), nothing),
    "open_data:discard": Probe(one("open_data:discard"), nothing),
}
