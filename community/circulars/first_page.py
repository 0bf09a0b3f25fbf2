"""On the first page of an officer: the way to the circulars, and those of their own that nobody has put up yet."""

from collections.abc import Iterator

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.access.ways_in import address_of
from community.circulars.enums import CircularState
from community.circulars.models import ECircular
from community.first_page import Section, Waiting


def sections(actor: Actor) -> Iterator[Section]:
    if not allows(actor, "e_circular.begin"):
        return
    drafts = ECircular.objects.filter(rows(actor, "e_circular.write"), state=CircularState.DRAFT)
    yield Section(
        key="circulars",
        title="電子回覧",
        waiting=tuple(
            Waiting(row.title, address_of("circulars_partner:show", row.pk)) for row in drafts.order_by("pk")
        ),
        lead="書きかけの回覧があります",
        more=(address_of("circulars_partner:index"), "電子回覧を出す・既読を見る"),
    )
