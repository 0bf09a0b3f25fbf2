"""進行管理台帳 of the section: filtered by the address, in pages, as a file and on paper. No words of anybody stand in it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.policy import rows as rows_of
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import require_door
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.narrowing import Narrowing
from chiba_ward.ui.pagination import KeysetPaginator
from consultations import choices
from consultations.centre import names
from consultations.centre.enums import ENTRY_TONES, Category, EntryState
from consultations.centre.forms.entry import LedgerFilter
from consultations.centre.models import CaseTransfer, ProgressEntry
from consultations.centre.querysets import EntryQuerySet

PAGE, MOST_ON_PAPER = 50, 300
TABS = (("late", "評価日を過ぎた"), ("soon", "1か月以内"), ("all", "全部"), ("ended", "終わった"))
HEAD = ("受付番号", "区分", "主担当機関", "次回評価日", "状態", "載せた日")
NEWEST_FIRST, NEXT_FIRST = ("-next_on", "-pk"), ("next_on", "pk")


class Chosen(Narrowing):
    """What the address asks for: a tab and filters, over the rows that `right` gives."""

    def __init__(self, request: HttpRequest, right: str) -> None:
        actor = actor_of_request(request)
        mine = ProgressEntry.objects.visible_to(actor).filter(rows_of(actor, right))
        self.tab = request.GET.get("tab", "")
        self.tab = self.tab if self.tab in dict(TABS) else TABS[0][0]
        form = LedgerFilter(request.GET or None)
        leads, offices = mine.order_by().values_list("lead", flat=True).distinct(), choices.office_names()
        form.fields["lead"].choices = [
            ("", "すべて"), *sorted((str(pk), offices.get(pk, "")) for pk in set(leads)),
        ]  # fmt: skip
        super().__init__(request, form)
        self.rows = self._narrowed(mine)
        self.order = NEWEST_FIRST if self.tab == "ended" else NEXT_FIRST

    def _narrowed(self, mine: EntryQuerySet) -> EntryQuerySet:
        by_tab = {"late": mine.overdue, "soon": mine.due_soon, "all": mine.open, "ended": mine.ended}
        found = by_tab[self.tab]().select_related("consultation__matter")
        given = self.given
        wanted: dict[str, Any] = {name: given[name] for name in ("category", "lead") if given.get(name)}
        if number := given.get("number", ""):
            wanted["consultation__matter__receipt_no__startswith"] = number.upper()
        return found.filter(**wanted)

    def sorted(self) -> EntryQuerySet:
        return self.rows.order_by(*self.order)


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    actor, chosen = actor_of_request(request), Chosen(request, "progress_entry.read")
    page = KeysetPaginator(chosen.rows, chosen.order, size=PAGE).page(request.GET)
    _saw(page, Verb.LIST)
    context = {
        **_frame(actor),
        "tabs": [
            {"label": label, "url": f"?tab={name}", "is_current": name == chosen.tab} for name, label in TABS
        ],
        "chosen": chosen,
        "filter": chosen.form,
        "page": page,
        "rows": [_row(entry) for entry in page],
        "offered": CaseTransfer.objects.offered_to(actor).count(),
        "may_export": allows(actor, "progress_entry.export"),
        "has_any": chosen.is_narrowed or ProgressEntry.objects.visible_to(actor).exists(),
    }
    return staff_page(request, "centre/staff/ledger.html", context)


@staff_required
@require_safe
@fresh_sign_in_required(back="centre:ledger")
def ledger_csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered."""
    require_door(request)
    entries = list(Chosen(request, "progress_entry.export").sorted())
    _saw(entries, Verb.EXPORT)
    return csv_file("ledger", timezone.localdate(), HEAD, map(_cells, entries))


@staff_required
@require_safe
def ledger_print(request: HttpRequest) -> HttpResponse:
    """For the meeting in which all of them are looked at (実務者会議), with room to write."""
    require_door(request)
    chosen = Chosen(request, "progress_entry.export")
    entries = list(chosen.sorted()[: MOST_ON_PAPER + 1])
    _saw(entries[:MOST_ON_PAPER], Verb.PRINT)
    context = {
        **_frame(actor_of_request(request)),
        "rows": [_row(entry) for entry in entries[:MOST_ON_PAPER]],
        "is_cut": len(entries) > MOST_ON_PAPER,
        "most": MOST_ON_PAPER,
        "conditions": dict(TABS)[chosen.tab],
    }
    return staff_page(request, "centre/staff/ledger_print.html", context)


def _frame(actor: Actor) -> dict[str, Any]:
    centre = names.of_actor(actor)
    return {"title": f"{centre.name}　進行管理台帳", "centre": centre}


def _row(entry: ProgressEntry) -> dict[str, Any]:
    state = EntryState(entry.state)
    is_late = state == EntryState.OPEN and entry.next_on < timezone.localdate()
    return {
        "entry": entry,
        "number": entry.consultation.receipt_no,
        "category": Category(entry.category).label,
        "lead": choices.office_names().get(entry.lead_id, ""),
        "state": "評価日を過ぎています" if is_late else state.label,
        "tone": "overdue" if is_late else ENTRY_TONES[state],
    }


def _cells(entry: ProgressEntry) -> Iterable[object]:
    row = _row(entry)
    registered: dt.date = timezone.localdate(entry.registered_at)
    days = (entry.next_on.isoformat(), row["state"], registered.isoformat())
    return (row["number"], row["category"], row["lead"], *days)


def _saw(entries: Iterable[ProgressEntry], verb: Verb) -> None:
    some = list(entries)
    readlog.saw(
        "progress_entry", [one.pk for one in some], verb=verb, matters=[one.consultation_id for one in some]
    )
