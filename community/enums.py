from django.db import models


class OrgKind(models.TextChoices):
    """種別 of an actor of the neighbourhood (DOMAIN §5 2-1 a)."""

    NEIGHBOURHOOD = "neighbourhood", "町内自治会"
    DISTRICT_LIAISON = "district", "地区町内自治会連絡協議会"
    CONDO = "condo", "管理組合"
    NPO = "npo", "NPO・市民活動団体"
    UNIVERSITY = "university", "大学"
    COMPANY = "company", "企業"
    SCHOOL = "school", "学校"
    HALL = "hall", "公民館"
    WELFARE_COUNCIL = "shakyo", "社会福祉協議会"
    OTHER = "other", "その他"


class Ending(models.TextChoices):
    DISSOLVED = "dissolved", "解散"
    MERGED = "merged", "合併"


class ResourceKind(models.TextChoices):
    """地域資源: 場所・人材・物・資金."""

    PLACE = "place", "場所"
    PEOPLE = "people", "人材"
    THING = "thing", "物"
    MONEY = "money", "資金"


class ContactKind(models.TextChoices):
    REPRESENTATIVE = "representative", "代表者名"
    PHONE = "phone", "団体の電話"
    HOME_PHONE = "home_phone", "代表者の自宅の電話"
    EMAIL = "email", "メール"
    ADDRESS = "address", "団体の住所"
    HOME_ADDRESS = "home_address", "代表者の自宅の住所"
    WEBSITE = "website", "ホームページ"


AT_HOME = frozenset({ContactKind.HOME_PHONE, ContactKind.HOME_ADDRESS})
"""Where the representative lives: not public without a consent that is recorded with its day (DOMAIN §5 2-1 f)."""


class Visibility(models.TextChoices):
    PUBLIC = "public", "公開"
    WARD = "ward", "区のみ"
    PRIVATE = "private", "非公開（担当者のみ）"


class ReturnState(models.TextChoices):
    DRAFT = "draft", "書いている途中"
    SUBMITTED = "submitted", "確かめ待ち"
    RETURNED = "returned", "差し戻し"
    ACCEPTED = "accepted", "受理"


RETURN_TONES = {
    ReturnState.DRAFT: "new",
    ReturnState.SUBMITTED: "waiting",
    ReturnState.RETURNED: "returned",
    ReturnState.ACCEPTED: "done",
}
WRITABLE = frozenset({ReturnState.DRAFT, ReturnState.RETURNED})
"""In which the association may still write."""
FILED = frozenset({ReturnState.SUBMITTED, ReturnState.ACCEPTED})
"""In which the association has done its part."""


class Line(models.TextChoices):
    """What a line of an organisation's history tells."""

    CREATED = "created", "台帳に載せた"
    CHANGED = "changed", "台帳を直した"
    RENAMED = "renamed", "名称が変わった"
    CONFIRMED = "confirmed", "内容を確かめた"
    CONTACT = "contact", "連絡先を直した"
    CONTACT_REMOVED = "contact_removed", "連絡先を消した"
    PLACE = "place", "活動区域を足した"
    PLACE_ENDED = "place_ended", "活動区域を終えた"
    RESOURCE = "resource", "地域資源を足した"
    RESOURCE_ENDED = "resource_ended", "地域資源を終えた"
    FIGURE = "figure", "加入世帯数を記録した"
    DOOR = "door", "ポータルの入口を作った"
    HANDED_OVER = "handed_over", "役員が交代した"
    SUBMITTED = "submitted", "現況届を提出した"
    RETURNED = "returned", "現況届を差し戻した"
    ACCEPTED = "accepted", "現況届を受理した"
    ENDED = "ended", "解散・合併を記録した"
