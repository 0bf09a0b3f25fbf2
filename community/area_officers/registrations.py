"""What this package offers to the ground: called once when Django is ready."""

from chiba_ward.access import readlog, ways_in
from chiba_ward.casework import my_work
from chiba_ward.rows import demo


def register_all() -> None:
    from community.area_officers import (
        admin,  # noqa: F401  (a table that a city edits)
        documents,
        hints,
        indicators,  # noqa: F401  (declares them)
        relations,  # noqa: F401  (writes what the policy grants)
        work,
    )
    from community.area_officers.cards import public_card
    from community.area_officers.demo import load
    from community.open_data import cards

    cards.register(public_card)
    demo.register(load)
    my_work.register(work.groups)
    documents.register()
    hints.announce()
    ways_in.register_way(
        "地域とつながる",
        ways_in.Shortcut("地域担当職員の配置表", "area_officers:index"),
        ways_in.Shortcut("地域担当の活動記録", "area_officers:visits"),
        ways_in.Shortcut("住民との約束", "area_officers:promises"),
    )
    register_in_read_log()


def register_in_read_log() -> None:
    readlog.register_kind("area_visit", "活動記録")
    readlog.register_kind("area_promise", "住民との約束")
    readlog.register_kind("area_hand_over", "地域担当の引継書")
    for view in ("visit", "visit_act"):
        readlog.register_target(f"area_officers:{view}", "pk", "area_visit")
    for view in ("promise", "promise_act"):
        readlog.register_target(f"area_officers:{view}", "pk", "area_promise")
    for view in ("paper", "paper_act", "paper_print"):
        readlog.register_target(f"area_officers:{view}", "pk", "area_hand_over")
