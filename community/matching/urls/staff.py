"""困りごと, できること and 仲介 inside the staff face, under /admin/matching/ (DOMAIN §5 2-1)."""

from django.urls import URLPattern, path

from community.matching.views import entries, listing, matches

app_name = "matching"


def _of(side: str) -> list[URLPattern]:
    """The same pages for either table; `side` is the name of its object in the policy."""
    here, stem = {"side": side}, f"{side}s/"
    as_file = {"need": listing.needs_csv, "offer": listing.offers_csv}[side]
    return [
        path(stem, listing.index, here, name=f"{side}s"),
        path(f"{stem}list.csv", as_file, name=f"{side}s_csv"),
        path(f"{stem}print/", listing.on_paper, here, name=f"{side}s_print"),
        path(f"{stem}new/", entries.new, here, name=f"{side}_new"),
        path(f"{stem}<int:pk>/", entries.detail, here, name=side),
        path(f"{stem}<int:pk>/do/<slug:name>/", entries.act, here, name=f"{side}_act"),
    ]


urlpatterns = [
    *_of("need"),
    *_of("offer"),
    path("matches/", matches.index, name="matches"),
    path("matches/list.csv", matches.matches_csv, name="matches_csv"),
    path("matches/print/", matches.matches_print, name="matches_print"),
    path("matches/<int:pk>/", matches.detail, name="match"),
    path("matches/<int:pk>/do/<slug:name>/", matches.act, name="match_act"),
]
