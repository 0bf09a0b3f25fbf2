"""A file of open data that waits for a decision. Whoever may decide is said by roles alone."""

from chiba_ward.access.actor import Actor
from community.open_data.enums import DataKind
from community.open_data.models import DataFile
from community.open_data.services import data_files
from tests.matrix.stages import Stage, World, setting

TABLE = "全国地方公共団体コード,ID,名称,緯度,経度\n121002,{id},見本の場所,35.6,140.1\n"


def table(identity: str) -> bytes:
    return TABLE.format(id=identity).encode()


def _checked(world: World, stage: Stage) -> DataFile:
    made = data_files.check(
        DataKind.FACILITIES, table(stage.canary), name=f"{stage.canary}.csv", source="見本", by=Actor()
    )
    return DataFile.objects.get(pk=made.pk)


FILES = setting(Stage("open_data", "a file that was checked", _checked))
