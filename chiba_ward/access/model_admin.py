"""The base of every ModelAdmin: permission from the posting and `policy.yaml`, never from Django groups."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.policy import allows, object_of

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyStackedInline = admin.StackedInline[Any, Any]
else:  # the classes of Django take no parameters at run time
    AnyModelAdmin = admin.ModelAdmin
    AnyStackedInline = admin.StackedInline


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
    """Master data in the stock admin: Japanese empty values, facet counts, no bulk deletion by accident."""

    empty_value_display = "(なし)"
    list_per_page = 50
    show_facets = admin.ShowFacets.ALWAYS
    actions: ClassVar[Any] = None  # type: ignore[misc]  # None switches the action bar off


class PortalStackedInline(PostingPermissions, AnyStackedInline):
    """Rows below their parent. Stacked: the extra rows of a tabular one have no labels (FRONTEND §5)."""

    extra = 0
