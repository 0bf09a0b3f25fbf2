"""困りごと and できること: the same items, whoever enters them (C16), one table each."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chiba_ward.casework.enums import Channel
from chiba_ward.directory.models import Area, Posting, Ward
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from community.enums import ResourceKind
from community.matching.enums import Slot
from community.matching.querysets import ListingQuerySet
from community.matching.workflow.listing import ListingWorkflow, NeedWorkflow
from community.models import ActivityField, CommunityOrg

DECIDED = ["returned", "open", "brokered", "matched"]
UNDECIDED = ["draft", "submitted"]


class Listing(ListingWorkflow):
    """Of an organisation, or of a person without an account, whose name and telephone only the section reads.

    `ward` names the section that looks after it, None all of them. `areas` and `wards` say where it is needed or
    offered; neither is the whole city. `title` is shown on public pages where the section says so, `text` never.
    """

    id = SealedRowKey(primary_key=True)
    org = models.ForeignKey(
        CommunityOrg, models.PROTECT, null=True, blank=True, verbose_name="団体", related_name="+"
    )
    person_name = SealedTextField("個人の名前", max_length=80, blank=True)
    person_contact = SealedTextField("個人の連絡先", max_length=200, blank=True)
    ward = models.ForeignKey(
        Ward, models.PROTECT, null=True, blank=True, verbose_name="受け持つ区", related_name="+"
    )
    title = models.CharField("題名", max_length=60)
    text = SealedTextField("くわしい内容", max_length=1000, blank=True)
    theme = models.ForeignKey(ActivityField, models.PROTECT, verbose_name="分野", related_name="+")
    kind = models.CharField("種類", max_length=8, choices=ResourceKind)
    areas = models.ManyToManyField(Area, blank=True, verbose_name="地区", related_name="+")
    wards = models.ManyToManyField(Ward, blank=True, verbose_name="区", related_name="+")
    slots = ArrayField(
        models.PositiveSmallIntegerField(choices=Slot), default=list, blank=True, verbose_name="時間帯"
    )
    starts_on = models.DateField("いつから", null=True, blank=True)
    ends_on = models.DateField("いつまで", null=True, blank=True)
    people = models.PositiveSmallIntegerField("人数", null=True, blank=True)
    duration = models.CharField("1回の長さ", max_length=40, blank=True)
    is_micro = models.BooleanField("一回だけ・会員にならなくてよい", default=False)
    expires_on = models.DateField("載せておく最後の日")
    is_public = models.BooleanField("題名を地区のページに載せる", default=False)
    channel = models.CharField("受付経路", max_length=12, choices=Channel, default=Channel.WEB)
    written_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="書いた役員", related_name="+"
    )
    entered_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="代わりに入力した職員", related_name="+"
    )
    created_at = models.DateTimeField("書き始めた日時", default=timezone.now)
    submitted_at = models.DateTimeField("提出した日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="確かめた職員", related_name="+"
    )
    decided_at = models.DateTimeField("確かめた日時", null=True, blank=True)
    returned_reason = SealedTextField("差し戻しの理由", max_length=500, blank=True)
    ended_reason = SealedTextField("取り下げの理由", max_length=500, blank=True)
    ended_at = models.DateTimeField("終わった日時", null=True, blank=True)
    objects = ListingQuerySet.as_manager()

    PREFIX = ""

    class Meta:
        abstract = True
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(org__isnull=False) | Q(person_name__filled=True, person_contact__filled=True),
                name="%(class)s_of_somebody",
                violation_error_message="団体を選ぶか、個人の名前と連絡先を入れてください。",
            ),
            models.CheckConstraint(
                condition=Q(channel="web", entered_by__isnull=True) | Q(entered_by__isnull=False),
                name="%(class)s_on_paper_by_name",
                violation_error_message="紙や電話で受けたものには、入力した職員の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDECIDED, decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | Q(state__in=["withdrawn", "expired"]),
                name="%(class)s_decided_by_name",
                violation_error_message="確かめた職員と日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(returned_reason__filled=True),
                name="%(class)s_returned_with_reason",
                violation_error_message="差し戻す理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False) | Q(state="withdrawn"),
                name="%(class)s_submitted_first",
                violation_error_message="提出した日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["matched", "withdrawn", "expired"], ended_at__isnull=False)
                | (~Q(state__in=["matched", "withdrawn", "expired"]) & Q(ended_at__isnull=True)),
                name="%(class)s_ended_with_a_day",
                violation_error_message="終わった日時は、終わったときだけ入ります。",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(state__in=["open", "brokered"]),
                name="%(class)s_public_when_checked",
                violation_error_message="確かめたものだけを、地区のページに載せられます。",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_begins_before_it_ends",
                violation_error_message="「いつまで」は「いつから」より後の日にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="%(class)s_has_a_title",
                violation_error_message="題名を入力してください。",
            ),
        ]
        indexes = [
            # Proposals begin with what is of the same field and kind and open (`proposals.py`).
            models.Index(
                fields=["theme", "kind", "expires_on"], condition=Q(state="open"), name="%(class)s_to_propose"
            ),
            models.Index(fields=["submitted_at"], condition=Q(state="submitted"), name="%(class)s_to_check"),
            models.Index(fields=["org"], name="%(class)s_of_org"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """As it stands on paper."""
        return f"{self.PREFIX}-{self.pk:05}"

    @property
    def who(self) -> str:
        """The organisation; of a person no more than that it is one."""
        return str(self.org) if self.org else "個人"

    @property
    def when(self) -> str:
        bands = "、".join(str(Slot(slot).label) for slot in sorted(self.slots)) or "いつでも"
        days = [f"{day:%Y/%m/%d}" if day else "" for day in (self.starts_on, self.ends_on)]
        return f"{bands}（{'〜'.join(days)}）" if any(days) else bands

    @property
    def is_over(self) -> bool:
        return self.expires_on < timezone.localdate()


class Need(Listing, NeedWorkflow):
    """困りごと."""

    PREFIX = "K"

    class Meta(Listing.Meta):
        verbose_name = verbose_name_plural = "困りごと"


class Offer(Listing):
    """できること. `capacity`: how many at the same time; `taken` is counted under the row's lock and can never pass it."""

    capacity = models.PositiveSmallIntegerField("同時に受けられる件数", default=1)
    taken = models.PositiveSmallIntegerField("受けている件数", default=0)

    PREFIX = "T"

    class Meta(Listing.Meta):
        verbose_name = verbose_name_plural = "できること"
        constraints = [
            *Listing.Meta.constraints,
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity"), capacity__gte=1),
                name="offer_within_capacity",
                violation_error_message="受けている件数より少なくはできません。",
            ),
        ]

    @property
    def is_full(self) -> bool:
        return self.taken >= self.capacity


def default_last_day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)
