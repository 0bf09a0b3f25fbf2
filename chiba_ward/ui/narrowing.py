"""What an address asks of a list: a form of filters in the URL, and what was understood of it."""

from typing import Any

from django.http import HttpRequest


class Narrowing:
    """Of one list. A filter that cannot be understood stands in the form with its error and narrows nothing.

    `given`: the values of the filters; `query`: the address's own, for links to the file and to paper; `words`: those
    that are searched for.
    """

    def __init__(self, request: HttpRequest, form: Any) -> None:
        self.form = form
        self.given: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
        self.is_narrowed = any(self.given.values())
        self.query = request.GET.urlencode()
        self.words: str = self.given.get("q") or ""
