"""Planned and existing posts of specialists (DOMAIN §5 1-2 a: 職種, 区, 圏域, 人工).

A plan is of a fiscal year; a seat is a post of the directory. Whether a seat is filled is told by its posting alone:
posts own, people occupy (DESIGN §2 rule 8).
"""

from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from pghistory import track

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, Dated, Post, Verified, Ward
from chiba_ward.directory.models.base import ends_after_start, validity

SMALLEST, WHOLE = Decimal("0.1"), Decimal(1)
OTHER_WARD = "この圏域は、ほかの区にあります。同じ区の圏域を選んでください。"


class Occupation(Verified):
    """職種 with its qualification: 保健師, 社会福祉士…"""

    code = models.SlugField("コード", max_length=40, unique=True)
    name = models.CharField("職種", max_length=40, unique=True)
    qualification = models.CharField("資格", max_length=100, blank=True)
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "専門職の職種"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


def _zone() -> models.ForeignKey[Area | None, Area | None]:
    return models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"kind": AreaKind.CARE_ZONE},
        verbose_name="圏域",
        related_name="+",
        help_text="空欄は区全体。",
    )


@track()
class PlannedPost(Verified):
    """配置計画: so many 人工 of an occupation in a ward, or in one of its zones, during a fiscal year (4/1–3/31)."""

    fiscal_year = models.PositiveSmallIntegerField(
        "年度",
        help_text="西暦。例 2026（令和8年度）",
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
    )
    ward = models.ForeignKey(Ward, models.PROTECT, verbose_name="区", related_name="+")
    zone = _zone()
    occupation = models.ForeignKey(Occupation, models.PROTECT, verbose_name="職種", related_name="plans")
    amount = models.DecimalField(
        "計画の人工(人)", max_digits=5, decimal_places=1, validators=[MinValueValidator(SMALLEST)]
    )

    class Meta:
        verbose_name = verbose_name_plural = "専門職の配置計画"
        ordering = ["-fiscal_year", "ward", "occupation", "zone"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "ward", "zone", "occupation"],
                name="planned_post_once",
                nulls_distinct=False,
                violation_error_message="この年度・区・圏域・職種の計画は、すでに登録されています。その行を直してください。",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="planned_post_amount_positive",
                violation_error_message="計画の人工は、0.1以上にしてください。なくす計画は、行を消してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}年度 {self.ward} {self.occupation}"

    def clean(self) -> None:
        """A zone lies in the ward of its plan."""
        super().clean()
        if self.zone is not None and self.ward_id and self.zone.ward_id != self.ward_id:
            raise ValidationError({"zone": OTHER_WARD})


@track()
class SpecialistPost(Dated):
    """A post that is a specialist's seat, whole or in part, from a day until a day."""

    post = models.ForeignKey(Post, models.PROTECT, verbose_name="職(ポスト)", related_name="+")
    occupation = models.ForeignKey(Occupation, models.PROTECT, verbose_name="職種", related_name="seats")
    zone = _zone()
    amount = models.DecimalField(
        "人工(人)",
        max_digits=2,
        decimal_places=1,
        default=WHOLE,
        validators=[MinValueValidator(SMALLEST), MaxValueValidator(WHOLE)],
        help_text="一人分は1.0。二つの圏域を半分ずつ受け持つ席は、0.5の行を二つ。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "専門職の席"
        ordering = ["post", "occupation", "zone"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=1),
                name="specialist_post_at_most_one_person",
                violation_error_message="一つの席の人工は、0.1から1.0までです。",
            ),
            ExclusionConstraint(
                name="specialist_post_once_a_day",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    ("occupation", RangeOperators.EQUAL),
                    (Coalesce(F("zone"), Value(0)), RangeOperators.EQUAL),
                    (validity("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="この職は、同じ期間に同じ職種・圏域の席として登録されています。",
            ),
            ends_after_start("specialist_post_from_before_to"),
        ]

    def __str__(self) -> str:
        return f"{self.post}（{self.occupation}）"

    def clean(self) -> None:
        """A seat belongs to a ward, and its zone lies there."""
        super().clean()
        post = Post.objects.filter(pk=self.post_id).select_related("office").first()
        if post and post.office.ward_id is None:
            raise ValidationError(
                {"post": "区の課の職を選んでください。本庁や関係機関の職は、区の配置に数えません。"}
            )
        if post and self.zone is not None and self.zone.ward_id != post.office.ward_id:
            raise ValidationError({"zone": OTHER_WARD})
