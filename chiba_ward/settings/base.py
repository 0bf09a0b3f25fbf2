"""What every way of running the portal shares. Servers and secrets come from the environment."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf.locale import LANG_INFO

from chiba_ward.settings.oidc import form_targets, providers

BASE_DIR = Path(__file__).resolve().parent.parent.parent
SECOND_ROOT = str(BASE_DIR / "requests")
if SECOND_ROOT not in sys.path:  # a folder, never a package: docs/adr explains why
    sys.path.insert(1, SECOND_ROOT)


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def database(url: str) -> dict[str, Any]:
    """A DATABASES entry from `postgresql://user:password@host:port/name`."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # A new connection costs more than a whole page; persistent ones are checked before use.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": "chiba_ward",
            "connect_timeout": 5,
            # Pages ask for little: starting workers for 1,500 rows took 15 ms of 20 (docs/results/bench.md).
            "options": "-c max_parallel_workers_per_gather=0",
        },
    }


DATA_DIR = Path(env("PORTAL_DATA_DIR", str(BASE_DIR / ".portal")))
SECRET_KEY = env("PORTAL_SECRET_KEY")
PORTAL_PEPPER = env("PORTAL_PEPPER")
# Rings of keys, "name:64 hex digits" each, the current one first; see chiba_ward.sealed.keyring.
PORTAL_SEAL_KEYS = env("PORTAL_SEAL_KEYS")
PORTAL_SEARCH_KEYS = env("PORTAL_SEARCH_KEYS")
DEBUG = False
ALLOWED_HOSTS = [host for host in env("PORTAL_ALLOWED_HOSTS").split(",") if host]
PORTAL_BASE_URL = env("PORTAL_BASE_URL", "http://127.0.0.1:8000")
PORTAL_FACES = env("PORTAL_FACES", "citizen,staff,partner,progress,api").split(",")
PORTAL_DEMO = False

INSTALLED_APPS = [
    "chiba_ward.database",  # before all whose commands it wraps
    "chiba_ward.sealed",
    "chiba_ward.ui",
    "chiba_ward.directory",
    "chiba_ward.access",
    "chiba_ward.compartments",
    "chiba_ward.outbox",
    "chiba_ward.casework",
    "chiba_ward.correspondence",
    "chiba_ward.disclosure",
    "chiba_ward.documents",
    "chiba_ward.progress",
    "chiba_ward.api",
    "consultations",
    "consultations.staffing",
    "consultations.protection",
    "consultations.support",
    "consultations.centre",
    "community",
    "community.open_data",
    "community.area_officers",
    "community.matching",
    "community.circulars",
    "regional_issues",
    "regional_issues.budget",
    "chiba_ward.access.site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_filters",
    "django_fsm",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chiba_ward.access.middleware.ResponseHeadersMiddleware",
    "chiba_ward.api.middleware.ApiMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "chiba_ward.access.readlog.middleware.ReadLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chiba_ward.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chiba_ward.access.middleware.SessionLimitMiddleware",
    "chiba_ward.access.middleware.ActorMiddleware",
    "chiba_ward.access.middleware.HistoryContextMiddleware",
    "chiba_ward.compartments.middleware.CompartmentMiddleware",
    "chiba_ward.access.middleware.SignInRequiredMiddleware",
    "chiba_ward.access.middleware.SecondFactorMiddleware",
    "chiba_ward.access.middleware.PolicyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chiba_ward.sealed.middleware.SealErrorMiddleware",
    # Last: before any process_view, where the check for the token reads the body.
    "chiba_ward.casework.files.request_body.RequestBodyMiddleware",
]

ROOT_URLCONF = "chiba_ward.urls"
WSGI_APPLICATION = "chiba_ward.wsgi.application"
FORM_RENDERER = "chiba_ward.ui.quick_widgets.QuickRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chiba_ward.ui.context_processors.portal",
                "chiba_ward.access.context_processors.actor",
                "chiba_ward.directory.context_processors.emergency_numbers",
            ],
            "builtins": ["django.templatetags.i18n", "chiba_ward.ui.templatetags.portal"],
        },
    }
]

# Pages and workers are the role of DATABASE_URL. The owner of the tables is known to whoever runs `migrate` alone.
DATABASES = {"default": database(env("DATABASE_URL"))}
PORTAL_OWNER = database(env("DATABASE_OWNER_URL")) if env("DATABASE_OWNER_URL") else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Limits and throttles must work while the broker is down: the cache lives in PostgreSQL (ASSURANCE AV1).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"},
}

