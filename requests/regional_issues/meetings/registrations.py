"""What this package offers to the ground: called once when Django is ready."""

from chiba_ward.access import ways_in
from chiba_ward.casework import my_work


def register_all() -> None:
    from regional_issues import path as core_path
    from regional_issues.meetings import (
        admin,  # noqa: F401  (the table that a city edits)
        indicators,  # noqa: F401  (declares them)
        path,
        relations,  # noqa: F401  (writes what the policy grants)
        work,
    )

    core_path.register(path.steps)
    my_work.register(work.groups)
    ways_in.register_way(
        "地域の課題を市政につなぐ",
        ways_in.Shortcut("調整会議", "ward_meetings:index"),
        ways_in.Shortcut("会議の決定", "ward_meetings:decisions"),
    )
