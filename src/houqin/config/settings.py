"""The one settings file. What an operator may change comes from `kernel.environment`."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django_stubs_ext
import pghistory
import structlog
from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

import houqin
from houqin.embedded import EmbeddedServer
from houqin.kernel import environment
from houqin.kernel.secrets import secret_key

django_stubs_ext.monkeypatch()  # lets forms and managers name their model at run time

ENVIRONMENT = environment.read()
DATA_DIR = ENVIRONMENT.data_dir
WEB = Path(houqin.__file__).parent / "web"

DEBUG = False
SECRET_KEY = secret_key(DATA_DIR)
ALLOWED_HOSTS = ["*"]  # every link is built from PUBLIC_URL, never from the Host header
PUBLIC_URL = ENVIRONMENT.url
INTERNAL_IPS: list[str] = []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_vite",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "houqin.org",
    "houqin.accounts",
    "houqin.journal",
    "houqin.notify",
    "houqin.files",
    "houqin.approvals",
    "houqin.inventory",
    "houqin.budget",
    "houqin.staffing",
    "houqin.work",
    "houqin.desk",
    "houqin.intake",
    "houqin.web.ui",
    "houqin.web.setup",
    "houqin.web.exports",
    "houqin.web.insight",
    "houqin.cli",
]

MIDDLEWARE = [
    "houqin.api.metrics.counted",
    "houqin.web.middleware.database_gone",
    "houqin.web.middleware.head_like_get",
    "houqin.web.pulse.pulse",  # before sessions: fifty open lists ask it all day
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "houqin.api.problems.every_error_is_a_problem",
    "django.middleware.common.CommonMiddleware",
    "houqin.web.middleware.not_too_large",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "houqin.web.middleware.wrong_method",
    "houqin.web.middleware.no_nul",
    "houqin.web.middleware.person",
    "houqin.web.middleware.history",
    "axes.middleware.AxesMiddleware",
    "houqin.api.idempotency.same_key_same_effect",  # last: what it stores is what the view answered
]

ROOT_URLCONF = "houqin.config.urls"
WSGI_APPLICATION = "houqin.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- pages ------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [path for path in sorted(WEB.glob("*/templates")) if path.parent.name != "ui"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        ),
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "houqin.web.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "houqin.web.ui.context.frame",
            ],
        },
    }
]
COTTON_ISOLATE_BY_DEFAULT = True  # a component sees its attributes, not the variables of the page around it
STATIC_URL = "/static/"
STATIC_ROOT = WEB / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": WEB / "static" / "houqin" / "manifest.json",
        "static_url_prefix": "houqin",
    }
}


def _immutable(_path: str, url: str) -> bool:
    """Built files carry a hash of their content in the name."""
    return bool(re.search(r"/houqin/assets/.+-[\w-]{8}\.\w+$", url))


WHITENOISE_IMMUTABLE_FILE_TEST = _immutable
CSRF_FAILURE_VIEW = "houqin.web.ui.views.csrf_failure"

# ---- languages --------------------------------------------------------------------------------
LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [Path(houqin.__file__).parent / "locale"]
TIME_ZONE = ENVIRONMENT.time_zone
USE_TZ = True
USE_I18N = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
FORMAT_MODULE_PATH = ["houqin.web.ui.formats"]

# ---- database ---------------------------------------------------------------------------------

# Lists join a dozen small tables in an order that is good as it is written; trying every other order
# took the planner 45 ms of a list's 50.
PLANNER = "-c join_collapse_limit=4"


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's settings for the server that `url` names, or for the embedded one."""
    shared: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
    where = {
        name: str(value) for name, value in conninfo_to_dict(url or EmbeddedServer(data_dir).dsn()).items()
    }
    return {
        **shared,
        "NAME": where.pop("dbname", "houqin"),
        "USER": where.pop("user", ""),
        "PASSWORD": where.pop("password", ""),
        "HOST": where.pop("host", ""),
        "PORT": where.pop("port", ""),
        "OPTIONS": {"application_name": "houqin", "options": PLANNER, **where},
    }


