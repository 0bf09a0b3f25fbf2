"""The acts of a meeting and of a decision: a form, a verb of the services, what is said when it is done."""

from collections.abc import Callable
from typing import Any

from chiba_ward.access.actor import Actor
from chiba_ward.casework.acting import Act
from regional_issues.meetings.forms import meetings as forms
from regional_issues.meetings.services import agenda, decisions, meetings

Verb = Callable[..., object]


def _with_words(verb: Verb) -> Callable[[int, Actor, Any], object]:
    """The fields of the form are the words of the verb; a box to tick off is the form's own."""

    def run(pk: int, by: Actor, form: Any) -> object:
        return verb(pk, by=by, **{key: value for key, value in form.cleaned_data.items() if key != "sure"})

    return run


def _postpone(pk: int, by: Actor, form: Any) -> object:
    return meetings.postpone(pk, by=by, starts_at=form.starts_at)


RUN_ACTS: dict[str, Act] = {
    "record": Act(forms.RecordForm, _with_words(agenda.record), "結果と要点を記録する", "記録する", "記録しました。"),
    "decide": Act(
        forms.DecideForm, _with_words(agenda.decide), "決定を記録する", "決定を記録する",
        "決定を記録しました。期限までに報告がないと、次の区内調整会議の次第に載ります。",
    ),
    "answer_for": Act(
        forms.AnswerForForm, _with_words(meetings.answer_for), "電話などで聞いた出欠を入れる", "返事を入れる",
        "返事を入れました。",
    ),
    "add": Act(forms.AddItemForm, _with_words(agenda.add), "議題を足す", "次第に足す", "次第に足しました。"),
    "show_to": Act(forms.ShowToForm, _with_words(agenda.show_to), "見せる範囲を変える", "変える", "変えました。"),
    "move": Act(forms.MoveForm, _with_words(agenda.move), "議題の順番を変える", "動かす", "順番を変えました。"),
    "off": Act(forms.TakeOffForm, _with_words(agenda.take_off), "議題を次第から外す", "外す", "次第から外しました。"),
    "invite": Act(forms.InviteForm, _with_words(meetings.invite), "招集先を足す", "足す", "招集先に足しました。"),
    "call": Act(
        forms.CallForm, _with_words(meetings.call), "招集する", "招集する",
        "招集しました。招集先の画面に出ています。返事のないところには電話をしてください。",
    ),
    "hold": Act(
        forms.HoldForm, _with_words(meetings.hold), "開催を終える", "開催を終える",
        "開催を記録しました。結果のない議題は、次の次第に載ります。",
    ),
    "draft": Act(
        forms.DraftForm, _with_words(meetings.draft), "会議録を所属長に回す", "回す", "所属長に回しました。"
    ),
    "supplement": Act(forms.SupplementForm, _with_words(meetings.supplement), "追補する", "追補する", "追補しました。"),
    "postpone": Act(
        forms.PostponeForm, _postpone, "日時を変える（延期）", "日時を変える", "日時を変えました。出欠は、もう一度聞きます。"
    ),
}  # fmt: skip
APPROVAL_ACTS: dict[str, Act] = {
    "approve": Act(
        forms.ApproveForm, _with_words(meetings.approve), "会議録を確定する", "確定する",
        "確定しました。このあとは、追補だけができます。",
    ),
    "send_back": Act(
        forms.SendBackForm, _with_words(meetings.send_back), "書き直してもらう", "差し戻す", "差し戻しました。"
    ),
}  # fmt: skip
ANSWER_ACTS: dict[str, Act] = {
    "answer": Act(
        forms.AnswerForm, _with_words(meetings.answer), "出欠を返す", "返事を送る", "返事を送りました。"
    ),
}
REPORT_ACTS: dict[str, Act] = {
    "report": Act(
        forms.ReportForm, _with_words(decisions.report), "完了を報告する", "報告する", "報告しました。"
    ),
}
STEER_ACTS: dict[str, Act] = {
    "change": Act(
        forms.ChangeForm,
        _with_words(decisions.change),
        "決め直す",
        "決め直す",
        "決め直しました。前の決定も残っています。",
    ),
    "withdraw": Act(
        forms.WithdrawForm, _with_words(decisions.withdraw), "取りやめる", "取りやめる", "取りやめました。"
    ),
}
