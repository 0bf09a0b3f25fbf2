"""The base of every ModelAdmin: permission from the posting and the policy table, never from Django groups."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from chiba_ward.access import policy
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.fresh import ask_again, is_fresh
from chiba_ward.access.policy import Action, Kind

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyStackedInline = admin.StackedInline[Any, Any]
else:  # the classes of Django take no parameters at run time
    AnyModelAdmin = admin.ModelAdmin
    AnyStackedInline = admin.StackedInline


class PostingPermissions:
    """Mixed into admins and inlines. `kind` chooses the row of the policy table."""

    kind: ClassVar[Kind] = Kind.MASTER

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, Action.VIEW)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, Action.ADD)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, Action.CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, Action.DELETE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(policy.actions(actor_of_request(request), self.kind))

    def _may(self, request: HttpRequest, action: Action) -> bool:
        return policy.may(actor_of_request(request), action, self.kind)


class PortalModelAdmin(PostingPermissions, AnyModelAdmin):
    """Master data in the stock admin: Japanese empty values, facet counts, no bulk deletion by accident."""

    empty_value_display = "(なし)"
    list_per_page = 50
    show_facets = admin.ShowFacets.ALWAYS
    actions: ClassVar[Any] = None  # type: ignore[misc]  # None switches the action bar off

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        return self._asked_again(request) or super().changeform_view(
            request, object_id, form_url, extra_context
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """A POST is an action on the ticked rows."""
        asked = self._asked_again(request) if request.method == "POST" else None
        return asked or super().changelist_view(request, extra_context)

    def _asked_again(self, request: HttpRequest) -> HttpResponse | None:
        """Whoever changes who may do what proves again who they are (ASSURANCE SE6)."""
        changes = self.kind is Kind.PEOPLE and self._may(request, Action.CHANGE)
        return ask_again(request) if changes and not is_fresh(request) else None


class PortalStackedInline(PostingPermissions, AnyStackedInline):
    """Rows below their parent. Stacked: the extra rows of a tabular one have no labels (FRONTEND §5)."""

    extra = 0
