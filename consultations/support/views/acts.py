"""The acts of a meeting and of a plan: a form, a verb of the services, and what is said when it is done."""

from typing import Any

from chiba_ward.access.actor import Actor
from consultations.support.forms import meeting as forms
from consultations.support.forms import plan as plan_forms
from consultations.support.services import consents, meetings, minutes, papers, plans, tasks
from consultations.views.acting import Act


def _member(pk: int, by: Actor, form: Any) -> object:
    return meetings.add_member(pk, by=by, **form.cleaned_data)


def _pledge(pk: int, by: Actor, form: Any) -> object:
    data = dict(form.cleaned_data)
    return meetings.pledge(pk, data.pop("member").pk, by=by, **data)


def _drop(pk: int, by: Actor, form: Any) -> object:
    return meetings.drop_member(pk, form.cleaned_data["member"].pk, by=by)


def _subject(pk: int, by: Actor, form: Any) -> object:
    return meetings.add_subject(pk, by=by, party=form.cleaned_data["party"])


def _take_off(pk: int, by: Actor, form: Any) -> object:
    return meetings.take_off(pk, int(form.cleaned_data["subject"]), by=by)


def _consent(pk: int, by: Actor, form: Any) -> object:
    return consents.record_for_members(pk, by=by, **form.cleaned_data)


def _agenda(pk: int, by: Actor, form: Any) -> object:
    return meetings.add_agenda(pk, by=by, title=form.cleaned_data["title"])


def _hand_out(pk: int, by: Actor, form: Any) -> object:
    return meetings.add_hand_out(pk, by=by, title=form.cleaned_data["title"])


def _fix(pk: int, by: Actor, form: Any) -> object:
    return meetings.fix_members(pk, by=by)


def _reopen(pk: int, by: Actor, form: Any) -> object:
    return meetings.reopen_members(pk, by=by)


def _hold(pk: int, by: Actor, form: Any) -> object:
    chosen = [int(one) for one in form.cleaned_data["attended"]]
    return meetings.hold(pk, by=by, held_at=form.moment, attended=chosen)


def _cancel(pk: int, by: Actor, form: Any) -> object:
    return meetings.cancel(pk, by=by, reason=form.cleaned_data["reason"])


def _collect(pk: int, by: Actor, form: Any) -> object:
    return papers.collect(pk, [int(one) for one in form.cleaned_data["copies"]], by=by)


def _task(pk: int, by: Actor, form: Any) -> object:
    return tasks.give(pk, by=by, **form.cleaned_data)


def _minutes(pk: int, by: Actor, form: Any) -> object:
    return minutes.write(pk, by=by, **form.cleaned_data)


def _review(pk: int, by: Actor, form: Any) -> object:
    return meetings.set_review(pk, by=by, **form.cleaned_data)


def _supplement(pk: int, by: Actor, form: Any) -> object:
    return minutes.supplement(pk, by=by, text=form.cleaned_data["text"])


