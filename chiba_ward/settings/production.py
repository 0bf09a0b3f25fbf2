"""A city's servers. Refuses to start without its own secrets and servers."""

import logging
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from chiba_ward.sealed import keyring
from chiba_ward.settings.base import *  # noqa: F403  (settings are a namespace)
from chiba_ward.settings.base import (
    ALLOWED_HOSTS,
    DEFAULT_FROM_EMAIL,
    OIDC_SERVER_URL,
    PORTAL_BASE_URL,
    PORTAL_PEPPER,
    PORTAL_SEAL_KEYS,
    PORTAL_SEARCH_KEYS,
    SECRET_KEY,
    STORAGES,
    env,
)

REQUIRED = {
    "DATABASE_URL": "PostgreSQL の接続先",
    "REDIS_URL": "ブローカーの接続先",
    "PORTAL_SECRET_KEY": "署名用の秘密鍵 (50文字以上)",
    "PORTAL_PEPPER": "照会用暗証番号の秘密値 (16進64文字以上、データベースの外に置く)",
    "PORTAL_SEAL_KEYS": "封の鍵 (名前:16進64文字、いまの鍵を先頭に。データベースの外に置く)",
    "PORTAL_SEARCH_KEYS": "さがす索引の鍵 (名前:16進64文字。封の鍵とは別の値)",
    "PORTAL_ALLOWED_HOSTS": "公開するホスト名",
    "PORTAL_BASE_URL": "公開するURL (https://…)",
    "PORTAL_MAIL_FROM": "差出人メールアドレス",
    "PORTAL_SMTP_URL": "smtp+tls://利用者:パスワード@ホスト:587",
    "PORTAL_MEDIA_ROOT": "添付ファイルの保存先",
}
missing = [f"{name} … {meaning}" for name, meaning in REQUIRED.items() if not env(name)]
if missing:
    raise ImproperlyConfigured("本番環境の設定が足りません:\n  " + "\n  ".join(missing))
if len(SECRET_KEY) < 50 or any(
    word in SECRET_KEY for word in ("local-only", "suite-only", "build-only", "demo")
):
    raise ImproperlyConfigured("PORTAL_SECRET_KEY がデモ用か短すぎます。50文字以上の乱数にしてください。")
if len(PORTAL_PEPPER) < 64 or len(set(PORTAL_PEPPER)) < 8:
    raise ImproperlyConfigured("PORTAL_PEPPER がデモ用か短すぎます。16進64文字以上の乱数にしてください。")
rings = {}
for name, text in (("PORTAL_SEAL_KEYS", PORTAL_SEAL_KEYS), ("PORTAL_SEARCH_KEYS", PORTAL_SEARCH_KEYS)):
    try:
        rings[name] = {key.secret.hex() for key in keyring.parse(text)}
    except keyring.KeyRingError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error
    if any(key.is_weak for key in keyring.parse(text)):
        raise ImproperlyConfigured(f"{name} の鍵がデモ用です。16進64文字の乱数にしてください。")
used = [*rings["PORTAL_SEAL_KEYS"], *rings["PORTAL_SEARCH_KEYS"], PORTAL_PEPPER.lower()]
if len(set(used)) < len(used):
    raise ImproperlyConfigured(
        "PORTAL_SEAL_KEYS・PORTAL_SEARCH_KEYS・PORTAL_PEPPER は、別々の値にしてください。"
    )
if not PORTAL_BASE_URL.startswith("https://"):
    raise ImproperlyConfigured("PORTAL_BASE_URL は https:// で始めてください。")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("PORTAL_ALLOWED_HOSTS に * は使えません。")
if parseaddr(DEFAULT_FROM_EMAIL)[1].endswith("example.jp"):
    raise ImproperlyConfigured("PORTAL_MAIL_FROM に実在の差出人を設定してください。")

if OIDC_SERVER_URL and not OIDC_SERVER_URL.startswith("https://"):
    raise ImproperlyConfigured("PORTAL_OIDC_SERVER_URL は https:// で始めてください。")

smtp = urlsplit(env("PORTAL_SMTP_URL"))
EMAIL_HOST = smtp.hostname or ""
EMAIL_PORT = smtp.port or {"smtps": 465, "smtp": 25}.get(smtp.scheme, 587)
EMAIL_HOST_USER = unquote(smtp.username or "")
EMAIL_HOST_PASSWORD = unquote(smtp.password or "")
EMAIL_USE_TLS = smtp.scheme == "smtp+tls"
EMAIL_USE_SSL = smtp.scheme == "smtps"
if smtp.scheme not in ("smtp", "smtp+tls", "smtps") or not EMAIL_HOST:
    raise ImproperlyConfigured("PORTAL_SMTP_URL は smtp+tls://、smtps://、smtp:// のどれかで始めてください。")

PORTAL_DEMO = False
SECURE_SSL_REDIRECT = env("PORTAL_SSL_REDIRECT", "1") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-portal"
PORTAL_COOKIE_PREFIX = "__Host-"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(PORTAL_BASE_URL))]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "chiba_ward.settings.static_files.GzipManifestStorage"},
}
# Python's own warnings would stand between the lines of JSON.
logging.captureWarnings(True)
