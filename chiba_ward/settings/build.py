"""While the image is built: static files as production serves them. It has no secrets and serves nobody."""

from chiba_ward.settings.base import *  # noqa: F403  (settings are a namespace)
from chiba_ward.settings.base import STORAGES

SECRET_KEY = "build-only"  # noqa: S105  (signs nothing that leaves the build)
PORTAL_PEPPER = ""
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "chiba_ward.settings.static_files.GzipManifestStorage"},
}
