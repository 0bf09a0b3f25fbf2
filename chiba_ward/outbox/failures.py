"""What may be kept of an exception: its class, where it arose, and text that was written to be safe."""

from __future__ import annotations

import traceback

from chiba_ward.outbox.effects import EffectError


def safe_text(error: BaseException) -> str:
    """At most 300 characters without personal data.

    The message of a foreign exception is dropped: a database error quotes the row it refused.
    """
    name = type(error).__name__
    if isinstance(error, EffectError):
        return f"{name}: {error}"[:300]
    return f"{name} ({_place(error)})"[:300]


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    if not ours:
        return "?"
    name = "/".join(ours[-1].filename.rsplit("/", 2)[-2:])
    return f"{name}:{ours[-1].lineno}"
