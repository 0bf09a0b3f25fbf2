"""The acts of an issue and of a dialogue: a form, a verb of the services, what is said when it is done."""

from typing import Any

from chiba_ward.access.actor import Actor
from chiba_ward.casework.acting import Act
from regional_issues import forms
from regional_issues.models import LocalIssue
from regional_issues.services import dialogues, issues


def _issue(verb: Any) -> Any:
    """A verb that takes the row: read again, as it locks it itself."""

    def run(pk: int, by: Actor, form: Any) -> object:
        given = {key: value for key, value in form.cleaned_data.items() if key != "sure"}
        return verb(LocalIssue.objects.get(pk=pk), by=by, **given)

    return run


def _by_key(verb: Any) -> Any:
    def run(pk: int, by: Actor, form: Any) -> object:
        return verb(pk, by=by, **{key: value for key, value in form.cleaned_data.items() if key != "sure"})

    return run


ISSUE_ACTS: dict[str, Act] = {
    "assess": Act(forms.AssessForm, _by_key(issues.assess), "一次評価をする", "評価を決める", "評価を決めました。"),
    "table": Act(
        forms.TableForm, _issue(issues.table), "会議に付議する", "付議する",
        "付議しました。決まるまで、次の会議の次第に出ます。",
    ),
    "take_in_hand": Act(
        forms.TakeForm, _issue(issues.take_in_hand), "対応を始める", "対応を始める", "対応を始めました。"
    ),
    "watch": Act(
        forms.WatchForm, _issue(issues.watch), "長期の課題として見ていく", "長期管理にする", "長期管理にしました。"
    ),
    "look_again": Act(
        forms.LookForm, _issue(issues.look_again), "見たことを書き、次に見る日を決める", "書く", "書きました。"
    ),
    "source": Act(
        forms.SourceForm, _by_key(issues.add_source), "聞いたことを足す", "足す", "聞いたことを足しました。"
    ),
    "resolve": Act(forms.OutcomeForm, _issue(issues.resolve), "解決とする", "解決とする", "解決としました。"),
    "drop": Act(
        forms.OutcomeForm, _issue(issues.drop), "対象外とする", "理由を付けて対象外とする", "対象外としました。"
    ),
}  # fmt: skip
DIALOGUE_ACTS: dict[str, Act] = {
    "add": Act(
        forms.AddForm, _by_key(dialogues.add_opinions), "意見を足す", "意見を足す",
        "足しました。つぎは、名前などがないことを確かめます。",
    ),
    "correct": Act(
        forms.CorrectForm, _by_key(dialogues.correct), "意見の文を直す", "直す", "直しました。もう一度確かめてください。"
    ),
    "check": Act(
        forms.CheckForm, _by_key(dialogues.check), "名前などがないことを確かめる", "確かめた", "確かめました。"
    ),
    "to_issue": Act(
        forms.JoinForm, _by_key(dialogues.join_issue), "地域課題にまとめる", "まとめる",
        "まとめました。まちがえたときは「検討中に戻す」を使います。",
    ),
    "answer": Act(
        forms.AnswerForm, _by_key(dialogues.answer), "回答・ほかの機関へ・対応しない", "決める", "決めました。"
    ),
    "back": Act(forms.BackForm, _by_key(dialogues.take_back), "検討中に戻す", "戻す", "検討中に戻しました。"),
    "publish": Act(
        forms.SureForm, _by_key(dialogues.publish), "公開する", "公開する", "公開しました。だれでも読めます。"
    ),
    "withdraw": Act(
        forms.SureForm, _by_key(dialogues.withdraw), "公開をやめる", "公開をやめる", "公開をやめました。"
    ),
}  # fmt: skip
