"""Structured JSON logs in UTC with a request number and without personal data (ASSURANCE OP5).

Whoever logs, whatever the message: nothing leaves here that names a person, quotes what somebody typed or opens a
door. Of an exception its type and frames are kept, never its message, since a database error quotes the row.
"""

import copy
import ipaddress
import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog

Event = dict[str, Any]
ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None]

# Keys that hold a person, or values that somebody typed; `stack` and `user` come with Django's own records.
DROPPED = frozenset((
    "ip", "ip_address", "remote_addr", "user", "user_id", "username", "user_agent", "email", "mail", "name", "kana",
    "phone", "address", "body", "data", "query", "query_string", "params", "post", "get", "files", "cookies",
    "headers", "referer", "stack", "stack_info", "args", "kwargs",
))  # fmt: skip
# What Celery puts into its sentences: representations of arguments, results and exceptions.
TASK_VALUES = frozenset(("args", "kwargs", "exc", "traceback", "return_value", "internal"))
LATER = frozenset(("exc_info", "_record", "_from_structlog"))
LONGEST_CHAIN = 5

_QUERY = re.compile(r"(?<=[^\s?])\?[^\s\"'<>]*")
_MAIL = re.compile(r"[^\s@<>\"'(=]+@[^\s@<>\"')]+\.[A-Za-z]{2,}")
_ADDRESS = re.compile(
    r"(?<![\w.:])[0-9A-Fa-f:]*(?:\.\d+){3}(?![\w.])|(?<![\w.:])[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f]*"
)
_PATH = re.compile(r"(?<![\w.])/[^\s\"'<>]*")
_SEGMENT = re.compile(r"(?<=/)[^/]{24,}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TRACE = re.compile(r"Traceback \(most recent call last\).*", re.DOTALL)


def scrub(text: str) -> str:
    """The text without query strings, network addresses, mail addresses, link tokens and printed tracebacks."""
    text = _TRACE.sub("Traceback …", text)
    text = _QUERY.sub("", text)
    text = _MAIL.sub("…@…", text)
    text = _ADDRESS.sub(_without_address, text)
    return _PATH.sub(lambda path: _SEGMENT.sub(_without_token, path[0]), text)


def _without_token(found: re.Match[str]) -> str:
    """A long part of a URL opens something by itself (the link of an agency), but for the number of a document."""
    return found[0] if _UUID.fullmatch(found[0]) else "…"


def _without_address(found: re.Match[str]) -> str:
    try:
        known = ipaddress.ip_address(found[0])
    except ValueError:  # a time of day, a version
        return found[0]
    return found[0] if known.is_loopback or known.is_unspecified else "…"


def without_personal_data(_: Any, __: str, event: Event) -> Event:
    """Drop and mask what identifies a person before a line is written, whoever logged it."""
    return {
        key: value if key in LATER else _plain(value) for key, value in event.items() if key not in DROPPED
    }


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, BaseException):
        return type_name(type(value))
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items() if key not in DROPPED}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner) for inner in value]
    return value


def with_frames(_: Any, __: str, event: Event) -> Event:
    """Put type and frames of an exception, and of those behind it, in the place of `exc_info`."""
    error = _error(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = [
            {"type": type_name(type(link)), "frames": frames(link)} for link in chain(error)
        ]
    return event


def _error(info: Any) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        found: BaseException | None = info[1]
        return found
    return sys.exc_info()[1] if info else None


def chain(error: BaseException) -> list[BaseException]:
    """The error, then what it was raised from, at most `LONGEST_CHAIN`."""
    links: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in links and len(links) < LONGEST_CHAIN:
        links.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return links


def frames(error: BaseException) -> list[str]:
    """`file:line function`, outermost first; no values, no source text."""
    return [
        f"{'/'.join(frame.filename.rsplit('/', 3)[1:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]


def type_name(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


class SafeFormatter(structlog.stdlib.ProcessorFormatter):
    """One JSON object per line. Exceptions among a message's arguments are named, not quoted."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(_named(record))


def _named(record: logging.LogRecord) -> logging.LogRecord:
    safe = copy.copy(record)
    if isinstance(safe.msg, BaseException):
        safe.msg = type_name(type(safe.msg))
    if isinstance(safe.args, dict):
        safe.args = {key: "…" if key in TASK_VALUES else _argument(value) for key, value in safe.args.items()}
    elif safe.args:
        safe.args = tuple(_argument(value) for value in safe.args)
    return safe


def _argument(value: Any) -> Any:
    return type_name(type(value)) if isinstance(value, BaseException) else value


def _unknown(value: Any) -> str:
    """Of an object that JSON does not know, its type alone: how it prints itself is its own affair."""
    return f"<{type_name(type(value))}>"


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_personal_data,
    with_frames,
]

structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

FORMATTER: dict[str, Any] = {
    "()": SafeFormatter,
    "processors": [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=_unknown),
    ],
    "foreign_pre_chain": SHARED,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": FORMATTER},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django mails tracebacks with POST bodies by default: never (finding 12 of ASSURANCE).
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
