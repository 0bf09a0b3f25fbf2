"""Every door of the files of open data."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from community.open_data.enums import DataKind
from community.open_data.models import DataFile
from community.open_data.services import data_files
from tests.matrix.probes import Asked, Path, Probe, collection, nothing

TABLE = "全国地方公共団体コード,ID,名称,緯度,経度\n121002,{id},見本の場所,35.6,140.1\n"


def checked(name: str) -> DataFile:
    """A file that waits for a decision."""
    from tests.matrix.actors import PEOPLE  # noqa: F401  (the world of the matrix is set up by then)

    return data_files.check(
        DataKind.FACILITIES, TABLE.format(id=name).encode(), name=f"{name}.csv", source="見本", by=NOBODY
    )