# --- sign-in -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["chiba_ward.access.duties.PostedBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "chiba_ward.access.passwords.ContextWordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home_after_login"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "chiba_ward.access.adapters.AccountAdapter"
MFA_ADAPTER = "chiba_ward.access.adapters.SecondFactorAdapter"
SOCIALACCOUNT_ADAPTER = "chiba_ward.access.adapters.SocialAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "chiba_ward.access.models.display_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# A whole ward office signs in from one address at 8:30. The portal's own throttle counts per account, per network and
# over everybody, at the password and at the code, atomically. allauth's counters would refuse the eleventh colleague of
# a minute who mistypes, and anybody who waits a second for the lock on the counter of their address.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
MFA_FORMS = {
    "authenticate": "chiba_ward.access.code_forms.SignInCodeForm",
    "reauthenticate": "chiba_ward.access.code_forms.ProofCodeForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("PORTAL_TRUSTED_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "千葉市 区役所ポータル"
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_PROVIDERS = providers(os.environ)
OIDC_SERVER_URL = env("PORTAL_OIDC_SERVER_URL")

# Idle and absolute limits of a session, per face (ASSURANCE SE2).
SESSION_LIMITS = {
    "staff": (timedelta(minutes=15), timedelta(hours=10)),
    "partner": (timedelta(minutes=15), timedelta(hours=10)),
    "citizen": (timedelta(minutes=30), timedelta(hours=12)),
}
# How long a reason for opening a matter outside one's duty opens it; and how long what was written there may still be
# sent: as long as the longest session, so that nothing typed is lost.
OUTSIDE_DUTY_LIMITS = (timedelta(hours=1), timedelta(hours=10))
CASE_KEY_LIMITS = (timedelta(minutes=15), timedelta(hours=1))
SESSION_ENGINE = "chiba_ward.access.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
PORTAL_COOKIE_PREFIX = ""
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no words in a cookie
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "chiba_ward.access.views.csrf_failure"

# --- headers -------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *form_targets(os.environ)],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- language and time ----------------------------------------------------------------------------
LANG_INFO.setdefault(
    "ja-easy",
    {"bidi": False, "code": "ja-easy", "name": "Easy Japanese", "name_local": "やさしい日本語"},
)
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("ja-easy", "やさしい日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

# --- static and media -----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("PORTAL_STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
PORTAL_MEDIA_ROOT = Path(env("PORTAL_MEDIA_ROOT", str(DATA_DIR / "media")))
MEDIA_ROOT = PORTAL_MEDIA_ROOT  # never served: only the permission view reads it
# The daily head of the read log: a folder that whoever owns the database cannot write to (docs/adr/0012).
PORTAL_READ_LOG_HEADS = env("PORTAL_READ_LOG_HEADS", str(DATA_DIR / "read-log-heads"))
STORAGES = {
    "default": {"BACKEND": "chiba_ward.casework.storage.DurableStorage"},
    "staticfiles": {"BACKEND": "chiba_ward.settings.static_files.GzipManifestStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# Somebody who marks a whole album must still see 「5つまで」 beside the field, with the text kept; the handler keeps
# no more than ten of them.
DATA_UPLOAD_MAX_NUMBER_FILES = 100
FILE_UPLOAD_HANDLERS = ["chiba_ward.casework.files.upload_handler.BoundedUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# ClamAV's daemon: tcp://host:3310 or unix:/path. Empty: none is there, and screens say so; `none` says it on purpose.
PORTAL_CLAMD = env("PORTAL_CLAMD")

# --- mail -----------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = env("PORTAL_MAIL_FROM", "kuyakusho-portal@example.jp")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10
# The address that does not name the city, for those who asked for it (安全な連絡).
PORTAL_PLAIN_MAIL_FROM = env("PORTAL_PLAIN_MAIL_FROM")
# Partner offices are written to at these domains only; empty means any registered address.
PORTAL_MAIL_DOMAINS = [domain for domain in env("PORTAL_MAIL_DOMAINS").split(",") if domain]

# --- notifications to other systems ---------------------------------------------------------------
# A certificate authority of one's own (a closed network); empty: those that the system trusts.
WEBHOOK_CA_FILE = env("PORTAL_WEBHOOK_CA_FILE")
# Addresses of the machine itself that a test may be notified at. Never from the environment.
WEBHOOK_LOCAL_ADDRESSES: frozenset[str] = frozenset()

# --- tasks ----------------------------------------------------------------------------------------
CELERY_BROKER_URL = env("REDIS_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = (
    None  # the default gives up after 100, which is the better part of an hour
)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# kombu sweeps unacknowledged tasks every interval x throttle seconds; its default of 100 s is too slow,
# and a task must end well before it becomes visible again (STACK §2).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 1,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TASK_ROUTES = {
    "chiba_ward.outbox.tasks.*": {"queue": "outbox"},
    "chiba_ward.documents.tasks.*": {"queue": "documents"},
}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {}  # filled in schedule.py, one place for every module

from chiba_ward.settings.schedule import BEAT_SCHEDULE  # noqa: E402  (needs nothing of this module)

CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""

from chiba_ward.settings.api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: E402, F401
from chiba_ward.settings.logs import LOGGING  # noqa: E402, F401  (a setting, kept in a file of its own)
