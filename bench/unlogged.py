"""The portal of the bench without its read log: only so that the cost of the log can be told. Never served to anybody."""

from bench.settings import *  # noqa: F403  (settings are a namespace)
from bench.settings import MIDDLEWARE as LOGGED_MIDDLEWARE

MIDDLEWARE = [name for name in LOGGED_MIDDLEWARE if not name.endswith(".ReadLogMiddleware")]
