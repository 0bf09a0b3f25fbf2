"""What this package offers to the ground: called once when Django is ready."""

from chiba_ward.access import ways_in
from chiba_ward.rows import demo


def register_all() -> None:
    from community.open_data import (
        admin,  # noqa: F401  (tables to look at)
        documents,
        indicators,  # noqa: F401  (declares them)
    )
    from community.open_data.demo import load

    demo.register(load)
    documents.register()
    ways_in.register_way("地域とつながる", ways_in.Shortcut("オープンデータの取込み", "open_data:index"))
