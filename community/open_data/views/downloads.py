"""Files of the public pages: the map, the events for a calendar, the tables in the standard formats."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiba_ward.access.public import public
from community.open_data import maps
from community.open_data.enums import DataKind
from community.open_data.exporters import calendar, geojson, standard
from community.open_data.models import Boundary
from community.open_data.views import places

MOST_EVENTS = 300


@public
@require_safe
def map_svg(request: HttpRequest, ward: str, area: int | None = None) -> HttpResponse:
    """Numbered as the list of the page with the same query; 404 where no boundary is known."""
    here = places.around_of(ward, area)
    drawing = maps.svg_of(here, maps.boundaries_of(here), list(places.chosen(request, here).page))
    if not drawing:
        raise Http404
    return HttpResponse(drawing, content_type="image/svg+xml; charset=utf-8")


@public
@require_safe
def events_ics(request: HttpRequest, ward: str, area: int | None = None) -> HttpResponse:
    """The events to come, for the calendar of a telephone."""
    here = places.around_of(ward, area)
    events = list(here.events().select_related("data_file")[:MOST_EVENTS])
    name = _("%(name)sのイベント") % {"name": places.place_name(here)}
    response = HttpResponse(calendar.calendar_of(events, name), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="events-{here.ward.slug}.ics"'
    return response


@public
@require_safe
def table(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """Everything that is published, in the format in which it may be taken in again."""
    if kind not in DataKind.values:
        raise Http404
    if kind == DataKind.BOUNDARIES:
        rows = (
            Boundary.objects.current()
            .select_related("ward")
            .order_by("level", "publisher_code", "publisher_id")
        )
        return _file(geojson.lines(rows.iterator(standard.CHUNK)), kind, "geojson", "application/geo+json")
    found = standard.rows_of(DataKind(kind)).iterator(standard.CHUNK)
    return _file(standard.csv_lines(DataKind(kind), found), kind, "csv", "text/csv; charset=utf-8")


def _file(lines: object, kind: str, ending: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=content_type)  # type: ignore[arg-type]  # an iterator of str
    day = timezone.localdate()
    response["Content-Disposition"] = f'attachment; filename="{kind}-{day:%Y%m%d}.{ending}"'
    return response
