"""The demo city's plan and seats: invented figures, with one seat that stays empty in 若葉区 and one in 緑区."""

from decimal import Decimal

from django.utils import timezone

from chiba_ward.directory.enums import AreaKind, Role
from chiba_ward.directory.models import Area, Office, Post, Ward
from chiba_ward.ui.japanese_dates import fiscal_year
from consultations.staffing.models import Occupation, PlannedPost, SpecialistPost

# 課のコードの終わり, 職の名前, 職種, 計画の人工
SEATS = (
    ("kenko", "保健師(地区担当)", "hokenshi", Decimal("2.0")),
    ("kodomo", "家庭相談員", "katei-sodanin", Decimal("1.0")),
)
SOURCE = "デモ(実際の計画ではない)"


def load() -> int:
    """Plans of this fiscal year and a seat for each post of these names; how many seats were made."""
    year, made = fiscal_year(timezone.localdate()), 0
    for ward in Ward.objects.order_by("order"):
        for section, name, code, amount in SEATS:
            occupation = Occupation.objects.get(code=code)
            PlannedPost.objects.get_or_create(
                fiscal_year=year,
                ward=ward,
                zone=None,
                occupation=occupation,
                defaults={"amount": amount, "source": SOURCE},
            )
            made += _seat(ward, section, name, occupation)
    return made + _empty_seat()


def _seat(ward: Ward, section: str, name: str, occupation: Occupation) -> bool:
    post = Post.objects.filter(office__code=f"{ward.slug}-{section}", name=name).first()
    return bool(post) and SpecialistPost.objects.get_or_create(post=post, occupation=occupation, zone=None)[1]


def _empty_seat() -> bool:
    """A second public health nurse of 若葉区, for its first care zone, whom nobody has been posted to."""
    office = Office.objects.get(code="wakaba-kenko")
    zone = Area.objects.filter(kind=AreaKind.CARE_ZONE, ward=office.ward).order_by("name").first()
    post, _ = Post.objects.get_or_create(
        office=office, name="保健師(圏域担当)", defaults={"role": Role.SPECIALIST}
    )
    occupation = Occupation.objects.get(code="hokenshi")
    return SpecialistPost.objects.get_or_create(post=post, occupation=occupation, zone=zone)[1]
