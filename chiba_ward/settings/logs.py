"""Structured JSON logs in UTC with a request id and without personal data (ASSURANCE OP5)."""

import logging
from typing import Any

import structlog

PERSONAL = ("ip", "user_agent", "user_id", "email", "name", "body", "phone", "address")


def without_personal_data(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Drop what identifies a person before a line is written, whoever logged it."""
    return {key: value for key, value in event.items() if key not in PERSONAL}


class NoQueryString(logging.Filter):
    """Keeps query strings out of server lines: a search word is personal data."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.args = tuple(
            a.split("?")[0] if isinstance(a, str) else a for a in record.args or ()
        ) if isinstance(record.args, tuple) else record.args
        return True


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_personal_data,
]

structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_query": {"()": NoQueryString}},
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            "foreign_pre_chain": SHARED,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["no_query"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django mails tracebacks with POST bodies by default: never (finding 12 of ASSURANCE).
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
