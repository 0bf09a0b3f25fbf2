"""住んでいる地区のこと: public, without an account, under /districts/."""

from django.urls import path

from community.open_data.views import downloads, public

app_name = "districts"

urlpatterns = [
    path("", public.index, name="index"),
    path("open-data/<slug:kind>/", downloads.table, name="open_data"),
    path("<slug:ward>/", public.around, name="ward"),
    path("<slug:ward>/map.svg", downloads.map_svg, name="ward_map"),
    path("<slug:ward>/events.ics", downloads.events_ics, name="ward_events"),
    path("<slug:ward>/sheet/", public.sheet, name="ward_sheet"),
    path("<slug:ward>/<int:area>/", public.around, name="district"),
    path("<slug:ward>/<int:area>/map.svg", downloads.map_svg, name="district_map"),
    path("<slug:ward>/<int:area>/events.ics", downloads.events_ics, name="district_events"),
    path("<slug:ward>/<int:area>/sheet/", public.sheet, name="district_sheet"),
]
