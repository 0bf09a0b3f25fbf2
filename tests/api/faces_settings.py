"""The suite's settings as a production process would read its faces: without the demo's own routes."""

from chiba_ward.settings.test import *  # noqa: F403  (settings are a namespace)

PORTAL_DEMO = False
