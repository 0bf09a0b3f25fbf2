"""Which doors this process serves: `PORTAL_FACES` lets citizens and staff run on separate hosts."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from chiba_ward.access.site import portal_admin

handler400 = "chiba_ward.ui.views.bad_request"
handler403 = "chiba_ward.ui.views.forbidden"
handler404 = "chiba_ward.ui.views.not_found"
handler500 = "chiba_ward.ui.views.server_error"

Patterns = list[URLPattern | URLResolver]

HEALTH: Patterns = [path("", include("chiba_ward.urls.health"))]
# What every face with people needs; a host that serves systems alone has no sign-in page to attack.
COMMON: Patterns = [
    path("account/", include("chiba_ward.access.urls")),
    path("account/api-tokens/", include("chiba_ward.api.account_urls")),
    path("account/", include("allauth.urls")),
    path("files/", include("chiba_ward.casework.urls")),
    path("documents/", include("chiba_ward.documents.urls")),
]

FACES: dict[str, Patterns] = {
    "citizen": [
        *i18n_patterns(
            path("districts/", include("community.open_data.urls.public")),
            path("circulars/", include("community.circulars.urls.public")),
            path("dialogues/", include("regional_issues.urls.public")),
            path("", include("consultations.urls.citizen")),
            prefix_default_language=False,
        )
    ],
    "staff": [
        path("admin/consultations/", include("consultations.urls.staff")),
        path("admin/specialists/", include("consultations.staffing.urls")),
        path("admin/protection/", include("consultations.protection.urls")),
        path("admin/support/", include("consultations.support.urls.staff")),
        path("admin/centre/", include("consultations.centre.urls")),
        path("admin/community/", include("community.urls.staff")),
        path("admin/open-data/", include("community.open_data.urls.staff")),
        path("admin/area-officers/", include("community.area_officers.urls.staff")),
        path("admin/matching/", include("community.matching.urls.staff")),
        path("admin/ward-meetings/", include("regional_issues.meetings.urls.staff")),
        path("admin/circulars/", include("community.circulars.urls.staff")),
        path("admin/issues/", include("regional_issues.urls.staff")),
        path("admin/correspondence/", include("chiba_ward.correspondence.urls")),
        path("admin/outside-duty/", include("chiba_ward.casework.outside_duty_urls")),
        path("admin/disclosure/", include("chiba_ward.disclosure.urls")),
        path("admin/emergency/", include("chiba_ward.disclosure.emergency.urls")),
        path("admin/read-log/", include("chiba_ward.access.readlog.urls")),
        path("admin/integrations/", include("chiba_ward.api.staff_urls")),
        path("admin/", portal_admin.urls),
    ],
    "partner": [
        path("partner/community/", include("community.urls.partner")),
        path("partner/matching/", include("community.matching.urls.partner")),
        path("partner/ward-meetings/", include("regional_issues.meetings.urls.partner")),
        path("partner/circulars/", include("community.circulars.urls.partner")),
        path("partner/support/", include("consultations.support.urls.partner")),
        path("partner/", include("consultations.urls.partner")),
    ],
    "progress": [path("progress/", include("chiba_ward.progress.urls"))],
    "api": [path("api/v1/", include("chiba_ward.urls.api"))],
}

urlpatterns: Patterns = [
    *HEALTH,
    *(COMMON if set(settings.PORTAL_FACES) != {"api"} else []),
    *(pattern for face in settings.PORTAL_FACES if face in FACES for pattern in FACES[face]),
]

if settings.PORTAL_DEMO:
    urlpatterns.append(path("styleguide/", include("chiba_ward.ui.urls")))
