"""Who sees which issue and which dialogue, and the vocabulary of both."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from regional_issues.enums import CLOSED, UNDECIDED, AgendaKind, DialogueState, IssueState, OpinionFate

if TYPE_CHECKING:  # named in the bases below, in quotes
    from chiba_ward.directory.models import Ward
    from regional_issues.models import CitizenDialogue, DialogueOpinion, LocalIssue  # noqa: F401


class LocalIssueQuerySet(models.QuerySet["LocalIssue"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(rows(actor, "local_issue.read"))

    def still_open(self) -> Self:
        return self.exclude(state__in=CLOSED)

    def due(self, day: dt.date | None = None) -> Self:
        """Somebody was to look again by that day."""
        return self.still_open().filter(next_on__lte=day or timezone.localdate())

    def for_next_agenda(self, ward: "Ward", kind: str, day: dt.date | None = None) -> Self:
        """What a meeting has still to decide, undecided issues of earlier meetings first of all.

        The ward's own meeting also sees again what is watched and due; the one with the bureaus what was tabled.
        """
        again = Q(state=IssueState.WATCHED, next_on__lte=day or timezone.localdate())
        wanted = Q(state=IssueState.TABLED)
        if kind != AgendaKind.LIAISON:
            wanted = Q(state__in=UNDECIDED) | again
        return self.filter(wanted, ward=ward).order_by("next_on", "pk")


class CitizenDialogueQuerySet(models.QuerySet["CitizenDialogue"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(rows(actor, "citizen_dialogue.read"))

    def published(self) -> Self:
        return self.filter(state=DialogueState.PUBLISHED)


class DialogueOpinionQuerySet(models.QuerySet["DialogueOpinion"]):
    def published(self) -> Self:
        """Of a dialogue that is put up, and checked by somebody for names."""
        return self.filter(dialogue__state=DialogueState.PUBLISHED, checked_at__isnull=False)

    def waiting(self) -> Self:
        return self.filter(fate=OpinionFate.WAITING)
