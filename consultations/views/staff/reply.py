"""回答: write, look at it as the resident will see it, send."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.request import PortalRequest
from chiba_ward.casework.models import TimelineEntry
from chiba_ward.correspondence import safe_contact, texts
from chiba_ward.correspondence.models import NoticeTemplate
from chiba_ward.directory.models import Office
from consultations import choices, lines, policy
from consultations.forms.staff import ReplyForm, StandardTextForm
from consultations.models import Consultation
from consultations.services import conversation
from consultations.services.base import MovedOn, unchanged_since
from consultations.views.staff import facts as screen
from consultations.workflow.errors import Refused


@staff_required
def write(request: PortalRequest, number: str) -> HttpResponse:
    """差し込む adds a standard text to what is written; 確かめる shows the preview; 送る sends what was previewed."""
    case = screen.find(request, number)
    if "reply" not in policy.acts_open_to(request.actor, case):
        raise Http404
    standard = StandardTextForm(request.POST if "insert" in request.POST else None, language=case.language)
    if "insert" in request.POST:
        return _page(
            request,
            case,
            ReplyForm(initial=_inserted(request, case, standard), case=case, actor=request.actor),
            standard,
        )
    form = ReplyForm(request.POST or None, case=case, actor=request.actor)
    if request.method != "POST" or not form.is_valid():
        return _page(request, case, form, standard)
    if "send" in request.POST:
        return _send(request, case, form, standard)
    return _page(request, case, form, standard, is_checked="edit" not in request.POST)


def _send(
    request: PortalRequest, case: Consultation, form: ReplyForm, standard: StandardTextForm
) -> HttpResponse:
    ask = form.cleaned_data["ask"]
    try:
        with unchanged_since(case.pk, screen.seen_of(request)):
            conversation.reply(case.pk, by=request.actor, body=form.cleaned_data["body"], ask=ask)
    except MovedOn as moved:
        return _page(request, case, form, standard, news=moved.news)
    except Refused as refused:
        form.add_error(None, refused.message)
        return _page(request, case, form, standard)
    following = (
        "相談者の返事が来るまで、期限の時計は止まります。" if ask else "次に様子を見る日が期限に入りました。"
    )
    messages.success(request, f"回答を送りました。{following}")
    return redirect("staff:case", case.receipt_no)


def _page(
    request: PortalRequest,
    case: Consultation,
    form: ReplyForm,
    standard: StandardTextForm,
    *,
    is_checked: bool = False,
    news: list[TimelineEntry] | None = None,
) -> HttpResponse:
    readlog.saw("consultation", [case.pk])
    contact = case.matter.contact
    medium = safe_contact.best_medium(contact)
    last = case.matter.timeline.order_by("-id").values_list("pk", flat=True).first()
    context = {
        "title": f"回答を書く {case.receipt_no}",
        "case": case,
        "form": form,
        "standard": standard,
        "preview": form.cleaned_data if is_checked else None,
        "medium": medium,
        "wished_but_unsafe": contact.preferred != "portal" and medium == "portal",
        "why_not": safe_contact.permitted(contact, contact.preferred).reason,
        "office": choices.office_names().get(case.desk_office_id, ""),
        "conversation": list(case.messages.select_related("posting__person")),
        "news": lines.lines_for(request.actor, case, news or ()),
        # After a preview the form has seen what the preview saw; somebody else's act in between is told.
        "seen": (not news and screen.seen_of(request)) or last or 0,
    }
    status = 409 if news else 422 if form.errors else 200
    return staff_page(request, "consultations/staff/reply.html", context, status=status)


def _inserted(request: PortalRequest, case: Consultation, standard: StandardTextForm) -> dict[str, object]:
    """What was typed so far, then the standard text with its words put in."""
    typed = request.POST.get("body", "").strip()
    text = filled(standard.cleaned_data["template"], case) if standard.is_valid() else ""
    return {"body": "\n\n".join(filter(None, [typed, text])), "ask": "ask" in request.POST}


def filled(row: NoticeTemplate, case: Consultation) -> str:
    """The standard text for this case: number, office, telephone, promised day (those words and no others)."""
    office: Office = case.desk_office
    version = office.version_on(timezone.localdate())
    promised = (
        case.matter.deadlines.running()
        .filter(kind=conversation.REPLY)
        .values_list("due_at", flat=True)
        .first()
    )
    values = {
        "number": case.receipt_no,
        "office_name": version.name if version else "",
        "office_phone": (version.telephone if version else "") or "区役所の代表電話",
        "promise_date": texts.promise(
            timezone.localdate(promised).isoformat() if promised else None, row.language
        ),
    }
    return texts.filled(row, lambda name: values.get(name, "")).body
