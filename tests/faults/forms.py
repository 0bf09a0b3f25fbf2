"""The forms of a page, read as a browser reads them: where they lead and what they carry unseen."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values.get("action", "").split("#")[0]))
        elif tag == "input" and self.forms and values.get("name"):
            form, name, value = self.forms[-1], values["name"], values.get("value", "")
            if values.get("type") == "hidden":
                form.hidden[name] = value
            elif values.get("type") == "radio":
                form.choices.setdefault(name, []).append(value)


def forms_on(page: str) -> list[Form]:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.forms


def form_for(page: str, *, to: str = "", carrying: str = "") -> Form:
    """The form that leads to an address with this ending and carries this name unseen.

    Raises LookupError: the page offers no such act.
    """
    forms = forms_on(page)
    for form in forms:
        if form.action.endswith(to) and (not carrying or carrying in form.hidden):
            return form
    raise LookupError(f"no form to …{to} carrying {carrying}: {[form.action for form in forms]}")
