"""仲介: a 困りごと and a できること that a section brings together, the word of each side, and what came of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.casework.enums import Channel
from chiba_ward.directory.models import Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from community.matching.enums import AGREED, FRUITFUL, LIVE, Side
from community.matching.models.listings import Need, Offer
from community.matching.models.master import FailureReason
from community.matching.querysets import MatchQuerySet
from community.matching.workflow.match import MatchWorkflow

FRUIT, HOLDING = [*map(str, FRUITFUL)], [*map(str, (*LIVE, *FRUITFUL))]
WITH_DAY = [*map(str, (*AGREED[1:], *FRUITFUL))]


class Match(MatchWorkflow):
    """`reasons` are those that were named when it was proposed, in words; what the sides are today may have changed."""

    id = SealedRowKey(primary_key=True)
    need = models.ForeignKey(Need, models.PROTECT, verbose_name="困りごと", related_name="matches")
    offer = models.ForeignKey(Offer, models.PROTECT, verbose_name="できること", related_name="matches")
    reasons = models.JSONField("組み合わせた理由", default=list)
    broker = models.ForeignKey(Posting, models.PROTECT, verbose_name="仲介した職員", related_name="+")
    asked_at = models.DateTimeField("聞き始めた日時", default=timezone.now)
    agreed_at = models.DateTimeField("両方が承諾した日時", null=True, blank=True)
    meeting_on = models.DateField("初回の日", null=True, blank=True)
    meeting_time = models.TimeField("初回の時刻", null=True, blank=True)
    meeting_place = SealedTextField("初回の場所", max_length=200, blank=True)
    present = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="同席する職員", related_name="+"
    )
    met_on = models.DateField("会った日", null=True, blank=True)
    outcome = SealedTextField("成果", max_length=1000, blank=True)
    succeeded_on = models.DateField("成立した日", null=True, blank=True)
    follow_up_on = models.DateField("続いているかを確かめる日", null=True, blank=True)
    followed_up_on = models.DateField("続いているかを確かめた日", null=True, blank=True)
    follow_up_note = SealedTextField("確かめたこと", max_length=1000, blank=True)
    failure = models.ForeignKey(
        FailureReason, models.PROTECT, null=True, blank=True, verbose_name="不成立の理由", related_name="+"
    )
    failure_note = SealedTextField("不成立のくわしい事情", max_length=1000, blank=True)
    ended_at = models.DateTimeField("終わった日時", null=True, blank=True)
    objects = MatchQuerySet.as_manager()

    PREFIX = "M"

    class Meta:
        verbose_name = verbose_name_plural = "仲介"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["need"],
                condition=Q(state__in=HOLDING),
                name="match_one_of_a_need",
                violation_error_message="この困りごとは、すでに仲介中か、成立しています。",
            ),
            models.CheckConstraint(
                condition=Q(state="failed", failure__isnull=False)
                | (~Q(state="failed") & Q(failure__isnull=True)),
                name="match_failed_with_reason",
                violation_error_message="不成立の理由を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FRUIT, succeeded_on__isnull=False, follow_up_on__isnull=False)
                | (~Q(state__in=FRUIT) & Q(succeeded_on__isnull=True, follow_up_on__isnull=True)),
                name="match_succeeded_on_a_day",
                violation_error_message="成立した日と、確かめる日が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["continued", "finished"], followed_up_on__isnull=False)
                | (~Q(state__in=["continued", "finished"]) & Q(followed_up_on__isnull=True)),
                name="match_followed_up_on_a_day",
                violation_error_message="確かめた日が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_DAY) | Q(meeting_on__isnull=False, present__isnull=False),
                name="match_arranged_with_a_day",
                violation_error_message="初回の日と、同席する職員が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["trial", *FRUIT]) | Q(met_on__isnull=False),
                name="match_met_on_a_day",
                violation_error_message="会った日が必要です。",
            ),
        ]
        indexes = [
            models.Index(fields=["offer", "state"], name="match_of_offer"),
            models.Index(fields=["follow_up_on"], condition=Q(state="succeeded"), name="match_to_follow_up"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.PREFIX}-{self.pk:05}"

    def listing(self, side: str) -> Need | Offer:
        return self.need if side == Side.NEED else self.offer


class MatchAnswer(models.Model):
    """The word of one side: of its own officer, or told to staff by somebody. `released`: what the other may read of
    its contacts once both have agreed; kinds of contacts, or 「person」 for the contact of a person without an account."""

    id = SealedRowKey(primary_key=True)
    match = models.ForeignKey(Match, models.CASCADE, verbose_name="仲介", related_name="answers")
    side = models.CharField("どちら側", max_length=8, choices=Side)
    is_yes = models.BooleanField("承諾")
    channel = models.CharField("受付経路", max_length=12, choices=Channel, default=Channel.WEB)
    told_by = SealedTextField("答えた人", max_length=80, blank=True)
    given_on = models.DateField("答えた日")
    released = ArrayField(
        models.CharField(max_length=16), default=list, blank=True, verbose_name="相手に知らせてよい連絡先"
    )
    recorded_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="記録した人", related_name="+")
    recorded_at = models.DateTimeField("記録した日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "仲介への返事"
        ordering = ["match", "side"]
        constraints = [
            models.UniqueConstraint(
                fields=["match", "side"],
                name="answer_once_a_side",
                violation_error_message="こちら側の返事は、すでに記録されています。",
            ),
            models.CheckConstraint(
                condition=Q(channel="web") | Q(told_by__filled=True),
                name="answer_told_by_somebody",
                violation_error_message="電話などで聞いた返事には、答えた人の名前が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(is_yes=True) | Q(released=[]),
                name="answer_no_releases_nothing",
                violation_error_message="断るときは、連絡先を知らせません。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.match_id} {self.side}"
