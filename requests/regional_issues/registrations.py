"""What this package offers to the ground: called once when Django is ready."""

from chiba_ward.access import ways_in
from chiba_ward.casework import my_work


def register_all() -> None:
    from regional_issues import (
        relations,  # noqa: F401  (writes what the policy grants)
        work,
    )

    my_work.register(work.groups)
    ways_in.register_way(
        "地域の課題を市政につなぐ",
        ways_in.Shortcut("地域課題", "issues:index"),
        ways_in.Shortcut("区民対話会", "issues:dialogues"),
    )