# In the order of the work.
ACTS: dict[str, Act] = {
    "member": Act(
        forms.MemberForm, _member, "構成員になる人を招く", "招く人に足す",
        "足しました。守秘義務の根拠と誓約がそろうと、構成員にできます。",
    ),
    "pledge": Act(forms.PledgeForm, _pledge, "誓約を記録する", "誓約を記録する", "誓約を記録しました。"),
    "drop_member": Act(forms.WhoForm, _drop, "招く人から外す", "外す", "外しました。"),
    "consent": Act(
        forms.ConsentForm, _consent, "対象者の同意を記録する", "同意を記録する",
        "構成員の課・機関ごとに、同意を記録しました。一つずつ取りやめられます。",
    ),
    "subject": Act(
        forms.PartyForm, _subject, "対象者を足す", "対象者に足す", "対象者に足しました。"
    ),
    "take_off": Act(forms.SubjectForm, _take_off, "対象者から外す", "外す", "対象者から外しました。"),
    "agenda": Act(forms.TitleForm, _agenda, "議題を足す", "議題を足す", "議題を足しました。"),
    "hand_out": Act(
        forms.HandOutForm, _hand_out, "資料を足す", "資料を足す", "資料を足しました。写しには構成員の番号が付きます。"
    ),
    "fix": Act(
        forms.SureForm, _fix, "構成員を確定する", "構成員を確定する",
        "構成員を確定しました。構成員の課・機関だけが、この会議を見られます。",
    ),
    "reopen": Act(
        forms.NothingForm, _reopen, "構成員を決め直す", "構成員を決め直す",
        "準備中に戻しました。もう一度確定するまで、構成員には見えません。",
    ),
    "hold": Act(
        forms.HoldForm, _hold, "開催を記録する", "開催を記録する",
        "開催を記録しました。つぎは、役割分担と会議録を書きます。",
    ),
    "task": Act(
        forms.TaskForm, _task, "役割分担を足す", "役割を渡す", "役割を渡しました。相手の「今日の仕事」に出ます。"
    ),
    "minutes": Act(
        forms.MinutesForm, _minutes, "会議録を書く", "下書きを保存する", "下書きを保存しました。所属長が確定します。"
    ),
    "review": Act(
        forms.ReviewForm, _review, "次に見直す日と主担当を決める", "記録する", "次に見直す日を記録しました。"
    ),
    "collect": Act(forms.CollectForm, _collect, "資料の回収を記録する", "回収を記録する", "回収を記録しました。"),
    "supplement": Act(forms.SupplementForm, _supplement, "追補を書く", "追補を残す", "追補を残しました。"),
    "cancel": Act(forms.CancelForm, _cancel, "会議を中止する", "中止にする", "中止にしました。"),
}  # fmt: skip


def _change(pk: int, by: Actor, form: Any) -> object:
    return plans.change(pk, by=by, **form.cleaned_data)


def _person(pk: int, by: Actor, form: Any) -> object:
    return plans.add_person(pk, by=by, party=form.cleaned_data["party"])


def _sign(pk: int, by: Actor, form: Any) -> object:
    data = dict(form.cleaned_data)
    return plans.sign(pk, data.pop("person").pk, by=by, **data)


def _plan_task(pk: int, by: Actor, form: Any) -> object:
    return tasks.plan_task(pk, by=by, **form.cleaned_data)


def _decide(pk: int, by: Actor, form: Any) -> object:
    return plans.decide(pk, by=by, **form.cleaned_data)


def _monitor(pk: int, by: Actor, form: Any) -> object:
    return plans.monitor(pk, by=by, **form.cleaned_data)


def _close(pk: int, by: Actor, form: Any) -> object:
    return plans.close(pk, by=by, **form.cleaned_data)


PLAN_ACTS: dict[str, Act] = {
    "change": Act(plan_forms.ChangeForm, _change, "目標と課題を直す", "直す", "直しました。"),
    "person": Act(plan_forms.PersonForm, _person, "対象者を足す", "対象者に足す", "対象者に足しました。"),
    "sign": Act(plan_forms.SignForm, _sign, "署名を記録する", "署名を記録する", "署名を記録しました。"),
    "task": Act(
        plan_forms.PlanTaskForm, _plan_task, "役割分担を足す", "役割を足す",
        "足しました。プランを決定すると、相手に渡ります。",
    ),
    "decide": Act(
        plan_forms.DecideForm, _decide, "プランを決定する", "決定する",
        "決定しました。役割を受け持つ課・機関に、お知らせが出ます。",
    ),
    "more_task": Act(
        plan_forms.PlanTaskForm, _plan_task, "役割分担を足す", "役割を渡す", "役割を渡しました。"
    ),
    "monitor": Act(
        plan_forms.MonitorForm, _monitor, "様子を確かめた", "記録する", "記録しました。次に確かめる日が来ると「今日の仕事」に出ます。"
    ),
    "close": Act(
        plan_forms.CloseForm, _close, "プランを終える", "プランを終える", "プランを終えました。"
    ),
}  # fmt: skip
