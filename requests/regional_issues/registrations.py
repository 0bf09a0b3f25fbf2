"""What this package offers to the ground: called once when Django is ready."""


def register_all() -> None:
    from regional_issues import relations  # noqa: F401  (writes what the policy grants)
