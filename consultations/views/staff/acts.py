"""The acts of the case screen: a form, a verb of the services, and what is said when it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chiba_ward.access.actor import Actor
from consultations.forms import staff as forms
from consultations.models import Consultation
from consultations.services import closing, conversation, triage
from consultations.workflow.errors import Refused

Run = Callable[[Consultation, Actor, dict[str, Any]], object]


@dataclass(frozen=True)
class Act:
    """`heading` names the section of the screen, `button` what the press does."""

    form: type[forms.CaseForm]
    run: Run
    heading: str
    button: str
    done: str
    tone: str = ""


def _link(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    other = Consultation.objects.visible_to(by).filter(matter__receipt_no=data["other"]).first()
    if other is None:
        raise Refused("その番号の相談は見つかりません。番号を確かめてください。", "other")
    return triage.link(case.pk, other.pk, by=by, kind=data["kind"])


ACTS: dict[str, Act] = {
    "take": Act(forms.TakeForm, lambda c, by, d: triage.take(c.pk, by=by), "担当", "自分が担当する", "担当になりました。"),
    "assign": Act(
        forms.AssignForm,
        lambda c, by, d: triage.assign(c.pk, by=by, office=d["office"], post=d["post"], posting=d["posting"]),
        "担当を決める・変える",
        "振り分ける",
        "振り分けました。",
    ),
    "urgency": Act(
        forms.UrgencyForm,
        lambda c, by, d: triage.set_urgency(c.pk, by=by, level=d["level"], note=d["note"]),
        "緊急度を決める",
        "緊急度を記録する",
        "緊急度を記録しました。",
    ),
    "fields": Act(
        forms.FieldsForm,
        lambda c, by, d: triage.set_fields(
            c.pk, by=by, fields=d["fields_"], flags=d["flags"], applies_intent=d["applies_intent"]
        ),
        "相談種別・注意",
        "記録する",
        "相談種別を記録しました。",
    ),
    "note": Act(
        forms.NoteForm, lambda c, by, d: triage.add_note(c.pk, by=by, text=d["text"]), "庁内の記録を書く", "記録する", "記録しました。"
    ),
    "read": Act(
        forms.TakeForm, lambda c, by, d: conversation.mark_read(c.pk, by=by), "未読の連絡", "読みました", "既読にしました。"
    ),
    "watch": Act(
        forms.WatchForm, lambda c, by, d: closing.watch(c.pk, by=by, note=d["note"]), "見守りにする", "見守りにする", "見守りにしました。"
    ),
    "work_again": Act(
        forms.TakeForm, lambda c, by, d: closing.work_again(c.pk, by=by), "対応に戻す", "対応に戻す", "対応に戻しました。"
    ),
    "link": Act(forms.LinkForm, _link, "ほかの相談と結び付ける", "結び付ける", "結び付けました。"),
    "close": Act(
        forms.CloseForm,
        lambda c, by, d: closing.close(c.pk, by=by, outcome=d["outcome"], note=d["outcome_note"]),
        "完了にする",
        "完了にする",
        "完了にしました。30日のあいだ相談者が再開できます。",
        "danger",
    ),
    "withdraw": Act(
        forms.ReasonForm,
        lambda c, by, d: closing.withdraw(c.pk, by=by, reason=d["reason"]),
        "取下げ（本人の申し出）",
        "取下げにする",
        "取下げにしました。",
        "danger",
    ),
    "reopen": Act(
        forms.ReasonForm, lambda c, by, d: closing.reopen(c.pk, by=by, reason=d["reason"]), "再開する", "再開する", "再開しました。"
    ),
}
