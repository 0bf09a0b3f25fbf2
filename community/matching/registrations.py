"""What this package offers to the ground and to the core of the community: called once when Django is ready."""

from chiba_ward.access import readlog, ways_in
from chiba_ward.casework import my_work
from chiba_ward.rows import demo


def register_all() -> None:
    from community import first_page as core_first_page
    from community.matching import (
        admin,  # noqa: F401  (tables that a city edits)
        first_page,
        indicators,  # noqa: F401  (declares them)
        relations,  # noqa: F401  (writes what the policy grants)
        work,
    )
    from community.matching.cards import public_card
    from community.matching.demo import load
    from community.open_data import cards

    cards.register(public_card)
    core_first_page.register(first_page.sections)
    demo.register(load)
    my_work.register(work.groups)
    ways_in.register_way(
        "地域とつながる",
        ways_in.Shortcut("困りごと", "matching:needs"),
        ways_in.Shortcut("できること", "matching:offers"),
        ways_in.Shortcut("仲介", "matching:matches"),
    )
    register_in_read_log()


def register_in_read_log() -> None:
    for kind, label in (("need", "困りごと"), ("offer", "できること"), ("match", "仲介")):
        readlog.register_kind(kind, label)
        for face in ("matching", "matching_partner"):
            readlog.register_target(f"{face}:{kind}", "pk", kind)
