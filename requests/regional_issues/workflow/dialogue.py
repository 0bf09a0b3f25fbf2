"""A dialogue is entered and then put up; it may be taken back to be corrected."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from regional_issues.enums import DialogueState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = DialogueState


class DialogueWorkflow(FSMModelMixin, models.Model):
    state = StateField("状態", max_length=10, choices=S.choices, default=S.ENTERED)

    class Meta:
        abstract = True

    @transition(state, source=S.ENTERED, target=S.PUBLISHED)
    def publish(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """公開する: only opinions that somebody has checked for names come out."""
        self.published_by, self.published_at = by, at

    @transition(state, source=S.PUBLISHED, target=S.ENTERED)
    def withdraw(self: Any) -> None:
        """公開をやめる, where something was wrong."""
        self.published_by, self.published_at = None, None
