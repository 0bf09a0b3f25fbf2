"""Mistakes that are visible in the files: exceptions never raised, trusted text, references to nothing, foreign traces."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from tests.guards.sources import ROOT, own_python, place, templates, text_of, tracked_files, tree

RAISED = re.compile(r"(?:Error|Exception|Http404|PermissionDenied|Refused|Refusal|WrongKey|TooManyTries)$")
# Where text is declared safe by hand; each was looked at: what comes from a person is escaped before.
TRUSTED = {
    "chiba_ward/ui/furigana.py": "the text is escaped one line above; a reading holds no markup",
    "chiba_ward/ui/templatetags/portal.py": "the separator <br>, a constant",
    "templates/access/email/base.txt": "a mail in plain text, where an escaped sign would be shown as it is",
}
TRUST_IN_PYTHON = {"mark_safe", "SafeString", "SafeText"}
TRUST_IN_TEMPLATES = re.compile(r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off")
# Put together from halves, so that this file does not find itself.
TRACES = re.compile(
    "|".join(
        (
            "/" + r"(?:work|root)/[\w.]",
            "/tmp/" + r"(?:brief|guards)",
            "/home/" + r"(?!app\b|portal\b)\w+/",
            r"\.\./" + "shared",
            "pypi" + r"\.(?:org|python)",
            "python" + "hosted",
            "npm" + r"js\.(?:org|com)",
            "--(?:extra-)?index" + "-url",
            r"#\s*via\s+-r\s+/",
        )
    )
)
REFERENCES = {
    "template": re.compile(r"""\{%\s*(?:include|extends)\s+["']([^"']+)["']"""),
    "static": re.compile(r"""\{%\s*static\s+["']([^"']+)["']"""),
}
TEMPLATE_NAME = re.compile(r"^[\w/]+\.(?:html|txt)$")


# --- an exception that is made and dropped


def dropped_exceptions(module: ast.Module) -> Iterator[int]:
    """Lines where an exception is created and nothing happens to it: somebody forgot `raise`."""
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and RAISED.search(_called(node.value))
        ):
            yield node.lineno


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_no_exception_is_created_without_being_raised() -> None:
    dropped = [place(path, line) for path in own_python() for line in dropped_exceptions(tree(path))]
    assert dropped == []


def test_a_dropped_exception_is_found() -> None:
    assert list(dropped_exceptions(ast.parse("if x:\n    PermissionDenied()\nraise Http404()"))) == [2]
    assert list(dropped_exceptions(ast.parse("errors.Refused('so nicht')"))) == [1]


# --- text declared safe


def trusted_in_python(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _called(node) in TRUST_IN_PYTHON:
            yield node.lineno


def trusted_in_template(text: str) -> Iterator[int]:
    for number, line in enumerate(text.splitlines(), start=1):
        if TRUST_IN_TEMPLATES.search(line):
            yield number


def test_text_is_declared_safe_only_in_reviewed_places() -> None:
    found = [(path, line) for path in (*own_python(), *templates()) for line in _trusted(path)]
    assert [place(path, line) for path, line in found if str(path.relative_to(ROOT)) not in TRUSTED] == []


def test_the_reviewed_places_are_still_needed() -> None:
    assert [name for name in TRUSTED if not list(_trusted(ROOT / name))] == []


def _trusted(path: Path) -> Iterator[int]:
    return trusted_in_python(tree(path)) if path.suffix == ".py" else trusted_in_template(text_of(path))


def test_text_declared_safe_is_found() -> None:
    assert list(trusted_in_python(ast.parse("mark_safe(body)\nutils.SafeString(x)"))) == [1, 2]
    assert list(trusted_in_template("{{ a }}\n{{ body|safe }}\n{% autoescape off %}")) == [2, 3]
    assert list(trusted_in_template("{{ body|safe_contact }}")) == []


# --- references


def referred(path: Path) -> Iterator[tuple[str, str]]:
    """(kind, name) of every template or static file that this file names."""
    if path.suffix == ".py":
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and TEMPLATE_NAME.match(node.value)
            ):
                yield "template", node.value
        return
    for kind, pattern in REFERENCES.items():
        for name in pattern.findall(text_of(path)):
            yield kind, name


def is_there(kind: str, name: str, path: Path) -> bool:
    if kind == "static":
        return finders.find(name) is not None
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return (path.parent / name).is_file()
    return True


def test_every_template_and_static_file_that_is_named_exists() -> None:
    files = [*own_python(), *templates()]
    missing = [
        f"{path.relative_to(ROOT)}: {kind} {name}"
        for path in files
        for kind, name in referred(path)
        if not is_there(kind, name, path)
    ]
    assert missing == []


def test_a_reference_to_nothing_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('{% include "nowhere/x.html" %}{% static "no.css" %}', encoding="utf-8")
    found = list(referred(page))
    assert found == [("template", "nowhere/x.html"), ("static", "no.css")]
    assert not any(is_there(kind, name, page) for kind, name in found)


@pytest.mark.parametrize("path", sorted(templates()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_template_compiles(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))


# --- the project speaks of itself alone


def test_no_file_tells_of_the_machine_it_was_written_on() -> None:
    told = [
        f"{place(path, number)}: {line.strip()[:80]}"
        for path in tracked_files()
        if path.name != "test_sources.py"
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if TRACES.search(line)
    ]
    assert told == []


@pytest.mark.parametrize(
    "line", ["see /work" + "/main/x", "--index" + "-url https://x", "https://pypi" + ".org/simple"]
)
def test_a_trace_is_found(line: str) -> None:
    assert TRACES.search(line)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"])
def test_locked_dependencies_carry_hashes_and_no_host(name: str) -> None:
    text = text_of(ROOT / name)
    pinned = re.findall(r"^[\w.\[\],-]+==\S+", text, re.MULTILINE)
    assert len(pinned) > (0 if "uv" in name else 30)
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "://" not in text