DATABASES = {"default": database(ENVIRONMENT.database_url, DATA_DIR)}
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(
    related_name="history",
    related_query_name="history",
    db_index=True,  # what a change changed is told by the row before it
)
PGHISTORY_BASE_MODEL = "houqin.journal.models.history.History"
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_APPEND_ONLY = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# ---- who --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "houqin.accounts.backends.NameOrEmailBackend",
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/15m/key"}
ACCOUNT_ADAPTER = "houqin.accounts.adapter.HouseAdapter"
ACCOUNT_FORMS = {"login": "houqin.web.accounts.sign_in_form.SignInForm"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
USERSESSIONS_TRACK_ACTIVITY = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "houqin"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "houqin.accounts.backends.name_tried"
AXES_LOCKOUT_CALLABLE = "houqin.web.accounts.views.locked_out"
AXES_SENSITIVE_PARAMETERS: list[str] = []
AXES_ENABLE_ADMIN = False
# A campus sits behind one address: lock the account, never the address.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

PASSWORD_PROFILE = ENVIRONMENT.password_profile
_PROFILES: dict[str, list[dict[str, Any]]] = {
    "modern": [
        {
            "NAME": "houqin.accounts.passwords.LongEnough",
            "OPTIONS": {"min_length": 12},
        },
        {"NAME": "houqin.accounts.passwords.NotCommon"},
        {
            "NAME": "houqin.accounts.passwords.NotAboutOneself",
            "OPTIONS": {"user_attributes": ("username", "full_name", "email", "phone")},
        },
    ],
    "mlps2": [
        {
            "NAME": "houqin.accounts.passwords.LongEnough",
            "OPTIONS": {"min_length": 8},
        },
        {"NAME": "houqin.accounts.passwords.NotCommon"},
        {"NAME": "houqin.accounts.passwords.ThreeOfFourClasses"},
        {"NAME": "houqin.accounts.passwords.NotOneOfTheLastFive"},
    ],
}
AUTH_PASSWORD_VALIDATORS = _PROFILES[PASSWORD_PROFILE]
PASSWORD_MAX_AGE_DAYS = 90 if PASSWORD_PROFILE == "mlps2" else None
SESSION_IDLE_MINUTES = 30 if PASSWORD_PROFILE == "mlps2" else None
SESSION_COOKIE_AGE = 12 * 3600 if PASSWORD_PROFILE == "mlps2" else 14 * 24 * 3600

# ---- headers ----------------------------------------------------------------------------------
_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

# ---- uploads ----------------------------------------------------------------------------------
FILES_DIR = DATA_DIR / "files"
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
MAX_MADE_BYTES = 500 * 1024 * 1024
MAX_REQUEST_BYTES = 60 * 1024 * 1024
MAX_FILES_PER_UPLOAD = 9
MAX_IMAGE_PIXELS = 50_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# ---- mail -------------------------------------------------------------------------------------
MAIL_URL = ENVIRONMENT.mail_url
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
MAIL_ADDRESS = ENVIRONMENT.mail_address
MAIL_PLUS = ENVIRONMENT.mail_plus
MAIL_BIND = ENVIRONMENT.mail_bind
MAIL_PORT = ENVIRONMENT.mail_port
IMAP_URL = ENVIRONMENT.imap_url
if MAIL_URL:
    _mail = urlsplit(MAIL_URL)
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or (465 if _mail.scheme == "smtps" else 25)
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_TIMEOUT = 20

# ---- log --------------------------------------------------------------------------------------
_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
            ],
            "foreign_pre_chain": _SHARED,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log.upper()},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "django.db.backends": {"level": "INFO"},
    },
}
DEMO_ANYWHERE = ENVIRONMENT.demo_anywhere
