"""Pages of a row with several acts: each act a form, a verb of the services, and what is said when it is done."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.casework.refusals import Refused


@dataclass(frozen=True)
class Act:
    """`heading` names the section, `button` what the press does, `done` what has happened and what is next.

    `is_awaited`: the row waits for it, so its form lies open.
    """

    form: type[Any]
    run: Callable[[int, Actor, Any], object]
    heading: str
    button: str
    done: str
    is_awaited: bool = False


@dataclass(frozen=True)
class Acts:
    """All acts of one page, in the order of the work. `keyword`: under what name its forms take the row; `moved`: what
    is said to whoever presses what another person's act has made impossible; `page`: where an act leads when it is done.
    """

    keyword: str
    known: Mapping[str, Act]
    open_to: Callable[[Actor, Any], Collection[str]]
    moved: str
    page: str
    show: Callable[..., HttpResponseBase] = field(repr=False)

    def form(self, name: str, row: Any, actor: Actor, *given: Any, **more: Any) -> Any:
        return self.known[name].form(*given, **{self.keyword: row}, actor=actor, prefix=name, **more)

    def press(self, request: HttpRequest, row: Any, name: str) -> HttpResponseBase:
        """One act. A refusal stands beside its field, and what was typed stays on the screen."""
        actor, known = actor_of_request(request), self.known.get(name)
        if known is None:
            raise Http404
        form = self.form(name, row, actor, request.POST)
        if name not in self.open_to(actor, row):
            messages.error(request, self.moved)
            return self.show(request, row, status=409)
        if form.is_valid():
            try:
                known.run(row.pk, actor, form)
            except Refused as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, known.done)
                return redirect(self.page, row.pk)
        return self.show(request, row, {name: form}, status=422)

    def shown(self, row: Any, actor: Actor, bound: Mapping[str, Any], **initial: Any) -> dict[str, Any]:
        """What a page needs to show them: those that are open now, each with its form.

        The form that lies open is the one that was refused, or else the one that the row waits for.
        """
        allowed = self.open_to(actor, row)
        acts = [
            (name, one, bound.get(name) or self.form(name, row, actor, **initial.get(name, {})))
            for name, one in self.known.items()
            if name in allowed
        ]
        awaited = (name for name, one, _ in acts if one.is_awaited)
        return {
            "acts": acts,
            "opened": next(iter(bound or awaited), ""),
            "form": next(iter(bound.values()), None),
        }


def add_refusal(form: Any, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)
