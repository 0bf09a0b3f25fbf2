"""Which documents exist: each kind is announced by the package that knows its content (DESIGN §2 rule 1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, relations
from chiba_ward.documents.models import Document
from chiba_ward.documents.renderer import Asset, Progress


@dataclass(frozen=True)
class PdfSource:
    """What a builder hands over: one whole HTML page, which extends `documents/base.html`, and its pictures."""

    html: str = field(repr=False)
    assets: Mapping[str, Asset] = field(default_factory=dict, repr=False)

    @classmethod
    def of_template(
        cls, template: str, context: Mapping[str, Any], assets: Mapping[str, Asset] | None = None
    ) -> "PdfSource":
        """`context["document"]` is the `heads.DocumentHead`."""
        return cls(render_to_string(template, dict(context)), assets or {})


Builder = Callable[[Document, Progress], PdfSource]
Rule = Callable[[Document, Actor], bool]


@dataclass(frozen=True)
class DocumentKind:
    key: str
    title: str
    build: Builder


class UnknownDocumentKindError(LookupError):
    """No package announced this kind of document."""


_kinds: dict[str, DocumentKind] = {}
_rules: dict[str, Rule] = {}


def document_kind(key: str, title: str) -> Callable[[Builder], Builder]:
    """Announce a kind: `builder(document, progress)` reads the ids in `document.params` and may report 0 to 100.

    It runs in a worker, maybe more than once, and must not write. Raises ValueError for a taken key.
    """

    def announce(builder: Builder) -> Builder:
        if key in _kinds and _kinds[key].build is not builder:
            raise ValueError(f"the document kind {key} is announced twice")
        _kinds[key] = DocumentKind(key, title, builder)
        return builder

    return announce


def kind_of(key: str) -> DocumentKind:
    """Raises UnknownDocumentKindError."""
    try:
        return _kinds[key]
    except KeyError:
        raise UnknownDocumentKindError(key) from None


def title_of(key: str) -> str:
    """What the kind is called; its key where no package announces it any more."""
    return _kinds[key].title if key in _kinds else key


def register_visibility(kind: str, rule: Rule) -> None:
    """Say who may open documents of this kind; it must ask the module's own `visible_to`.

    The rule is the relation of that name in `policy.yaml`, which says for which roles it counts.
    """
    _rules[kind] = rule
    relations.of_row("document", kind, _of_kind(kind))


def _of_kind(kind: str) -> Callable[[Actor, Document], bool]:
    return lambda actor, document: document.kind == kind and _rules[kind](document, actor)


def asked_by_me(actor: Actor, document: Document) -> bool:
    """Without a rule of its kind, only the posting that asked for the document (deny by default)."""
    is_mine = actor.posting is not None and document.requested_by_id == actor.posting.pk
    return document.kind not in _rules and is_mine


def may_see(document: Document, actor: Actor) -> bool:
    return allows(actor, "document.read", document)


def may_retry(document: Document, actor: Actor) -> bool:
    """Staff ask again for a document that failed."""
    return allows(actor, "document.retry", document)


relations.of_row("document", "asked_by_me", asked_by_me)
