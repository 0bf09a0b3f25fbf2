"""The acts of an entry and of a 仲介: a form, a verb of the services, what is said when it is done."""

from collections.abc import Callable
from typing import Any

from chiba_ward.access.actor import Actor
from chiba_ward.casework.acting import Act
from chiba_ward.casework.enums import Channel
from community.matching import policy
from community.matching.forms import listing as listing_forms
from community.matching.forms import match as match_forms
from community.matching.models import Listing, Match, Need, Offer
from community.matching.services import listings, matches
from community.matching.views.numbers import key_of

Run = Callable[[int, Actor, Any], object]


def _change(model: type[Listing]) -> Run:
    return lambda pk, by, form: listings.change(model, pk, by=by, **form.words)


def _check(model: type[Listing]) -> Run:
    return lambda pk, by, form: listings.check(model, pk, by=by, **form.words)


def _withdraw(model: type[Listing], right: str) -> Run:
    return lambda pk, by, form: listings.withdraw(model, pk, by=by, right=right, **form.cleaned_data)


def _restore(model: type[Listing], right: str) -> Run:
    return lambda pk, by, form: listings.restore(model, pk, by=by, right=right)


def _publish(pk: int, by: Actor, form: Any) -> object:
    return listings.publish(pk, by=by, **form.cleaned_data)


def _propose(pk: int, by: Actor, form: Any) -> object:
    return matches.propose(pk, key_of(Offer, form.cleaned_data["offer_number"]), by=by)


WITHDRAWN = "取り下げました。まちがいのときは「取り下げを取り消す」で戻せます。"
RESTORED = "取り下げを取り消しました。区役所が、もう一度確かめます。"


def _ending(model: type[Listing], right: str) -> dict[str, Act]:
    return {
        "withdraw": Act(
            listing_forms.WithdrawForm, _withdraw(model, right), "取り下げる", "取り下げる", WITHDRAWN
        ),
        "restore": Act(
            listing_forms.RestoreForm,
            _restore(model, right),
            "取り下げを取り消す",
            "もう一度さがす",
            RESTORED,
        ),
    }


def _desk(model: type[Listing]) -> dict[str, Act]:
    checking = Act(
        listing_forms.CheckForm, _check(model), "内容を確かめる", "確かめた結果を記録する",
        "確かめた結果を記録しました。問題がなければ、相手をさがし始めます。",
    )  # fmt: skip
    changing = Act(listing_forms.ChangeForm, _change(model), "内容を直す", "直す", "内容を直しました。")
    return {"check": checking, "change": changing}


NEED_ACTS: dict[str, Act] = {
    "propose": Act(
        listing_forms.ProposeForm, _propose, "番号で相手を選ぶ", "両方に聞き始める",
        "両方に聞き始めました。返事は、団体がポータルで答えるか、電話で聞いて記録します。",
    ),
    **_desk(Need),
    "publish": Act(
        listing_forms.PublishForm, _publish, "地区のページに題名を載せる・下ろす", "記録する", "記録しました。"
    ),
    **_ending(Need, "work"),
}  # fmt: skip
OFFER_ACTS: dict[str, Act] = {**_desk(Offer), **_ending(Offer, "work")}
OWN_NEED_ACTS, OWN_OFFER_ACTS = _ending(Need, "write"), _ending(Offer, "write")


def _verb(verb: Callable[..., object]) -> Run:
    return lambda pk, by, form: verb(pk, by=by, **form.cleaned_data)


def _cancel(pk: int, by: Actor, form: Any) -> object:
    return matches.cancel(pk, by=by)


MATCH_ACTS: dict[str, Act] = {
    "answer": Act(
        match_forms.AnswerForm, _verb(matches.answer), "電話などで聞いた返事を記録する", "返事を記録する",
        "返事を記録しました。",
    ),
    "arrange": Act(
        match_forms.ArrangeForm, _verb(matches.arrange), "初回の日を決める・直す", "日を記録する",
        "初回の日を記録しました。会ったあとで「会って試した」を記録します。",
    ),
    "met": Act(match_forms.MetForm, _verb(matches.met), "会って試した", "会ったことを記録する", "会ったことを記録しました。"),
    "succeed": Act(
        match_forms.SucceedForm, _verb(matches.succeed), "成立した", "成立を記録する",
        "成立を記録しました。続いているかを確かめる日が「今日の仕事」に出ます。",
    ),
    "follow_up": Act(
        match_forms.FollowUpForm, _verb(matches.follow_up), "続いているかを確かめた", "確かめたことを記録する",
        "確かめたことを記録しました。",
    ),
    "note": Act(match_forms.NoteForm, _verb(matches.note), "経過を書く", "経過を記録する", "経過を記録しました。"),
    "fail": Act(
        match_forms.FailureForm, _verb(matches.fail), "不成立にする", "理由を付けて終わらせる",
        "不成立を記録しました。困りごとは、もう一度相手をさがします。",
    ),
    "cancel": Act(
        match_forms.CancelForm, _cancel, "まちがいなので取り消す", "取り消す",
        "取り消しました。数には入りません。",
    ),
}  # fmt: skip


def _own_side(by: Actor, pk: int) -> str:
    """The side whose officer this is; of both an organisation never is."""
    sides = policy.sides_of(by, Match.objects.visible_to(by).get(pk=pk))
    return sides[0] if sides else ""


def _yes(pk: int, by: Actor, form: Any) -> object:
    return matches.answer(
        pk, by=by, side=_own_side(by, pk), is_yes=True, channel=Channel.WEB, **form.cleaned_data
    )


def _no(pk: int, by: Actor, form: Any) -> object:
    return matches.answer(
        pk, by=by, side=_own_side(by, pk), is_yes=False, channel=Channel.WEB, **form.cleaned_data
    )


ANSWER_ACTS: dict[str, Act] = {
    "yes": Act(
        match_forms.YesForm, _yes, "承諾する", "承諾する",
        "承諾しました。相手も承諾すると、区役所が初回の日を決めます。",
    ),
    "no": Act(match_forms.NoForm, _no, "断る", "理由を付けて断る", "断ったことを伝えました。"),
}  # fmt: skip
