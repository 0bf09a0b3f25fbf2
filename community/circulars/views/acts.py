"""The acts of a circular and of a 班: a form, a verb of the services, what is said when it is done."""

from typing import Any

from chiba_ward.access.actor import Actor
from chiba_ward.casework.acting import Act
from community.circulars.forms import circular as circular_forms
from community.circulars.forms import groups as group_forms
from community.circulars.services import circulars, groups


def _post(pk: int, by: Actor, form: Any) -> object:
    given = form.cleaned_data
    return circulars.post(pk, by=by, groups=given["groups"], households=given["households"])


def _correct(pk: int, by: Actor, form: Any) -> object:
    return circulars.correct(pk, by=by, **form.cleaned_data)


def _recall(pk: int, by: Actor, form: Any) -> object:
    return circulars.recall(pk, by=by, **form.cleaned_data)


def _end(pk: int, by: Actor, form: Any) -> object:
    return circulars.end(pk, by=by)


CIRCULAR_ACTS: dict[str, Act] = {
    "post": Act(circular_forms.PostForm, _post, "掲載する", "送り先に掲載する", "掲載しました。世帯の画面に出ています。", is_awaited=True),
    "correct": Act(
        circular_forms.CorrectForm, _correct, "訂正する", "訂正を掲載する",
        "訂正を掲載しました。前の文を読んだ世帯にも、何を直したかが出ます。",
    ),
    "recall": Act(
        circular_forms.RecallForm, _recall, "取り下げる", "理由を付けて取り下げる",
        "取り下げました。同じ画面に、取り下げたことと理由が出ています。",
    ),
    "end": Act(circular_forms.EndForm, _end, "早めに掲載を終える", "掲載を終える", "掲載を終えました。数は残ります。"),
}  # fmt: skip


def _change(pk: int, by: Actor, form: Any) -> object:
    return groups.change(pk, by=by, **form.cleaned_data)


def _add(pk: int, by: Actor, form: Any) -> object:
    return groups.add_households(pk, by=by, **form.cleaned_data)


def _leave(pk: int, by: Actor, form: Any) -> object:
    return groups.leave(pk, by=by, **form.cleaned_data)


def _paper(pk: int, by: Actor, form: Any) -> object:
    return groups.put_on_paper(pk, by=by, **form.cleaned_data)


def _end_group(pk: int, by: Actor, form: Any) -> object:
    return groups.end(pk, by=by)


GROUP_ACTS: dict[str, Act] = {
    "change": Act(group_forms.ChangeForm, _change, "班を直す", "直す", "直しました。"),
    "add": Act(group_forms.AddForm, _add, "世帯を増やす", "増やす", "増やしました。つぎは、鍵を印刷します。"),
    "leave": Act(group_forms.LeaveForm, _leave, "世帯を減らす", "減らす", "減らしました。"),
    "paper": Act(group_forms.PaperForm, _paper, "紙で受け取る世帯を選ぶ", "この番号を紙にする", "紙で受け取る世帯を直しました。"),
    "end": Act(group_forms.EndForm, _end_group, "班をなくす", "なくす", "班をなくしました。これまでの数は残ります。"),
}  # fmt: skip
