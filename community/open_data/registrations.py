"""What this package offers to the ground: called once when Django is ready."""

from chiba_ward.access import ways_in


def register_all() -> None:
    from community.open_data import (
        admin,  # noqa: F401  (tables to look at)
        documents,
        indicators,  # noqa: F401  (declares them)
    )

    documents.register()
    ways_in.register_shortcut(
        ways_in.Shortcut("オープンデータの取込み", "open_data:index"), after="staffing:index"
    )
