"""班 and their households without names: a number in a 班, a key that is kept as a hash alone, the devices that know it.

Who lives behind a number, the association knows; the portal is never told (個人情報保護法: the member list is its own).
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Posting
from community.circulars.querysets import GroupQuerySet, KeyQuerySet, SlotQuerySet
from community.models import CommunityOrg

MOST_DEVICES = 4
"""A household is one household: its members share the key, and what one of them read is read."""


class CircularGroup(models.Model):
    """班 of an association. `is_paper`: the notice goes round on paper to all of its households."""

    org = models.ForeignKey(CommunityOrg, models.PROTECT, verbose_name="団体", related_name="circular_groups")
    name = models.CharField("班の名前", max_length=40)
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_paper = models.BooleanField("班のすべてを紙で回す", default=False)
    made_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="登録した人", related_name="+")
    ended_on = models.DateField("なくなった日", null=True, blank=True)
    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回覧の班"
        ordering = ["org", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "name"],
                condition=Q(ended_on__isnull=True),
                name="circular_group_named_once",
                violation_error_message="この名前の班は、すでにあります。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="circular_group_has_a_name",
                violation_error_message="班の名前を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HouseholdSlot(models.Model):
    """A household as a number. `is_paper`: it takes the notice on paper although its 班 reads online."""

    group = models.ForeignKey(CircularGroup, models.CASCADE, verbose_name="班", related_name="slots")
    number = models.PositiveSmallIntegerField("番号")
    is_paper = models.BooleanField("紙で受け取る", default=False)
    ended_on = models.DateField("なくなった日", null=True, blank=True)
    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "世帯（番号だけ）"
        ordering = ["group", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "number"],
                name="household_slot_numbered_once",
                violation_error_message="この番号の世帯は、すでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="household_slot_from_one",
                violation_error_message="世帯の番号は1からにしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}番"


class CircularKey(models.Model):
    """A printed key: of one household, or of the 班長 of a 班. Only its hash under the pepper is kept."""

    slot = models.ForeignKey(
        HouseholdSlot, models.CASCADE, null=True, blank=True, verbose_name="世帯", related_name="keys"
    )
    group = models.ForeignKey(
        CircularGroup, models.CASCADE, null=True, blank=True, verbose_name="班（班長）", related_name="keys"
    )
    digest = models.CharField("鍵の照合値", max_length=64, unique=True)
    made_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="作った人", related_name="+")
    made_at = models.DateTimeField("作った日時", default=timezone.now)
    ended_at = models.DateTimeField("使えなくなった日時", null=True, blank=True)
    objects = KeyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回覧の鍵"
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(slot__isnull=False, group__isnull=True)
                | Q(slot__isnull=True, group__isnull=False),
                name="circular_key_of_one",
                violation_error_message="鍵は、一つの世帯か、一つの班のものです。",
            ),
            *(
                models.UniqueConstraint(
                    fields=[of],
                    condition=Q(ended_at__isnull=True),
                    name=f"circular_key_one_of_a_{of}",
                    violation_error_message="使える鍵は、一つだけです。",
                )
                for of in ("slot", "group")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot or self.group}"


class KeyDevice(models.Model):
    """A browser that has shown the key. The fifth of a key has no place."""

    key = models.ForeignKey(CircularKey, models.CASCADE, verbose_name="鍵", related_name="devices")
    place = models.PositiveSmallIntegerField("何台目")
    digest = models.CharField("端末の照合値", max_length=64, unique=True)
    since = models.DateTimeField("開いた日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "鍵を示した端末"
        ordering = ["key", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "place"],
                name="key_device_place_once",
                violation_error_message="ほかの端末が、同時に開きました。もう一度開いてください。",
            ),
            models.CheckConstraint(
                condition=Q(place__range=(1, MOST_DEVICES)),
                name="key_device_four_at_most",
                violation_error_message=f"一つの鍵で開けるのは、{MOST_DEVICES}台までです。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}台目"
