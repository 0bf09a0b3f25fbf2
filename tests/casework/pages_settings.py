"""The pages of a test as a process of their own: the suite's settings, with the test's own store and scanner."""

import os
from pathlib import Path

from chiba_ward.settings.test import *  # noqa: F403  (settings are a namespace)

PORTAL_MEDIA_ROOT = MEDIA_ROOT = Path(os.environ["PAGES_MEDIA"])
PORTAL_CLAMD = os.environ.get("PAGES_CLAMD", "")
