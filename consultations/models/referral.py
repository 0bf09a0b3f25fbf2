"""つなぎ: consent, the excerpt, the hand-over and the partner's answer (DOMAIN §5 1-1, App. B)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from pghistory import track

from chiba_ward.casework.enums import Channel
from chiba_ward.casework.models import Attachment
from chiba_ward.compartments.models import Compartment
from chiba_ward.directory.models import Office, Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.enums import (
    ConsentMethod,
    ExcerptItem,
    PartyKind,
    ReferralRoute,
)
from consultations.models.case import Consultation, Party
from consultations.models.master import LegalGround
from consultations.querysets import ConsentQuerySet, ReferralQuerySet
from consultations.workflow.referral import ReferralWorkflow

WAITING = Q(state__in=["sent", "acknowledged", "asked_back"])
IN_HAND = Q(state__in=["sent", "acknowledged", "asked_back", "accepted", "contact_made"])
FINISHED = Q(state__in=["outcome_reported", "declined"])
AFTER_ACCEPTANCE = Q(state__in=["accepted", "contact_made", "outcome_reported"])


@track()
class ConsentGrant(models.Model):
    """Which items, to whom, until when, how obtained. Withdrawn at once (DOMAIN A1)."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="consents")
    person = models.ForeignKey(
        Party, models.CASCADE, null=True, blank=True, verbose_name="同意した人", related_name="+"
    )
    to_office = models.ForeignKey(Office, models.PROTECT, verbose_name="渡す相手", related_name="+")
    items = ArrayField(models.CharField(max_length=16, choices=ExcerptItem), verbose_name="渡してよい項目")
    method = models.CharField("得た方法", max_length=10, choices=ConsentMethod)
    obtained_on = models.DateField("得た日")
    valid_until = models.DateField("いつまで", null=True, blank=True)
    paper_location = models.CharField("署名した紙の保管場所", max_length=120, blank=True)
    recorded_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤回された日時", null=True, blank=True)
    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "つなぎの同意"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(items__len__gt=0),
                name="consent_names_items",
                violation_error_message="渡してよい項目を一つ以上選んでください。",
            ),
            models.CheckConstraint(
                condition=~Q(method="written") | ~Q(paper_location=""),
                name="consent_paper_has_place",
                violation_error_message="書面の同意には、紙の保管場所を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to_office} {self.obtained_on}"

    @property
    def is_of_the_filer(self) -> bool:
        """Given by whoever consulted, not by somebody else of the household (DOMAIN §1 finding 9)."""
        return self.person is None or self.person.kind != PartyKind.SUBJECT


@track(exclude=["purpose", "compartment"])
class Referral(ReferralWorkflow):
    """つなぎ票. Ownership moves only at acceptance by a named person (C2)."""

    id = SealedRowKey(primary_key=True)
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="referrals")
    sequence = models.PositiveSmallIntegerField("何回目", default=1)
    route = models.CharField("受け方", max_length=8, choices=ReferralRoute)
    from_office = models.ForeignKey(Office, models.PROTECT, verbose_name="つなぎ元", related_name="+")
    to_office = models.ForeignKey(Office, models.PROTECT, verbose_name="つなぎ先", related_name="+")
    from_name = models.CharField("つなぎ元の名称(送付の日)", max_length=100, blank=True)
    to_name = models.CharField("つなぎ先の名称(送付の日)", max_length=100, blank=True)
    created_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="作成した職員", related_name="+")
    created_at = models.DateTimeField("作成", default=timezone.now)
    ground = models.ForeignKey(
        LegalGround,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="同意によらない根拠",
        related_name="+",
        help_text="空欄は、本人の同意による。",
    )
    ground_text = models.CharField("根拠の文(送付の日)", max_length=600, blank=True)
    basis_note = SealedTextField("根拠の説明", max_length=300, blank=True)
    consent = models.ForeignKey(ConsentGrant, models.PROTECT, null=True, blank=True, related_name="referrals")
    purpose = SealedTextField("お願いしたいこと", max_length=500)
    is_urgent = models.BooleanField("至急", default=False)
    release_at = models.DateTimeField("送付時刻", null=True, blank=True)
    sent_at = models.DateTimeField("送付", null=True, blank=True)
    opened_at = models.DateTimeField("先方が開いた日時", null=True, blank=True)
    answered_at = models.DateTimeField("受理・辞退の日時", null=True, blank=True)
    answer_channel = models.CharField("返事の届き方", max_length=10, choices=Channel, blank=True)
    answer_entered_by = models.ForeignKey(
        Posting,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="返事を代わりに入力した職員",
        related_name="+",
    )
    accepted_by_name = models.CharField("受けた人", max_length=80, blank=True)
    first_contact_on = models.DateField("最初の連絡の予定日", null=True, blank=True)
    decline_reason = SealedTextField("受理できない理由", max_length=300, blank=True)
    better_office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    better_place = SealedTextField("ほかに合う先", max_length=200, blank=True)
    contact_made_at = models.DateTimeField("本人に連絡がついた日時", null=True, blank=True)
    outcome_done = SealedTextField("行ったこと", max_length=500, blank=True)
    outcome_result = SealedTextField("結果", max_length=500, blank=True)
    outcome_continues = models.BooleanField("支援を続ける", null=True, blank=True)
    outcome_next = SealedTextField("次にすること・時期", max_length=300, blank=True)
    ended_at = models.DateTimeField("終わった日時", null=True, blank=True)
    compartment = models.ForeignKey(
        Compartment,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        verbose_name="区画",
        related_name="+",
        help_text="案件の区画の写し。データベースが合わせる。",
    )
    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "つなぎ"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "sequence"], name="referral_sequence_unique"),
            models.CheckConstraint(
                condition=~Q(from_office=models.F("to_office")),
                name="referral_to_another_office",
                violation_error_message="つなぎ先には、自分の課以外を選んでください。",
            ),
            models.CheckConstraint(
                condition=~AFTER_ACCEPTANCE | (~Q(accepted_by_name="") & Q(first_contact_on__isnull=False)),
                name="referral_accepted_by_name",
                violation_error_message="受理するには、担当する人の名前と最初の連絡の予定日を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined")
                | (
                    Q(decline_reason__filled=True)
                    & (Q(better_place__filled=True) | Q(better_office__isnull=False))
                ),
                name="referral_declined_with_reason",
                violation_error_message="受理できないときは、理由と、ほかに合う先を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "recalled"])
                | Q(ground__isnull=False)
                | Q(consent__isnull=False),
                name="referral_consent_or_basis",
                violation_error_message="本人の同意の記録か、ほかの法的な根拠が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(ground__isnull=True) | Q(basis_note__filled=True),
                name="referral_basis_explained",
                violation_error_message="同意によらない場合は、根拠の説明を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(ground__isnull=True) | Q(consent__isnull=True),
                name="referral_rests_on_one_ground",
                violation_error_message="本人の同意か、同意によらない根拠の、どちらか一つにしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["contact_made", "outcome_reported"])
                | Q(contact_made_at__isnull=False),
                name="referral_contact_has_time",
            ),
            models.CheckConstraint(
                condition=Q(answer_channel__in=["", "web"]) | Q(answer_entered_by__isnull=False),
                name="referral_paper_answer_has_typist",
                violation_error_message="電話やFAXで受けた返事には、入力した職員の記録が必要です。",
            ),
        ]
        indexes = [
            models.Index(fields=["to_office", "sent_at", "id"], condition=WAITING, name="referral_inbox"),
            models.Index(fields=["to_office"], condition=IN_HAND, name="referral_in_hand"),
            models.Index(fields=["from_office", "-sent_at"], name="referral_placed"),
            models.Index(fields=["from_office", "-created_at", "-id"], name="referral_placed_latest"),
            models.Index(
                fields=["to_office", "-ended_at", "-id"], condition=FINISHED, name="referral_finished"
            ),
            models.Index(fields=["release_at"], condition=Q(state="held"), name="referral_held"),
        ]

    def __str__(self) -> str:
        return f"{self.consultation} つなぎ{self.sequence}"

    @property
    def rests_on_consent(self) -> bool:
        return self.ground_id is None

    @property
    def ground_words(self) -> str:
        """渡す根拠 as it is shown and printed; once it was sent, in the words of that day."""
        return self.ground_text or (self.ground.words if self.ground else "本人の同意")

    def keep_words(self) -> None:
        """What sender, receiver and ground were called when it left: a later 組織改正 or 法改正 changes no record (C12)."""
        day = timezone.localdate(self.sent_at or timezone.now())
        self.from_name = self.from_name or self.from_office.name_on(day)
        self.to_name = self.to_name or self.to_office.name_on(day)
        self.ground_text = self.ground_words

    @property
    def sender_name(self) -> str:
        return self.from_name or self.from_office.name_on(timezone.localdate())

    @property
    def receiver_name(self) -> str:
        return self.to_name or self.to_office.name_on(timezone.localdate())


