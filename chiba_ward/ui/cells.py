"""Cells that a spreadsheet must not take for a formula (ASSURANCE OU1)."""

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "%", "|", "＝", "＋", "－", "＠", "％")


def safe_cell(value: object) -> str:
    """The value as text; one that would start a formula, in either width, gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u3000").startswith(TRIGGERS) or text.startswith(TRIGGERS) else text
