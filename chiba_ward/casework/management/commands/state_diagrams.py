"""State diagrams in docs/diagrams, drawn from the transition tables so that they cannot disagree (DESIGN §2 rule 5)."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model
from django_fsm import FSMFieldMixin

FOLDER = Path(settings.BASE_DIR) / "docs" / "diagrams"
Arrow = tuple[str, str, str, str]  # from, to, method, first line of its docstring


class Command(BaseCommand):
    help = (
        "状態遷移図 (docs/diagrams) を遷移の表から書き出す (--write)、または表と同じかを確かめる (--check)。"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("--write", action="store_true")
        chosen.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        drawn = {f"{model._meta.label_lower}.md": page(model, field) for model, field in workflows()}
        if options["write"]:
            self.write(drawn)
        else:
            self.compare(drawn)

    def write(self, drawn: dict[str, str]) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for stale in _kept() - drawn.keys():
            (FOLDER / stale).unlink()
        for name, text in drawn.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(drawn)}枚の図を書きました。")

    def compare(self, drawn: dict[str, str]) -> None:
        differing = [name for name, text in drawn.items() if not _same(FOLDER / name, text)]
        differing += sorted(_kept() - drawn.keys())
        if differing:
            raise CommandError(
                "図が遷移の表と違います: "
                + "、".join(differing)
                + "。manage.py state_diagrams --write で書き直してください。"
            )


def _kept() -> set[str]:
    return {file.name for file in FOLDER.glob("*.md")}


def _same(file: Path, text: str) -> bool:
    return file.exists() and file.read_text(encoding="utf-8") == text


def workflows() -> Iterator[tuple[type[Model], FSMFieldMixin]]:
    """Every model with a state and methods that change it, in the order of the installed apps."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, FSMFieldMixin) and any(True for _ in field.get_all_transitions(model)):
                yield model, field


def arrows(model: type[Model], field: FSMFieldMixin) -> list[Arrow]:
    """Sorted by the order of the states, so that the same table draws the same page."""
    order = list(labels_of(field))
    found = [
        (str(one.source), str(one.target), one.name, _said(getattr(model, one.name).__doc__))
        for one in field.get_all_transitions(model)
    ]
    return sorted(found, key=lambda arrow: (order.index(arrow[0]), order.index(arrow[1]), arrow[2]))


def labels_of(field: Any) -> dict[str, str]:
    """The states with their Japanese names, in the order in which they are declared."""
    return {str(value): str(label) for value, label in field.choices}


def _said(docstring: str | None) -> str:
    return (docstring or "").strip().split("\n")[0]


def page(model: type[Model], field: FSMFieldMixin) -> str:
    """One model's states in Japanese as a Mermaid diagram, and what each step means."""
    steps = arrows(model, field)
    names = labels_of(field)
    return "\n".join(
        [
            f"# {model._meta.verbose_name}の状態",
            "",
            f"`manage.py state_diagrams --write` が `{model.__module__}.{model.__name__}` の遷移の表から書いた図です。手では直しません。",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *(f'    state "{label}" as {value}' for value, label in names.items()),
            f"    [*] --> {field.get_default()}",
            *(f"    {source} --> {target}: {name}" for source, target, name, _ in steps),
            *(f"    {value} --> [*]" for value in names if all(value != step[0] for step in steps)),
            "```",
            "",
            "| 操作 | どこから | どこへ | 意味 |",
            "|---|---|---|---|",
            *_rows(steps, names),
            "",
        ]
    )


def _rows(steps: list[Arrow], labels: dict[str, str]) -> Iterator[str]:
    for name, target, said in dict.fromkeys((name, target, said) for _, target, name, said in steps):
        sources = "・".join(
            labels[source] for source, to, method, _ in steps if (method, to) == (name, target)
        )
        yield f"| `{name}` | {sources} | {labels[target]} | {said} |"
