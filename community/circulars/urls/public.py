"""The household's pages and the public notice, under /circulars/: no account, a key from paper."""

from django.urls import path

from community.circulars.views import public

app_name = "circulars_home"
urlpatterns = [
    path("", public.index, name="index"),
    # Long enough that no log keeps it (`settings.logs.scrub`).
    path("key/kairan-<str:code>/", public.key, name="key"),
    path("group/", public.group, name="group"),
    path("group/<int:recipient>/<slug:name>/", public.turn, name="turn"),
    path("leave/", public.leave, name="leave"),
    path("<int:pk>/", public.show, name="show"),
    path("<int:pk>/read/", public.read, name="read"),
]
