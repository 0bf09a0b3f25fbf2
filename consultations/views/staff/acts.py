"""The acts of the case screen: a form, a verb of the services, what is said when it is done, and what follows."""

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
    """`heading` names the section of the screen, `button` what the press does, `done` what has happened and what is
    next. `confirm`: the resident is told of it, so it is asked once more, with what they will read."""

    form: type[forms.CaseForm]
    run: Run
    heading: str
    button: str
    done: str
    confirm: bool = False
    tells: str = ""  # the kind of timeline line that the resident reads
    template: str = ""  # the notice that leaves, if any


def _take(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return triage.take(case.pk, by=by)


def _assign(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return triage.assign(case.pk, by=by, office=data["office"], post=data["post"], posting=data["posting"])


def _urgency(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return triage.set_urgency(case.pk, by=by, level=data["level"], note=data["note"])


def _fields(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return triage.set_fields(
        case.pk, by=by, fields=data["fields_"], flags=data["flags"], applies_intent=data["applies_intent"]
    )


def _note(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return triage.add_note(case.pk, by=by, text=data["text"])


def _read(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return conversation.mark_read(case.pk, by=by)


def _watch(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return closing.watch(case.pk, by=by, note=data["note"])


def _work_again(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return closing.work_again(case.pk, by=by)


def _link(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    other = Consultation.objects.visible_to(by).filter(matter__receipt_no=data["other"]).first()
    if other is None:
        raise Refused("その番号の相談は見つかりません。番号を確かめてください。", "other")
    return triage.link(case.pk, other.pk, by=by, kind=data["kind"])


def _close(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return closing.close(
        case.pk,
        by=by,
        outcome=data["outcome"],
        note=data["outcome_note"],
        single_reason=data.get("single_reason", ""),
    )


def _withdraw(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return closing.withdraw(case.pk, by=by, reason=data["reason"])


def _reopen(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return closing.reopen(case.pk, by=by, reason=data["reason"])


ACTS: dict[str, Act] = {
    "take": Act(
        forms.TakeForm, _take, "担当", "自分が担当する",
        "担当になりました。つぎは、緊急度を確かめて、最初の返事を書いてください。",
    ),
    "assign": Act(
        forms.AssignForm, _assign, "担当を決める・変える", "振り分ける",
        "振り分けました。期限の約束は、そのまま引き継がれます。",
    ),
    "urgency": Act(
        forms.UrgencyForm, _urgency, "緊急度を決める", "緊急度を記録する",
        "緊急度を記録しました。期限は受付の時刻から計算し直しています。",
    ),
    "fields": Act(forms.FieldsForm, _fields, "相談種別・注意", "記録する", "相談種別を記録しました。"),
    "note": Act(forms.NoteForm, _note, "庁内の記録を書く", "記録する", "庁内の記録を残しました。外には出ません。"),
    "read": Act(forms.TakeForm, _read, "未読の連絡", "読みました", "既読にしました。返事の期限は動いています。"),
    "watch": Act(
        forms.WatchForm, _watch, "見守りにする", "見守りにする",
        "見守りにしました。次に様子を見る日が来ると「今日の仕事」に出ます。戻すときは「対応に戻す」を押してください。",
    ),
    "work_again": Act(forms.TakeForm, _work_again, "対応に戻す", "対応に戻す", "対応に戻しました。"),
    "link": Act(forms.LinkForm, _link, "ほかの相談と結び付ける", "結び付ける", "結び付けました。内容は一つになりません。"),
    "close": Act(
        forms.CloseForm, _close, "完了にする", "完了にする",
        "完了にしました。まちがえたときは「再開する」で戻せます。相談者も30日のあいだ再開できます。",
        confirm=True, tells="consultation.closed", template="consultation.closed",
    ),
    "withdraw": Act(
        forms.ReasonForm, _withdraw, "取下げ（本人の申し出）", "取下げにする",
        "取下げにしました。まちがえたときは「再開する」で戻せます。",
        confirm=True, tells="consultation.withdrawn",
    ),
    "reopen": Act(
        forms.ReasonForm, _reopen, "再開する", "再開する",
        "再開しました。返事の期限があらためて動き出しています。",
        confirm=True, tells="consultation.reopened", template="consultation.reopened",
    ),
}  # fmt: skip
