"""The acts of an entry, of a plan and of a transfer: a form, a verb of the services, what is said when it is done."""

from typing import Any

from chiba_ward.access.actor import Actor
from consultations.centre.forms import entry as entry_forms
from consultations.centre.forms import plan as plan_forms
from consultations.centre.forms import transfer as transfer_forms
from consultations.centre.services import entries, plans, transfers
from consultations.views.acting import Act


def _evaluate(pk: int, by: Actor, form: Any) -> object:
    return entries.evaluate(pk, by=by, **form.cleaned_data)


def _lead(pk: int, by: Actor, form: Any) -> object:
    return entries.name_lead(pk, by=by, **form.cleaned_data)


def _end(pk: int, by: Actor, form: Any) -> object:
    return entries.end(pk, by=by, **form.cleaned_data)


def _transfer(pk: int, by: Actor, form: Any) -> object:
    wanted = {name: form.cleaned_data[name] for name in ("ward", "reason", "caller", "called")}
    return transfers.ask(pk, by=by, called_at=form.moment, **wanted)


ENTRY_ACTS: dict[str, Act] = {
    "evaluate": Act(
        entry_forms.EvaluateForm, _evaluate, "評価を記録する", "評価を記録する",
        "評価を記録しました。次回評価日が来ると「今日の仕事」に出ます。",
    ),
    "lead": Act(
        entry_forms.LeadForm, _lead, "主担当機関を替える", "替える", "主担当機関を替えました。"
    ),
    "transfer": Act(
        entry_forms.TransferForm, _transfer, "ほかの区へ移管を頼む", "移管を頼む",
        "移管を頼みました。相手が名前で受け入れるまで、自分の課が預かります。",
    ),
    "end": Act(entry_forms.EndForm, _end, "台帳から外す", "台帳から外す", "台帳から外しました。記録は残ります。"),
}  # fmt: skip


def _change(pk: int, by: Actor, form: Any) -> object:
    return plans.change(pk, by=by, **form.cleaned_data)


def _hand(pk: int, by: Actor, form: Any) -> object:
    return plans.hand(pk, by=by, **form.cleaned_data)


def _end_plan(pk: int, by: Actor, form: Any) -> object:
    return plans.end(pk, by=by, **form.cleaned_data)


PLAN_ACTS: dict[str, Act] = {
    "hand": Act(
        plan_forms.HandForm, _hand, "本人に渡した", "渡した日を記録する",
        "渡した日を記録しました。これからは書き直せません。",
    ),
    "change": Act(plan_forms.ChangeForm, _change, "書き直す", "書き直す", "書き直しました。"),
    "end": Act(plan_forms.EndForm, _end_plan, "プランを終える", "プランを終える", "プランを終えました。"),
}  # fmt: skip


def _accept(pk: int, by: Actor, form: Any) -> object:
    return transfers.accept(pk, by=by)


def _give_back(pk: int, by: Actor, form: Any) -> object:
    return transfers.give_back(pk, by=by, **form.cleaned_data)


def _withdraw(pk: int, by: Actor, form: Any) -> object:
    return transfers.withdraw(pk, by=by)


TRANSFER_ACTS: dict[str, Act] = {
    "accept": Act(
        transfer_forms.AcceptForm, _accept, "受け入れる", "自分の名前で受け入れる",
        "受け入れました。あなたが担当になりました。つぎは、主担当機関と次回評価日を確かめてください。",
    ),
    "give_back": Act(
        transfer_forms.GiveBackForm, _give_back, "返す", "理由を付けて返す", "返しました。頼んだ課に知らせました。"
    ),
    "withdraw": Act(
        transfer_forms.WithdrawForm, _withdraw, "移管を取りやめる", "取りやめる", "移管を取りやめました。"
    ),
}  # fmt: skip
