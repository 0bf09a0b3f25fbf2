"""The base of every ModelAdmin: permission from the posting and `policy.yaml`, never from Django groups."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.fresh import ask_again, is_fresh
from chiba_ward.access.policy import allows, object_of
from chiba_ward.access.readlog import Verb

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyStackedInline = admin.StackedInline[Any, Any]
else:  # the classes of Django take no parameters at run time
    AnyModelAdmin = admin.ModelAdmin
    AnyStackedInline = admin.StackedInline


REDIRECT = 302  # saved, or a row that is not there


class PostingPermissions:
    """Mixed into admins and inlines. The object that the model belongs to says who may view, add, change and delete."""

    model: type[Model]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "view")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "delete")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "view")

    def _may(self, request: HttpRequest, action: str) -> bool:
        """The relations of master data are about the actor alone (`always`, `as_head`), so no row is asked."""
        return allows(actor_of_request(request), f"{object_of(self.model)}.{action}")


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
        """A POST is an action on the ticked rows."""
        if request.method == "POST" and (asked := self._asked_again(request)):
            return asked
        response = super().changelist_view(request, extra_context)
        if self.read_log_kind:
            shown = getattr(response, "context_data", None) or {}
            rows = [row.pk for row in shown["cl"].result_list] if "cl" in shown else shown.get("keys", [])
            readlog.saw(self.read_log_kind, rows, verb=Verb.LIST, words=request.GET.get("q", ""))
        return response

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if asked := self._asked_again(request):
            return asked
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

    def _asked_again(self, request: HttpRequest) -> HttpResponse | None:
        """Whoever changes who may do what proves again who they are (ASSURANCE SE6)."""
        changes = object_of(self.model) == "people" and self._may(request, "change")
        return ask_again(request) if changes and not is_fresh(request) else None


class PortalStackedInline(PostingPermissions, AnyStackedInline):
    """Rows below their parent. Stacked: the extra rows of a tabular one have no labels (FRONTEND §5)."""

    extra = 0
