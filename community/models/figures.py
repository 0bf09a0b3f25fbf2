"""加入世帯数 of an association, and how many households there are: dated series, from which every rate is computed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Area, Posting, Verified, Ward
from community.models.org import CommunityOrg


class EnrolmentFigure(models.Model):
    """So many member households on a day. `households`: all in the association's own area, where somebody counted."""

    org = models.ForeignKey(CommunityOrg, models.CASCADE, verbose_name="団体", related_name="figures")
    as_of = models.DateField("時点")
    members = models.PositiveIntegerField("加入世帯数")
    households = models.PositiveIntegerField("区域の世帯数", null=True, blank=True)
    source = models.CharField("出典", max_length=100)
    recorded_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="記録した人", related_name="+"
    )
    recorded_at = models.DateTimeField("記録した日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "加入世帯数"
        ordering = ["org", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "as_of"],
                name="enrolment_once_a_day",
                violation_error_message="この日の加入世帯数は、すでに記録されています。",
            ),
            models.CheckConstraint(
                condition=Q(households__isnull=True) | Q(households__gte=1),
                name="enrolment_of_somebody",
                violation_error_message="区域の世帯数は1以上にしてください。分からないときは空欄にします。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.org_id} {self.as_of}"


class HouseholdFigure(Verified):
    """世帯数 of a ward, or of a district, on a day: the denominator of the enrolment rate."""

    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, verbose_name="区", related_name="+")
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, verbose_name="地区", related_name="+"
    )
    as_of = models.DateField("時点")
    households = models.PositiveIntegerField("世帯数")

    class Meta:
        verbose_name = verbose_name_plural = "区・地区の世帯数"
        ordering = ["-as_of", "ward", "area"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ward__isnull=False, area__isnull=True) | Q(ward__isnull=True, area__isnull=False),
                name="household_of_one_place",
                violation_error_message="区か地区の、どちらか一つを選んでください。",
            ),
            models.UniqueConstraint(
                fields=["ward", "area", "as_of"],
                name="household_once_a_day",
                nulls_distinct=False,
                violation_error_message="この区・地区のこの日の世帯数は、すでに登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(households__gte=1),
                name="household_of_somebody",
                violation_error_message="世帯数は1以上にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward or self.area} {self.as_of}"
