"""The portal's own line icons: one path each on a field of 24 by 24, drawn for this project."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

ICONS = {
    "arrow-left": "M19 12H5m6-6-6 6 6 6",
    "arrow-right": "M5 12h14m-6-6 6 6-6 6",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3v4m8-4v4",
    "chat": "M4 5h16v11H11l-5 4v-4H4z",
    "check": "M5 13l4.5 4.5L19 7",
    "check-circle": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.5l3 3 5-6",
    "child": "M12 3.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM6 12c2 1.5 10 1.5 12 0M9 12.8V21m6-8.2V21",
    "chevron-down": "M5 9l7 7 7-7",
    "chevron-left": "M15 5l-7 7 7 7",
    "chevron-right": "M9 5l7 7-7 7",
    "clip": "M8 12.5l6.5-6.5a3 3 0 0 1 4.2 4.2l-8.7 8.8a5 5 0 0 1-7-7l7.5-7.5",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5.5l3.5 2",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "document": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6m-6 4h6",
    "exit": "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
    "error": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5v5.5M12 16.4v.1",
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18",
    "hand": "M4 13c2 6 14 6 16 0M12 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    "heart": "M12 20C5 15 3 11.5 3.5 8.5a4.3 4.3 0 0 1 8.5-1 4.3 4.3 0 0 1 8.5 1C21 11.5 19 15 12 20z",
    "home": "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.5v.1",
    "inbox": "M4 13l3-8h10l3 8v6H4zM4 13h5l1 3h4l1-3h5",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "mail": "M3 6h18v13H3zM3 7l9 7 9-7",
    "menu": "M4 6h16M4 12h16M4 18h16",
    "people": "M9 4a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 20c0-8 13-8 13 0M16 5a3 3 0 0 1 0 6m2 2.5c2.5.8 3.5 3 3.5 6",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM5 21c0-9 14-9 14 0",
    "phone": "M6 3h3l2 5-2.5 1.800a12 12 0 0 0 5.7 5.700L16 13l5 2v3a3 3 0 0 1-3.3 3A16 16 0 0 1 3 6.3 3 3 0 0 1 6 3z",
    "print": "M7 8V3h10v5M7 17H4V8h16v9h-3M7 14h10v7H7z",
    "question": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.300c-.8.4-1.1.9-1.1 1.900M12 16.800v.1",
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4.5 4.5",
    "send": "M21 4L3 11l7 3 3 7zM10 14L21 4",
    "switch": "M4 8h15m-4-4 4 4-4 4M20 16H5m4 4-4-4 4-4",
    "trash": "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
    "warning": "M12 4L2.5 20h19zM12 10v4.5M12 17.400v.1",
    "yen": "M6 4l6 8 6-8M12 12v8M7 13h10M7 16.5h10",
}


def icon(name: str) -> SafeString:
    """Return an icon as inline SVG, hidden from readers' aids: the word beside it says it.

    Raises KeyError for an unknown name."""
    return format_html(
        '<svg class="cw-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        ICONS[name],
    )