class ReferralItem(models.Model):
    """One item of the excerpt, as it was shown to the sender before sending; frozen once sent."""

    id = SealedRowKey(primary_key=True, block=20)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="items")
    item = models.CharField("項目", max_length=16, choices=ExcerptItem)
    text = SealedTextField("渡す内容", blank=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, verbose_name="だれのことか", related_name="handed_over"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "つなぎで渡す項目"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.get_item_display()


class ReferralQuestion(models.Model):
    """問い合わせ: the partner asks back; the sender answers; both stay on the record."""

    id = SealedRowKey(primary_key=True)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="questions")
    asked_at = models.DateTimeField("質問した日時", default=timezone.now)
    asked_by = models.CharField("質問した人", max_length=80)
    question = SealedTextField("質問", max_length=500)
    answered_at = models.DateTimeField("答えた日時", null=True, blank=True)
    answered_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    answer = SealedTextField("答え", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "つなぎの質問"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"質問 {self.asked_at:%m/%d}"


class PartnerLink(models.Model):
    """An expiring link for an agency without accounts. The link alone opens nothing: a one-time code,
    mailed to the agency's registered address, must follow (PEERS §1).

    Neither token nor code is stored: each is made from its random seed and the pepper outside this database.
    """

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="links")
    seed = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    code_seed = models.CharField(max_length=32, blank=True)
    code_hash = models.CharField(max_length=200, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField("間違えた回数", default=0)
    expires_at = models.DateTimeField("有効期限")
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "つなぎ先への案内"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"link {self.referral_id}"
