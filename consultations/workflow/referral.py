"""States of a referral (DOMAIN App. B). The timers live in deadline rules, the rights in the policy."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from consultations.enums import PartyKind, ReferralState
from consultations.workflow.errors import Refused

if TYPE_CHECKING:
    from chiba_ward.directory.models import Office

S = ReferralState
UNANSWERED = [S.SENT, S.ACKNOWLEDGED, S.ASKED_BACK]
UNFINISHED = [S.DRAFT, S.HELD, *UNANSWERED, S.ACCEPTED, S.CONTACT_MADE]


class ReferralWorkflow(FSMModelMixin, models.Model):
    """下書き → (5分保留) → 送付 → 確認 → 受理 / 辞退 → 本人に連絡 → 結果報告."""

    state = StateField("状態", max_length=16, choices=S.choices, default=S.DRAFT)

    class Meta:
        abstract = True

    @transition(state, source=S.DRAFT, target=S.HELD)
    def hold(self: Any, *, release_at: dt.datetime) -> None:
        """送付を押した: held for five minutes, so that a wrong addressee can be recalled (OU7)."""
        if self.rests_on_consent and not self.covered_by_consent():
            raise Refused("渡す項目のすべてに、本人の同意の記録が必要です。", "consent")
        self.release_at = release_at

    @transition(state, source=S.HELD, target=S.SENT)
    def release(self: Any, *, at: dt.datetime) -> None:
        if self.rests_on_consent and not self.covered_by_consent():
            raise Refused("同意が撤回されたため、送付しません。", "consent")
        self.sent_at = at
        self.keep_words()

    @transition(state, source=[S.HELD, S.SENT, S.ACKNOWLEDGED, S.ASKED_BACK], target=S.RECALLED)
    def recall(self: Any, *, at: dt.datetime) -> None:
        self.ended_at = at

    @transition(state, source=S.SENT, target=S.ACKNOWLEDGED)
    def acknowledge(self: Any, *, at: dt.datetime) -> None:
        """先方が開いた."""
        self.opened_at = at

    @transition(state, source=[S.SENT, S.ACKNOWLEDGED], target=S.ASKED_BACK)
    def ask_back(self: Any) -> None:
        """先方から質問: the clock of the partner stops until the sender answers."""

    @transition(state, source=S.ASKED_BACK, target=S.ACKNOWLEDGED)
    def answer_question(self: Any) -> None:
        """質問に答えた."""

    @transition(state, source=UNANSWERED, target=S.ACCEPTED)
    def accept(self: Any, *, name: str, first_contact_on: dt.date, at: dt.datetime) -> None:
        """受理, by a named person with a date of first contact."""
        if not name:
            raise Refused("担当する人の名前を入力してください。", "accepted_by_name")
        if first_contact_on < at.date():
            raise Refused("最初の連絡の予定日は、今日からあとの日にしてください。", "first_contact_on")
        self.accepted_by_name, self.first_contact_on, self.answered_at = name, first_contact_on, at

    @transition(state, source=UNANSWERED, target=S.DECLINED)
    def decline(
        self: Any, *, reason: str, better_office: "Office | None", better_place: str, at: dt.datetime
    ) -> None:
        """受理できない: never without a reason and a better place (C2)."""
        if not reason:
            raise Refused("受理できない理由を入力してください。", "decline_reason")
        if not (better_office or better_place):
            raise Refused("ほかに合う先を選ぶか入力してください。", "better_place")
        self.decline_reason, self.better_office, self.better_place = reason, better_office, better_place
        self.answered_at = self.ended_at = at

    @transition(state, source=S.ACCEPTED, target=S.CONTACT_MADE)
    def make_contact(self: Any, *, at: dt.datetime) -> None:
        """本人に連絡がついた: this is what つながった means."""
        self.contact_made_at = at

    @transition(state, source=S.CONTACT_MADE, target=S.OUTCOME_REPORTED)
    def report_outcome(
        self: Any, *, done: str, result: str, continues: bool, next_step: str, at: dt.datetime
    ) -> None:
        """結果報告 in four fields."""
        self.outcome_done, self.outcome_result = done, result
        self.outcome_continues, self.outcome_next = continues, next_step
        self.ended_at = at

    @transition(state, source=[S.HELD, *UNANSWERED, S.ACCEPTED, S.CONTACT_MADE], target=S.REVOKED)
    def revoke(self: Any, *, at: dt.datetime) -> None:
        """同意の撤回: the partner's access ends with this row."""
        self.ended_at = at

    @transition(state, source=UNANSWERED, target=S.RETURNED)
    def return_unanswered(self: Any, *, at: dt.datetime) -> None:
        """返事がない: an expiry never ends silently, it comes back on top of the sender's queue."""
        self.ended_at = at

    def covered_by_consent(self: Any) -> bool:
        """Every item handed over stands in a consent for this office that is in force today."""
        consent = self.consent
        if consent is None or consent.withdrawn_at or consent.to_office_id != self.to_office_id:
            return False
        from django.utils import timezone

        if consent.valid_until and consent.valid_until < timezone.localdate():
            return False
        items = list(self.items.select_related("person"))
        return {item.item for item in items} <= set(consent.items) and all(
            speaks_for(consent, item.person) for item in items
        )


def speaks_for(consent: Any, person: Any) -> bool:
    """Whoever consulted may speak for the persons they tell of; one of these persons for themselves alone."""
    if person is None or consent is None or consent.person_id is None:
        return consent is not None
    giver = consent.person
    return bool(giver.kind != PartyKind.SUBJECT or giver.pk == person.pk)
