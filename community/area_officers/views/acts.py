"""The acts of an assignment, an entry, a promise and a 引継書: a form, a verb of the services, what is said then."""

from typing import Any

from chiba_ward.access.actor import Actor
from chiba_ward.casework.acting import Act
from community.area_officers.forms import assignment as assignment_forms
from community.area_officers.forms import hand_over as paper_forms
from community.area_officers.forms import notebook as notebook_forms
from community.area_officers.services import assignments, hand_over, notebook


def _leave(pk: int, by: Actor, form: Any) -> object:
    return assignments.leave(pk, by=by, **form.cleaned_data)


def _named(pk: int, by: Actor, form: Any) -> object:
    return assignments.show_name(pk, by=by, **form.cleaned_data)


ASSIGNMENT_ACTS: dict[str, Act] = {
    "leave": Act(
        assignment_forms.LeaveForm, _leave, "担当を終える日を決める", "終える日を記録する",
        "終える日を記録しました。その日までに、引継書を書きます。",
    ),
    "named": Act(
        assignment_forms.NamedForm, _named, "公開のページの名前", "記録する", "公開のページに出すものを記録しました。"
    ),
}  # fmt: skip


def _change(pk: int, by: Actor, form: Any) -> object:
    return notebook.correct(pk, by=by, **form.words)


def _promise(pk: int, by: Actor, form: Any) -> object:
    return notebook.promise(pk, by=by, **form.cleaned_data)


VISIT_ACTS: dict[str, Act] = {
    "promise": Act(
        notebook_forms.PromiseForm, _promise, "約束を足す", "約束を足す", "約束を足しました。期限が近づくと、今日の仕事に出ます。"
    ),
    "change": Act(notebook_forms.ChangeForm, _change, "記録を直す", "直す", "記録を直しました。"),
}  # fmt: skip


def _keep(pk: int, by: Actor, form: Any) -> object:
    return notebook.keep(pk, by=by)


def _fail(pk: int, by: Actor, form: Any) -> object:
    return notebook.fail(pk, by=by, **form.cleaned_data)


PROMISE_ACTS: dict[str, Act] = {
    "keep": Act(notebook_forms.KeepForm, _keep, "約束を守った", "守ったことを記録する", "守ったことを記録しました。"),
    "fail": Act(
        notebook_forms.FailForm, _fail, "約束を守れなかった", "理由を付けて記録する", "守れなかったことと理由を記録しました。"
    ),
}  # fmt: skip


def _receive(pk: int, by: Actor, form: Any) -> object:
    return hand_over.receive(pk, by=by)


PAPER_ACTS: dict[str, Act] = {
    "receive": Act(
        paper_forms.ReceiveForm, _receive, "読んで受領する", "受領する",
        "受領しました。引き継がれた約束は、あなたの今日の仕事に出ます。",
    ),
}  # fmt: skip
