"""The portal as `up` serves it, with a counter in front. The passphrase's hash is cheap here and measured apart."""

from chiba_ward.settings.local import *  # noqa: F403  (settings are a namespace)
from chiba_ward.settings.local import MIDDLEWARE as PORTAL_MIDDLEWARE

MIDDLEWARE = ["bench.counting.CountingMiddleware", *PORTAL_MIDDLEWARE]
PASSPHRASE_COST = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
