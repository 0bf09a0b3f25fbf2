"""States of a file: checked → taken or discarded. The methods change fields only."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from community.open_data.enums import FileState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = FileState


class DataFileWorkflow(FSMModelMixin, models.Model):
    """確かめる → 取り込む, or 取りやめる: what the file held is kept no longer than until then."""

    state = StateField("状態", max_length=10, choices=S.choices, default=S.CHECKED)

    class Meta:
        abstract = True

    @transition(state, source=S.CHECKED, target=S.TAKEN)
    def take(self: Any, *, by: "Posting | None", at: dt.datetime) -> None:
        """取り込んだ; `by` is None for the command, which acts for whoever runs the server."""
        self.settled_by, self.settled_at, self.content = by, at, None

    @transition(state, source=S.CHECKED, target=S.DISCARDED)
    def discard(self: Any, *, by: "Posting | None", at: dt.datetime) -> None:
        """取りやめた: by a person, or by itself where nobody came back to it."""
        self.settled_by, self.settled_at, self.content = by, at, None
