from django.db import models


class DataKind(models.TextChoices):
    """What a file holds; the datasets of the 自治体標準オープンデータセット, and boundaries as GeoJSON."""

    FACILITIES = "facilities", "公共施設一覧"
    EVENTS = "events", "イベント一覧"
    CHILDCARE = "childcare", "子育て施設一覧"
    BOUNDARIES = "boundaries", "区域の境界（GeoJSON）"


class FacilityKind(models.TextChoices):
    PUBLIC = "public", "公共施設"
    CHILDCARE = "childcare", "子育て施設"


class BoundaryLevel(models.TextChoices):
    WARD = "ward", "区"
    DISTRICT = "district", "地区"
    TOWN = "town", "町丁"


class FileState(models.TextChoices):
    CHECKED = "checked", "確かめた（まだ取り込んでいない）"
    TAKEN = "taken", "取り込んだ"
    DISCARDED = "discarded", "取りやめた"


FILE_TONES = {FileState.CHECKED: "waiting", FileState.TAKEN: "done", FileState.DISCARDED: "returned"}
