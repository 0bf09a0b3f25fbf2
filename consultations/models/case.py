"""The consultation itself, the persons in it, and the conversation."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from pghistory import track

from chiba_ward.casework.enums import Channel, Urgency
from chiba_ward.casework.models import Matter
from chiba_ward.compartments.models import Compartment
from chiba_ward.directory.models import Office, Post, Posting, Town, Ward
from chiba_ward.sealed.fields import SealedJSONField, SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.enums import (
    PROTECTED_FLAGS,
    ApplyIntent,
    ConsultantKind,
    Direction,
    Flag,
    IdentitySeen,
    JointDecision,
    LinkKind,
    Mandate,
    Outcome,
    PartyKind,
    Speaker,
)
from consultations.models.master import Field, Topic
from consultations.querysets import ConsultationQuerySet, MessageQuerySet
from consultations.workflow.case import CaseWorkflow

RISK = {Urgency.U0: 0, Urgency.U1: 1, Urgency.U2: 2, Urgency.U3: 3}
OPEN = Q(closed_at__isnull=True)


@track(exclude=["body", "chief_concern", "compartment"])
class Consultation(CaseWorkflow):
    """相談受付票 (DOMAIN A1). State changes only through `consultations.workflow`."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="consultation")
    channel = models.CharField("受付経路", max_length=10, choices=Channel, default=Channel.WEB)
    entered_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="代理入力した職員", related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name="登録者",
        related_name="consultations",
    )
    speaker = models.CharField("話した人(窓口・電話)", max_length=6, choices=Speaker, blank=True)
    mandate = models.CharField("本人からの委任", max_length=8, choices=Mandate, blank=True)
    identity_seen = models.CharField("本人確認の書類", max_length=16, choices=IdentitySeen, blank=True)
    paper_place = models.CharField("署名した紙の保管場所", max_length=120, blank=True)
    consultant_kind = models.CharField("相談者区分", max_length=10, choices=ConsultantKind)
    relation = SealedTextField("続柄・関係", max_length=60, blank=True)
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, verbose_name="区")
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, verbose_name="町丁", related_name="+"
    )
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, verbose_name="入口のことば")
    chief_concern = SealedTextField("主訴(ひとことで)", max_length=100)
    body = SealedTextField("相談の内容", max_length=5000, blank=True)
    fields = models.ManyToManyField(Field, blank=True, verbose_name="相談種別", related_name="consultations")
    urgency = models.CharField("緊急度(職員が決める)", max_length=2, choices=Urgency, blank=True)
    risk_rank = models.PositiveSmallIntegerField("並び順に使う危険度", default=3)
    hits = SealedJSONField("緊急度を上げたことば", default=list, blank=True)
    flags = ArrayField(
        models.CharField(max_length=20, choices=Flag), verbose_name="注意", default=list, blank=True
    )
    suspected = ArrayField(
        models.CharField(max_length=20, choices=Flag),
        verbose_name="保護の確認待ち",
        default=list,
        blank=True,
        help_text="ことばから機械が拾い、人がまだ確かめていない虐待・DVのおそれ。",
    )
    protected_at = models.DateTimeField("保護が必要と人が確かめた日時", null=True, blank=True)
    owner_office = models.ForeignKey(
        Office, models.PROTECT, verbose_name="主担当の課・機関", related_name="+"
    )
    desk_office = models.ForeignKey(
        Office,
        models.PROTECT,
        verbose_name="区の窓口課",
        related_name="+",
        help_text="区役所の中でこの相談を預かる課。関係機関が主担当になっても、返事と見届けはこの課が続ける。",
    )
    owner_post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, verbose_name="主担当の職", related_name="+"
    )
    assignee = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="担当者", related_name="+"
    )
    language = models.CharField("言語", max_length=10, default="ja")
    received_at = models.DateTimeField("受付日時")
    due_at = models.DateTimeField("次の期限", null=True, blank=True)
    waiting_since = models.DateTimeField("相談者の返事待ち", null=True, blank=True)
    taken_at = models.DateTimeField("担当が決まった日時", null=True, blank=True)
    first_action_at = models.DateTimeField("最初に対応した日時", null=True, blank=True)
    first_action_minutes = models.PositiveIntegerField("初動(開庁時間・分)", null=True, blank=True)
    applies_intent = models.CharField("申請の意思", max_length=8, choices=ApplyIntent, blank=True)
    outcome = models.CharField("転帰", max_length=12, choices=Outcome, blank=True)
    outcome_note = SealedTextField("転帰の説明(庁内)", max_length=500, blank=True)
    joint_decision = models.CharField(
        "多機関での決定", max_length=8, choices=JointDecision, blank=True, editable=False
    )
    single_reason = SealedTextField("単独対応で足りる理由", max_length=500, blank=True)
    closed_at = models.DateTimeField("終結日時", null=True, blank=True)
    reopened_at = models.DateTimeField("再開日時", null=True, blank=True)
    unread_messages = models.PositiveSmallIntegerField("未読の連絡", default=0)
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
    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "相談"
        ordering = ["risk_rank", "due_at", "matter_id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state__in=["closed", "withdrawn"], closed_at__isnull=False)
                    | (~Q(state__in=["closed", "withdrawn"]) & OPEN)
                ),
                name="consultation_closed_at_iff_ended",
                violation_error_message="完了・取下げの相談には終結日時が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(speaker="proxy", mandate__in=Mandate.values)
                | (~Q(speaker="proxy") & Q(mandate="")),
                name="consultation_proxy_states_mandate",
                violation_error_message="代わりの人が話したときだけ、本人からの委任をどう確かめたかを選んでください。",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(outcome=""),
                name="consultation_closed_has_outcome",
                violation_error_message="完了するには転帰を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~OPEN,
                name="consultation_open_has_due",
                violation_error_message="対応中の相談には次の期限が必要です。",
            ),
            models.CheckConstraint(
                condition=~(Q(applies_intent="yes") & Q(outcome__in=["advised", "out_of_scope"])),
                name="consultation_intent_not_closed_as_advice",
                violation_error_message="申請の意思がある相談を、助言や対象外として完了することはできません。",
            ),
            models.CheckConstraint(
                condition=Q(channel="web") | Q(entered_by__isnull=False),
                name="consultation_paper_has_typist",
                violation_error_message="窓口や電話の相談には、入力した職員の記録が必要です。",
            ),
            models.CheckConstraint(condition=Q(risk_rank__lte=3), name="consultation_risk_rank_known"),
            models.CheckConstraint(
                condition=Q(suspected__contained_by=[str(flag) for flag in PROTECTED_FLAGS]),
                name="consultation_suspected_of_what_is_protected",
            ),
            models.CheckConstraint(
                condition=Q(protected_at__isnull=True) | Q(compartment__isnull=False, suspected=[]),
                name="consultation_protected_is_enclosed",
                violation_error_message="保護が必要な相談は、区画の中に置きます。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["desk_office", "risk_rank", "due_at", "matter"],
                condition=OPEN,
                name="consultation_queue",
            ),
            models.Index(
                fields=["ward", "risk_rank", "due_at", "matter"],
                condition=OPEN,
                name="consultation_ward_queue",
            ),
            models.Index(fields=["assignee", "due_at", "matter"], condition=OPEN, name="consultation_mine"),
            # For whoever sees rows in more than one way: their first page is found by walking all that is open.
            models.Index(
                fields=["risk_rank", "due_at", "matter"], condition=OPEN, name="consultation_open_by_risk"
            ),
            models.Index(fields=["user", "-received_at"], name="consultation_of_user"),
            # Lists that hold ended cases walk back from the newest: no office's ten years are sorted for a page.
            models.Index(fields=["-received_at", "-matter"], name="consultation_latest"),
            # What nobody has sorted yet, by the three ways in which it is seen: a handful beside ten years of a ward.
            models.Index(fields=["ward"], condition=Q(state="received"), name="consultation_unsorted"),
            models.Index(
                fields=["entered_by"], condition=Q(state="received"), name="consultation_just_typed"
            ),
            models.Index(fields=["state"], condition=Q(ward__isnull=True), name="consultation_no_ward"),
            # A handful at any time: what somebody must still confirm.
            models.Index(
                fields=["risk_rank", "due_at", "matter"],
                condition=OPEN & ~Q(suspected=[]),
                name="consultation_suspected",
            ),
            models.Index(fields=["ward", "received_at"], name="consultation_by_ward_month"),
            models.Index(
                fields=["compartment"],
                condition=Q(compartment__isnull=False),
                name="consultation_in_compartment",
            ),
        ]

    def __str__(self) -> str:
        return self.matter.receipt_no

    @property
    def receipt_no(self) -> str:
        return self.matter.receipt_no

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Party(models.Model):
    """A person in the matter: whoever consulted, and each one concerned. Everything may stay empty."""

    id = SealedRowKey(primary_key=True, block=50)
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="parties")
    kind = models.CharField("区分", max_length=10, choices=PartyKind)
    name = SealedTextField("氏名", max_length=80, blank=True)
    kana = SealedTextField("フリガナ", max_length=120, blank=True)
    known_as = SealedTextField("通称", max_length=80, blank=True)
    relation = SealedTextField("続柄", max_length=60, blank=True)
    age_band = models.CharField("年代", max_length=20, blank=True)
    phone = SealedTextField("電話番号", max_length=20, blank=True)
    postal_code = SealedTextField("郵便番号", max_length=7, blank=True)
    address = SealedTextField("住所", max_length=200, blank=True)
    contact_note = SealedTextField("この人への連絡で気を付けること", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "関係する人"
        ordering = ["consultation", "kind", "id"]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class CitizenMessage(models.Model):
    """One message of the conversation. Notes of the house are timeline entries and never here."""

    id = SealedRowKey(primary_key=True)
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="messages")
    direction = models.CharField("向き", max_length=3, choices=Direction)
    at = models.DateTimeField("日時")
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    office_name = models.CharField("差出人の課(当時)", max_length=100, blank=True)
    office_name_en = models.CharField("差出人の課の英語名(当時)", max_length=120, blank=True)
    body = SealedTextField("本文", max_length=5000)
    read_at = models.DateTimeField("読まれた日時", null=True, blank=True)
    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "相談者とのやり取り"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def sender(self) -> str:
        """The section in the language of the reader, as far as it had a name there."""
        in_english = (get_language() or "ja").startswith("en")
        return (self.office_name_en if in_english else "") or self.office_name


class CaseLink(models.Model):
    """Two consultations that a human put together; never merged, never linked by the machine."""

    earlier = models.ForeignKey(Consultation, models.CASCADE, related_name="links_later")
    later = models.ForeignKey(Consultation, models.CASCADE, related_name="links_earlier")
    kind = models.CharField("関係", max_length=16, choices=LinkKind)
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("日時", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "相談どうしの関係"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["earlier", "later"],
                name="case_link_unique",
                violation_error_message="この二つの相談はすでに結び付けられています。",
            ),
            models.CheckConstraint(
                condition=Q(earlier__lt=F("later")),
                name="case_link_ordered",
                violation_error_message="同じ相談どうしは結び付けられません。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id}–{self.later_id}"
