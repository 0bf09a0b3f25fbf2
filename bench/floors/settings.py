"""A plain Django project on the city's database: the middleware of `startproject`, no session that anybody opens.

The token check is left out, so that an INSERT can be posted without one; it costs microseconds.
"""

import os

from chiba_ward.settings.base import database

SECRET_KEY = os.environ.get("PORTAL_SECRET_KEY", "bench")
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.floors.urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "bench.floors",
]
MIDDLEWARE = [
    "bench.counting.CountingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
