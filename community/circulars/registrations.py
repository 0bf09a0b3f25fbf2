"""What this package offers to the ground and to the core of the community: called once when Django is ready."""

from chiba_ward.access import ways_in
from chiba_ward.casework import my_work
from chiba_ward.rows import demo


def register_all() -> None:
    from community import first_page as core_first_page
    from community.circulars import (
        admin,  # noqa: F401  (the table that a city edits)
        documents,
        first_page,
        indicators,  # noqa: F401  (declares them)
        relations,  # noqa: F401  (writes what the policy grants)
        work,
    )
    from community.circulars.cards import public_card
    from community.circulars.demo import load
    from community.open_data import cards

    cards.register(public_card)
    core_first_page.register(first_page.sections)
    demo.register(load)
    my_work.register(work.groups)
    documents.register()
    ways_in.register_way(
        "地域とつながる",
        ways_in.Shortcut("電子回覧", "circulars:index"),
        ways_in.Shortcut("回覧の班と鍵", "circulars:groups"),
    )
