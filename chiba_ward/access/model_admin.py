"""The base of every ModelAdmin: permission from the posting and the policy table, never from Django groups."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from chiba_ward.access import policy, readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.policy import Action, Kind
from chiba_ward.access.readlog import Verb

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyStackedInline = admin.StackedInline[Any, Any]
else:  # the classes of Django take no parameters at run time
    AnyModelAdmin = admin.ModelAdmin
    AnyStackedInline = admin.StackedInline


REDIRECT = 302  # saved, or a row that is not there


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
    """Master data in the stock admin: Japanese empty values, facet counts, no bulk deletion by accident.

    `read_log_kind` names rows about people: whoever lists or opens them stands in the read log.
    """

    read_log_kind: ClassVar[str] = ""
    empty_value_display = "(なし)"
    list_per_page = 50
    show_facets = admin.ShowFacets.ALWAYS
    actions: ClassVar[Any] = None  # type: ignore[misc]  # None switches the action bar off

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        response = super().changelist_view(request, extra_context)
        if self.read_log_kind:
            shown = getattr(response, "context_data", None) or {}
            rows = [row.pk for row in shown["cl"].result_list] if "cl" in shown else shown.get("keys", [])
            readlog.saw(self.read_log_kind, rows, verb=Verb.LIST, words=request.GET.get("q", ""))
        return response

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        self._opened(response, object_id)
        return response

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        self._opened(response, object_id)
        return response

    def _opened(self, response: HttpResponse, object_id: Any) -> None:
        if self.read_log_kind and response.status_code != REDIRECT and str(object_id).isdigit():
            readlog.saw(self.read_log_kind, [int(object_id)])


class PortalStackedInline(PostingPermissions, AnyStackedInline):
    """Rows below their parent. Stacked: the extra rows of a tabular one have no labels (FRONTEND §5)."""

    extra = 0
