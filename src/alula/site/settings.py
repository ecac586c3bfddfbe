"""Django's settings, made from the ALULA_* variables. Nothing here is read by a domain: domains declare their own."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import unquote, urlparse

from alula.engines.files import data_folder as data
from alula.kernel.settings import setting

PACKAGE = Path(__file__).resolve().parent.parent

database = setting(
    "ALULA_DATABASE",
    "",
    "postgresql://user:password@host:port/name, or empty for SQLite in ALULA_DATA.",
    secret=True,
)
secret_key = setting(
    "ALULA_SECRET_KEY", "", "Signing key; generated into ALULA_DATA when empty.", secret=True
)
debug = setting("ALULA_DEBUG", default=False, help="Show tracebacks in the browser; never in production.")
hosts = setting("ALULA_HOSTS", "*", "Host names that requests may name, separated by commas.")
origins = setting(
    "ALULA_ORIGINS", "", "Full origins (https://...) trusted for changing requests, separated by commas."
)
https = setting(
    "ALULA_HTTPS", default=False, help="Served behind HTTPS: cookies are Secure and HSTS is sent."
)


def data_folder() -> Path:
    folder = data.value.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _secret() -> str:
    if secret_key.value:
        return secret_key.value
    file = data_folder() / "secret.key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text().strip()


def _database() -> dict[str, object]:
    if not database.value:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data_folder() / "alula.sqlite3",
            # A file does not go away: opening it anew for each request costs 6 ms of CPU.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Writers queue from their first statement, so positions follow the order of commits (record/spine).
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # Rows of 1 to 2 KB leave less of a page of 8 KiB empty than of 4; a database keeps what it was made with.
                "init_command": "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
            "TEST": {"NAME": data_folder() / "test.sqlite3"},
        }
    url = urlparse(database.value)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": url.port or "",
        "CONN_MAX_AGE": 60,
        # Nothing is prepared of itself: Django's cursors never do it, the record says which of its queries (record/asking).
        "OPTIONS": {"prepare_threshold": 5},
    }


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


SECRET_KEY = _secret()
DEBUG = debug.value
ALLOWED_HOSTS = _list(hosts.value)
CSRF_TRUSTED_ORIGINS = _list(origins.value)
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "alula.site.urls"
WSGI_APPLICATION = None

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "alula.kernel",
    "alula.record",
    "alula.people",
    "alula.coach",
    "alula.growth",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "alula.people.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "alula.people.passwords.NotLikeTheAddress"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "alula.people.sign_in.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
# A training room or a whole branch signs in behind one address of the network, within a minute. A guesser is held by the
# account ("key"), wherever they ask from; an attempt counts as failed until its password was found right.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/5m/ip,5/5m/key"}
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS: dict[str, str] = {}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# Shared by all processes (rate limits must be), without another server to run.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = https.value
SECURE_HSTS_SECONDS = 31_536_000 if https.value else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if https.value else None
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # httpx says every request that it sends; what went wrong is said by whoever sent it.
    "loggers": {"django.request": {"level": "ERROR"}, "httpx": {"level": "WARNING"}},
}
