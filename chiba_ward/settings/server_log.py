"""gunicorn's own lines in the same JSON: `--logger-class=chiba_ward.settings.server_log.ServerLogger`.

Its usual format quotes the address of a visitor who sent a bad request, and the query string of one that failed.
"""

import logging
from typing import Any

from gunicorn.glogging import Logger

from chiba_ward.settings.logs import FORMATTER, SafeFormatter


class ServerLogger(Logger):
    """There is no access log: the middleware writes one line per request, without who asked."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        formatter = SafeFormatter(**{key: value for key, value in FORMATTER.items() if key != "()"})
        for handler in logging.getLogger("gunicorn.error").handlers:
            handler.setFormatter(formatter)
