"""What this module offers to the ground: called once when Django is ready."""

from chiba_ward.access import readlog, ways_in
from chiba_ward.casework import my_work
from chiba_ward.rows import demo


def register_all() -> None:
    from community import (
        admin,  # noqa: F401  (tables that a city edits)
        documents,
        indicators,  # noqa: F401  (declares them)
        relations,  # noqa: F401  (writes what the policy grants)
        work,
    )
    from community.cards import public_card
    from community.demo import load
    from community.open_data import cards

    cards.register(public_card)
    demo.register(load)
    my_work.register(work.groups)
    documents.register()
    ways_in.register_way(
        "地域とつながる",
        ways_in.Shortcut("団体台帳", "community:orgs"),
        ways_in.Shortcut("現況届", "community:returns"),
        ways_in.Shortcut("町内自治会の加入率", "community:enrolment"),
    )
    register_in_read_log()


def register_in_read_log() -> None:
    readlog.register_kind("community_org", "団体台帳")
    readlog.register_kind("annual_return", "現況届")
    for view in ("community:", "community_partner:"):
        readlog.register_target(view, "pk", "community_org")
    for view in ("community:return", "community:return_act"):
        readlog.register_target(view, "pk", "annual_return")
