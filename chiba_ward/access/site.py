"""The staff side: Django's admin behind the portal's own door, with 「今日の仕事」 as its first page."""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.options import ModelAdmin as StockAdmin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string

from chiba_ward.access.ways_in import ways_in

# By name, as in settings: this package lies below the one that knows what work is.
MY_WORK = "chiba_ward.casework.my_work.groups_for"


class PortalAdminConfig(AdminConfig):
    default_site = "chiba_ward.access.site.PortalAdminSite"


class PortalAdminSite(admin.AdminSite):
    """Rights come from today's posting. There is no second sign-in form here (ASSURANCE finding 5)."""

    site_title = "区役所ポータル"
    site_header = "千葉市 区役所ポータル（職員）"
    index_title = "今日の仕事"
    site_url = None  # no 「サイトを表示」: staff do not wander into the citizens' side
    enable_nav_sidebar = False
    empty_value_display = "(なし)"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only admins that decide permissions themselves. A library's own would ask Django's groups and the
        superuser flag, which carry no right here."""
        if admin_class is not None and admin_class.has_view_permission is not StockAdmin.has_view_permission:
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        from chiba_ward.access.actor import actor_of_request

        return actor_of_request(request).is_staff

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """A page that this posting may not see is a page that does not exist (ASSURANCE AC2)."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def unseen(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                return guarded(request, *args, **kwargs)
            except PermissionDenied as refusal:
                raise Http404 from refusal

        return unseen

    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Leads to the one sign-in page, whatever was posted here. No business here: as if it did not exist."""
        following = _local_path(request)
        if self.has_permission(request):
            return redirect(following)
        if request.user.is_authenticated:
            raise Http404
        return redirect(f"{reverse('account_login')}?{urlencode({'next': following})}")

    def get_urls(self) -> list[Any]:
        """Without 「サイトを表示」: it opens any row of any table by its number."""
        return [entry for entry in super().get_urls() if getattr(entry, "name", None) != "view_on_site"]

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]  # redirects
        """Ends the session as the sign-out of every other face does."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        from allauth.account.adapter import get_adapter

        adapter = get_adapter()
        adapter.logout(request)
        return redirect(adapter.get_logout_redirect_url(request))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]  # redirects
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]  # redirects
        return redirect("account_change_password")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What this actor owes, due first; then the ways in; then the master data they may see."""
        from chiba_ward.access import readlog

        groups = work_groups(request)
        shown = [item.shows for group in groups for item in group.items if item.shows]
        readlog.saw("work", shown, verb=readlog.Verb.LIST)
        mine = {
            "work_groups": [group for group in groups if group.count],
            "done_groups": [group for group in groups if not group.count],
            "ways_in": ways_in(request),
        }
        return super().index(request, {**mine, **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Names of people that a field offers are a search like any other."""
        from chiba_ward.access import readlog

        response = super().autocomplete_view(request)
        offered = self._kind_offered(request) if response.status_code == 200 else ""
        if offered:
            rows = [int(row["id"]) for row in json.loads(response.content)["results"]]
            readlog.saw(offered, rows, verb=readlog.Verb.LIST, words=request.GET.get("term", ""))
        return response

    def _kind_offered(self, request: HttpRequest) -> str:
        """The kind of rows about people that this field leads to; empty for other master data."""
        labels = (request.GET.get("app_label", ""), request.GET.get("model_name", ""))
        field = apps.get_model(*labels)._meta.get_field(request.GET.get("field_name", ""))
        return str(getattr(self._registry.get(field.related_model), "read_log_kind", ""))

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Only one's own recent changes: the stock page would show everybody's."""
        return super().get_log_entries(request).filter(user=request.user.pk)


def work_groups(request: HttpRequest) -> Sequence[Any]:
    """The groups of work that the modules declare for this actor, in their order."""
    from chiba_ward.access.actor import actor_of_request

    groups_for: Callable[[Any], Iterable[Any]] = import_string(MY_WORK)
    return sorted(groups_for(actor_of_request(request)), key=lambda group: group.order)


def _local_path(request: HttpRequest) -> str:
    from django.utils.http import url_has_allowed_host_and_scheme

    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=False)
    return wanted if safe and wanted.startswith("/") else reverse("admin:index")


portal_admin = admin.site
