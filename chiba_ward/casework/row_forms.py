"""The form of one act on the page of a row. Field names are those that `Refused.field` uses."""

from typing import Any, ClassVar, cast

from chiba_ward.access.actor import Actor
from chiba_ward.ui.forms import PortalForm


class RowForm(PortalForm):
    """A form on the page of a row; it knows the row, under the name `keyword`, and who acts."""

    keyword: ClassVar[str]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        setattr(self, self.keyword, kwargs.pop(self.keyword))
        self.actor = actor
        super().__init__(*args, **kwargs)
        self.offer(cast("dict[str, Any]", self.fields))

    def offer(self, fields: dict[str, Any]) -> None:
        """Fill in the choices."""
