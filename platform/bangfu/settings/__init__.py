"""Settings of every process. What differs between machines comes from the environment.

Without ``DATABASE_URL`` and ``REDIS_URL`` the embedded services of ``bangfu.local`` are used; the secrets
then come from the state folder. In production all of them are given, and ``BANGFU_ENV=production``
switches off whatever a demo may do.
"""

import hashlib
import hmac
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from bangfu.local import running_urls, secrets
from bangfu.local.state import State
from bangfu.observability.errors import report_errors
from bangfu.observability.logs import configure_structlog, logging_configuration

ROOT = Path(__file__).resolve().parents[3]
STATE_DIR = Path(os.environ.get("BANGFU_STATE_DIR") or ROOT / ".bangfu").absolute()
BANGFU_ENV = os.environ.get("BANGFU_ENV", "local")
PRODUCTION = BANGFU_ENV == "production"
TESTING = BANGFU_ENV == "test"
# A demo may move its own clock, plant faults and show its sign-ins; production never.
BANGFU_DEMO = not PRODUCTION and os.environ.get("BANGFU_DEMO", "1") == "1"
DEBUG = False


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"production needs the environment variable {name}")
    return value


# --- secrets ------------------------------------------------------------------------------------

# The file the key ring is read from; empty where the environment holds it.
BANGFU_KEYS_FILE = os.environ.get("BANGFU_KEYS_FILE", "")
BANGFU_KEYS: Mapping[str, Any]
if PRODUCTION:
    SECRET_KEY = _required("BANGFU_SECRET_KEY")
    BANGFU_KEYS = (
        secrets.LiveRing(Path(BANGFU_KEYS_FILE))
        if BANGFU_KEYS_FILE
        else secrets.keys_from_environment(os.environ)
    )
else:
    _local_secrets = secrets.load(STATE_DIR)
    SECRET_KEY = os.environ.get("BANGFU_SECRET_KEY") or _local_secrets.secret_key
    BANGFU_KEYS_FILE = BANGFU_KEYS_FILE or str(State.at(STATE_DIR).secrets_file)
    BANGFU_KEYS = secrets.LiveRing(Path(BANGFU_KEYS_FILE))

# --- services -----------------------------------------------------------------------------------

_running = running_urls(STATE_DIR)
_DATABASE_URL = os.environ.get("DATABASE_URL") or (_running.database_url if _running else "")
REDIS_URL = os.environ.get("REDIS_URL") or (_running.redis_url if _running else "")
if PRODUCTION and not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
    raise ImproperlyConfigured("production needs DATABASE_URL and REDIS_URL")

_owner = dj_database_url.parse(
    _DATABASE_URL or "postgresql://bangfu@127.0.0.1/bangfu", conn_max_age=600
)
_owner["ENGINE"] = "bangfu.kernel.tenancy.backend"

# The web and worker processes never log in as the owner: they use a login that may do nothing but
# take on the role of a station. It is made by ``tenants.setup``; see docs/architecture/tenancy.md.
APP_LOGIN = "bangfu_app_" + hashlib.sha256(str(_owner["NAME"]).encode()).hexdigest()[:8]
APP_PASSWORD = hmac.new(SECRET_KEY.encode(), b"database login", hashlib.sha256).hexdigest()
_app: dict[str, Any] = dict(_owner)
if os.environ.get("DATABASE_APP_URL"):
    _app = dict(dj_database_url.parse(os.environ["DATABASE_APP_URL"], conn_max_age=600))
    _app["ENGINE"] = "bangfu.kernel.tenancy.backend"
    APP_LOGIN, APP_PASSWORD = _app["USER"], _app["PASSWORD"]
else:
    _app |= {"USER": APP_LOGIN, "PASSWORD": APP_PASSWORD}

DATABASES = {
    "default": _app | {"ROLES": True},
    "owner": _owner | {"ROLES": False, "CONN_MAX_AGE": 0},
}
# The library insists on its own router; ours stands before it and answers every question.
DATABASE_ROUTERS = [
    "bangfu.kernel.tenancy.router.StationRouter",
    "django_tenants.routers.TenantSyncRouter",
]
ORIGINAL_BACKEND = "django.db.backends.postgresql"
TENANT_MODEL = "tenants.Station"
TENANT_DOMAIN_MODEL = "tenants.StationDomain"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL or "redis://127.0.0.1:6379/0",
        "KEY_FUNCTION": "bangfu.kernel.tenancy.cache.station_key",
        "KEY_PREFIX": "bangfu",
    }
}

# How long the red counts of the menu are kept for one who only looks; 0 counts on every page.
BANGFU_COUNTS_KEPT_SECONDS = 0 if TESTING else 5

# --- applications -------------------------------------------------------------------------------

