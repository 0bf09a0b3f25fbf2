"""How a moment of the wall clock is read: an emergency knows no opening hours."""

import datetime as dt


def left_in_words(due: dt.datetime, now: dt.datetime) -> str:
    """「あと31時間20分」, 「2時間05分超過」."""
    minutes = int(abs((due - now).total_seconds()) // 60)
    span = f"{minutes // 60}時間{minutes % 60:02d}分" if minutes >= 60 else f"{minutes}分"
    return f"あと{span}" if due >= now else f"{span}超過"


def tone_of(due: dt.datetime, now: dt.datetime) -> str:
    return "overdue" if due < now else "waiting"
