"""What PERFORMANCE calls the floors: hello; 25 rows by one indexed query through a template; one INSERT and COMMIT."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.utils import timezone

from bench.floors.models import Case, Note

ROWS = 25
PAGE = Engine().from_string((Path(__file__).parent / "list.html").read_text(encoding="utf-8"))


def hello(_: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def rows(_: HttpRequest, ward: int) -> HttpResponse:
    """Model instances, nine cells, two dates formatted by the template."""
    found = Case.objects.filter(is_open=True, ward=ward).order_by("due", "id")[:ROWS]
    return HttpResponse(PAGE.render(Context({"rows": found})))


def insert(request: HttpRequest) -> HttpResponse:
    note = Note.objects.create(
        ward=int(request.POST["ward"]), state="received", text=request.POST["text"], created=timezone.now()
    )
    return HttpResponse(f"{note.pk}")