SHARED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "bangfu.ui",
    "tenants",
    "shared_apps.accounts",
    "shared_apps.audit",
    "shared_apps.exchange",
    "shared_apps.rollup",
    "shared_apps.reconciliation",
    "shared_apps.regions",
    "shared_apps.policies",
    "shared_apps.notifications",
    "shared_apps.onboarding",
    "shared_apps.console",
    "shared_apps.register",
    "shared_apps.importing",
    "shared_apps.programmes",
    "shared_apps.partners",
    "shared_apps.bankfiles",
    "shared_apps.paperbooks",
    "shared_apps.targets",
    "shared_apps.evaluations",
    "shared_apps.printing",
    "rest_framework",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_tables2",
    "django_htmx",
    "django_prometheus",
]
TENANT_APPS = [
    "tenant_apps.casework",
    "tenant_apps.households",
    "tenant_apps.funds",
    "tenant_apps.reviews",
    "tenant_apps.notices",
    "tenant_apps.imports",
    "tenant_apps.pairing",
    "tenant_apps.sources",
    "tenant_apps.privacy",
    "tenant_apps.goods",
    "tenant_apps.benefits",
    "tenant_apps.aid",
    "tenant_apps.payouts",
    "tenant_apps.documents",
    "tenant_apps.applications",
    "tenant_apps.reports",
    "tenant_apps.yearly",
    "tenant_apps.surveys",
    "tenant_apps.banking",
]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, "django_tenants"]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bangfu.web.middleware.network_realm",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "bangfu.web.language.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bangfu.web.sessions.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "bangfu.web.middleware.StationMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "bangfu.urls"
WSGI_APPLICATION = "bangfu.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "platform" / "bangfu" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bangfu.ui.context.shell",
            ]
        },
    }
]

# --- people -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "shared_apps.accounts.passwords.LettersAndDigitsValidator"},
]
# Where this platform is reached, for links in letters.
BANGFU_SITE = os.environ.get(
    "BANGFU_SITE", f"http://127.0.0.1:{os.environ.get('BANGFU_PORT', '8000')}"
)
# Whether heads, finance and administrators must use a second factor; a demo only offers it.
BANGFU_REQUIRE_MFA = os.environ.get("BANGFU_REQUIRE_MFA", "1" if PRODUCTION else "0") == "1"
PASSWORD_RESET_TIMEOUT = 2 * 3600
MFA_ADAPTER = "shared_apps.accounts.second_factor.SealedAdapter"
# A phone may be half a minute off, and a slow typist late: the neighbouring codes count too, once each.
MFA_TOTP_TOLERANCE = 1
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "bangfu_session"
CSRF_COOKIE_NAME = "bangfu_csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many proxies of ours write X-Forwarded-For in front of the web processes.
BANGFU_PROXIES = int(os.environ.get("BANGFU_PROXIES", "0"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
ALLOWED_HOSTS = [host for host in os.environ.get("BANGFU_HOSTS", "").split(",") if host]
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if PRODUCTION else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "platform" / "bangfu" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# Collected in production; a single machine serves the files where they are.
STATIC_ROOT = (os.environ.get("BANGFU_STATIC_DIR") or STATE_DIR / "static") if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = Path(os.environ.get("BANGFU_MEDIA_DIR") or STATE_DIR / "media")
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- mail ---------------------------------------------------------------------------------------

EMAIL_BACKEND = os.environ.get(
    "BANGFU_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = os.environ.get("BANGFU_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("BANGFU_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("BANGFU_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("BANGFU_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("BANGFU_EMAIL_TLS", "0") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("BANGFU_EMAIL_FROM", "bangfu@localhost")

# --- API ----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bangfu.kernel.api_defaults.RequestActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["bangfu.kernel.api_defaults.HasCapability"],
    "DEFAULT_SCHEMA_CLASS": "bangfu.kernel.api_schema.NamedByApp",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "bangfu.kernel.api_defaults.CursorPages",
    "EXCEPTION_HANDLER": "bangfu.kernel.problems.to_problem_response",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Bangfu API",
    "VERSION": "1",
    "DESCRIPTION": "Every act a clerk can do, as an endpoint. Errors follow RFC 9457.",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # A choice is described where it stands: names made up for equal sets change with every new one.
    "POSTPROCESSING_HOOKS": [],
}

# --- sign-in protection -------------------------------------------------------------------------

AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "shared_apps.accounts.views.sign_in.locked_out"
AXES_CLIENT_IP_CALLABLE = "bangfu.kernel.addresses.client_address"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

DJANGO_TABLES2_TEMPLATE = "ui/table.html"
SILENCED_SYSTEM_CHECKS = ["models.W042"]
PROMETHEUS_EXPORT_MIGRATIONS = False

# --- logs and faults ----------------------------------------------------------------------------

LOGGING = logging_configuration(
    os.environ.get("BANGFU_LOG_LEVEL", "WARNING" if TESTING else "INFO")
)
configure_structlog()
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False
if not TESTING:
    report_errors(os.environ, release=os.environ.get("BANGFU_RELEASE", "development"))
