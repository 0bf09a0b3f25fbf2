"""相談を送る: one question group a screen, then 確かめる, then the receipt (J1)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chiba_ward.access import case_keys
from chiba_ward.access.actor import CASE_KEY
from chiba_ward.access.public import public
from chiba_ward.access.request import PortalRequest
from chiba_ward.casework import drafts
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.models import Draft
from chiba_ward.casework.passphrase import PassphraseBusyError
from chiba_ward.directory import selectors
from chiba_ward.ui.forms import PortalForm
from consultations import urgency, wizard
from consultations.forms.intake import STEP_TITLES, STEPS
from consultations.receipts import promise_now, reading_now
from consultations.services import submission
from consultations.views.answers import keep_files, remove_file, shown_answers, with_address

KIND = "consultation"
MOST_NUMBERS = 4  # more than a frightened person reads


@public
def start(request: PortalRequest) -> HttpResponse:
    """What will happen, the promise, and the numbers for danger; a press on 始める makes the draft."""
    if request.method != "POST":
        context = {"promise_at": promise_now(), "reading": reading_now()}
        return render(request, "consultations/citizen/start.html", context)
    actor = request.actor
    draft = drafts.start(
        KIND, user=actor.user if actor.is_citizen else None, shared=request.POST.get("shared") == "on"
    )
    return drafts.remember(request, redirect("consult:step", draft.pk, wizard.NAMES[0]), draft)


@public
def step(request: PortalRequest, draft_id: UUID, name: str) -> HttpResponse:
    """One screen. 次へ checks it; 保存して中断 keeps even what is not right yet; the buttons for the
    address and the files come back to the same screen."""
    if name not in STEPS:
        raise Http404
    draft = drafts.find(request, draft_id)
    if draft is None:
        return _begin_again(request, name)
    if draft.matter_id:
        return _already_sent(request, draft)
    if not wizard.may_open(draft, name):
        return redirect("consult:step", draft.pk, wizard.first_unfinished(draft))
    if request.method != "POST":
        return _screen(request, draft, name, wizard.form_for(draft, name))
    try:
        return _answer(request, draft, name)
    except drafts.DraftExpired:  # gone, or sent from another tab, between finding it and writing to it
        return _begin_again(request, name)


def _answer(request: PortalRequest, draft: Draft, name: str) -> HttpResponse:
    form = STEPS[name](data=request.POST, files=request.FILES)
    drafts.save(draft, name, wizard.raw_answers(request.POST, form))
    problems = keep_files(request, draft) if name == "story" else []
    if "remove_file" in request.POST:
        remove_file(request, draft)
        return redirect(f"{request.path}#files")
    if "find_address" in request.POST:
        if with_address(draft, name, request.POST, form):
            return redirect(f"{request.path}#id_postal_code")
        return _screen(request, draft, name, form, status=422)
    if "suspend" in request.POST and not problems:
        return redirect("consult:saved", draft.pk)
    if form.is_valid() and not problems:
        following = wizard.neighbour(name, +1)
        return (
            redirect("consult:step", draft.pk, following)
            if following
            else redirect("consult:check", draft.pk)
        )
    for problem in problems:
        form.add_error("files", problem)
    return _screen(request, draft, name, form, status=422)


@public
def check(request: PortalRequest, draft_id: UUID) -> HttpResponse:
    """確かめる, and send. A second press, a retry or a lost answer gives the same number again."""
    draft = drafts.find(request, draft_id)
    if draft is None:
        return _begin_again(request, "")
    if request.method == "POST":
        return _send(request, draft)
    if draft.matter_id:
        return _already_sent(request, draft)
    unfinished = wizard.first_unfinished(draft)
    if unfinished:
        return redirect("consult:step", draft.pk, unfinished)
    desk = wizard.desk_for(draft)
    context = {
        "draft": draft,
        "groups": [(name, STEP_TITLES[name], shown_answers(draft, name)) for name in wizard.NAMES],
        "files": list(draft.files.all()),
        "promise_at": promise_now(min((hit.urgency for hit in wizard.hits_in(draft)), default=""), desk),
        "reading": reading_now(desk),
        "steps": _steps(),
        **_danger(draft),
    }
    return render(request, "consultations/citizen/check.html", context)


def _already_sent(request: PortalRequest, draft: Draft) -> HttpResponse:
    """The back button after sending: nothing is sent twice, and the way to the case is shown."""
    messages.info(request, _("この相談は、もう受け付けています。二重には送られません。"))
    if draft.user_id and draft.matter:
        return redirect("my_case", draft.matter.receipt_no)
    return redirect("status:case" if request.actor.matter_id == draft.matter_id else "status:login")


def _send(request: PortalRequest, draft: Draft) -> HttpResponse:
    try:
        sent = submission.submit(
            draft, by=request.actor, channel=Channel.WEB, language=get_language() or "ja"
        )
    except PassphraseBusyError:
        messages.warning(
            request, _("混み合っています。少し待って、もう一度「この内容で送る」を押してください。")
        )
        return redirect("consult:check", draft.pk)
    except drafts.DraftExpired:
        return _begin_again(request, "")
    if sent is None:
        return redirect("consult:step", draft.pk, wizard.first_unfinished(draft) or wizard.NAMES[0])
    if not draft.user_id:  # an account holder needs no key, and a new session would lock out a second press
        case_keys.grant(request.session, CASE_KEY, sent.matter.pk)
    context = {"sent": sent, "draft": draft, "reading": reading_now(sent.matter.consultation.desk_office)}
    response = render(request, "consultations/citizen/receipt.html", context)
    return drafts.forget(response) if draft.is_shared_terminal else response


def _begin_again(request: PortalRequest, name: str) -> HttpResponse:
    """The draft is gone or is not this browser's. What was typed on this screen goes into a new one."""
    if request.method != "POST" or not name:
        messages.warning(request, _("書きかけが見つかりません。保存の期限が過ぎたか、ほかの端末のものです。"))
        return redirect("consult:start")
    actor = request.actor
    draft = drafts.start(KIND, user=actor.user if actor.is_citizen else None)
    drafts.save(draft, name, wizard.raw_answers(request.POST, STEPS[name](data=request.POST)))
    keep_files(request, draft)
    messages.warning(
        request,
        _(
            "書きかけの保存の期限が過ぎていたので、新しく作りました。いま書いた画面の内容は残っています。前の画面から確かめてください。"
        ),
    )
    return drafts.remember(
        request, redirect("consult:step", draft.pk, wizard.first_unfinished(draft) or name), draft
    )


def _screen(
    request: PortalRequest, draft: Draft, name: str, form: PortalForm, status: int = 200
) -> HttpResponse:
    context = {
        "draft": draft,
        "form": form,
        "name": name,
        "title": STEP_TITLES[name],
        "steps": _steps(),
        "position": wizard.NAMES.index(name) + 1,
        "previous": wizard.neighbour(name, -1),
        "files": list(draft.files.all()) if name == "story" else [],
        **_danger(draft),
    }
    return render(request, "consultations/citizen/step.html", context, status=status)


def _danger(draft: Draft) -> dict[str, Any]:
    """Emergency numbers come first where the words ask for them; they never stop anybody from sending."""
    topics = urgency.danger_topics(wizard.hits_in(draft))
    if not topics:
        return {"danger_numbers": []}
    numbers = selectors.emergency_numbers(topics)
    fitting = [one for one in numbers if any(map(one.answers, topics))]
    return {
        "danger_numbers": fitting[:MOST_NUMBERS] or numbers,
        "reading": reading_now(wizard.desk_for(draft)),
    }


def _steps() -> list[str]:
    return [_("困りごと"), _("内容"), _("住まい"), _("連絡"), _("確認")]
