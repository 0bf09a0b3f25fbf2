from django.db import models


class AreaKind(models.TextChoices):
    """Partitions of the city that do not nest: none can be derived from another (DOMAIN §1 finding 10)."""

    DISTRICT = "district", "地区町内自治会連絡協議会区"
    CARE_ZONE = "care_zone", "あんしんケア圏域"
    SCHOOL = "school", "中学校区"
    ASSOCIATION = "association", "町内自治会区域"
    WELFARE = "welfare", "社協地区部会"
    SHELTER = "shelter", "指定避難所の受持区域"


class OfficeKind(models.TextChoices):
    WARD_OFFICE = "ward_office", "区役所"
    SECTION = "section", "区の課・室"
    HEALTH_WELFARE = "health_welfare", "保健福祉センターの課"
    BUREAU = "bureau", "本庁の局・課"
    AGENCY = "agency", "関係機関"
    ASSOCIATION = "association", "地域団体"


class Role(models.TextChoices):
    """What a post may do; a person has it only through a dated posting (ASSURANCE §5)."""

    RECEPTION = "RC", "総合案内・受付"
    SECTION = "SC", "区の課員"
    SPECIALIST = "PH", "保健師・専門職"
    ABUSE_TEAM = "AB", "こども家庭(虐待対応)"
    PARTNER = "PA", "関係機関"
    BUREAU = "HQ", "本庁"
    COORDINATOR = "CC", "中央区 取りまとめ"
    AREA_OFFICER = "AO", "地域担当"
    ASSOCIATION = "NA", "町内自治会役員"
    DISASTER_HQ = "DH", "区災害対策本部"
    AUDITOR = "AU", "監査"
    SYSTEM_ADMIN = "SA", "システム管理"


STAFF_ROLES = frozenset(
    {
        Role.RECEPTION,
        Role.SECTION,
        Role.SPECIALIST,
        Role.ABUSE_TEAM,
        Role.COORDINATOR,
        Role.AREA_OFFICER,
        Role.DISASTER_HQ,
        Role.AUDITOR,
        Role.SYSTEM_ADMIN,
    }
)
PARTNER_ROLES = frozenset({Role.PARTNER, Role.BUREAU, Role.ASSOCIATION})


class PostingKind(models.TextChoices):
    MAIN = "main", "本務"
    CONCURRENT = "concurrent", "兼務"
    ACTING = "acting", "代理"
