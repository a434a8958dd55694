"""The one settings file. Its defaults are right for development; production is set by environment.

Four parts: the environment, the house, Django and the libraries. README.md lists the variables.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# 1. The environment ---------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=True)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
DEVELOPMENT_KEY = "development-only-key-" + "0" * 40
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_KEY)
if not DEBUG and SECRET_KEY == DEVELOPMENT_KEY:
    message = "Set SECRET_KEY in the environment before running with DEBUG=false."
    raise ImproperlyConfigured(message)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_COOKIES = env.bool("SECURE_COOKIES", default=not DEBUG)

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'dmp.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for the writer, and a writer takes its lock when its transaction begins.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        ),
    }
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)

# 2. The house ---------------------------------------------------------------------------------

PRODUCT_VERSION = "0.1.0"
# A wing says who somebody is, and what stands on that person's home page. The building asks
# them by name, so that no import runs against the way of facts.
ROLE_SOURCES = ["specs.roles.roles_of", "vendors.roles.roles_of", "procurement.roles.roles_of"]
HOME_PANELS = [
    "marketplace.notices.panels.home_panel",
    "procurement.roles.home_panel",
    "vendors.roles.home_panel",
    "specs.roles.home_panel",
    "specs.consultation.panels.home_panel",
    "marketplace.catalogue.panels.home_panel",
]
# What a requirement's page says of published claims: provided_counts(version_id) -> {key: (n, m)}.
REQUIREMENT_NOTES = "marketplace.catalogue.notes.provided_counts"
# What else stands against publishing a version: publication_problems(version, reason) -> [Problem].
PUBLICATION_CHECKS = ["specs.consultation.actions.publication_problems"]
# What a version means for claims on earlier ones, and for the contracts that rely on them.
CLAIM_IMPACT = "vendors.impact.claim_impact"
CONTRACT_IMPACT = "procurement.impact.contract_impact"
# Who is told what happened to a version: version_event(event, version, by=, at=).
VERSION_EVENTS = ["specs.following.notices.version_event", "vendors.notices.version_event"]
# Where mails say that this site stands; and who names feed entries for good (RFC 4151).
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
TAG_AUTHORITY = env.str("TAG_AUTHORITY", default="dmp.invalid")
# For whom the reader of the catalogue looks: population, category and name of the body, or None.
BUYER_DEFAULTS = "procurement.bodies.buyer_defaults"
UPLOAD_LIMIT_BYTES = env.int("UPLOAD_LIMIT_BYTES", default=10 * 1024 * 1024)

# 3. Django ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "marketplace",
    "marketplace.accounts",
    "marketplace.audit",
    "marketplace.notices",
    "specs",
    "specs.consultation",
    "specs.proposals",
    "specs.following",
    "vendors",
    "marketplace.catalogue",
    "procurement",
    "procurement.contracts",
    "procurement.switchover",
    "procurement.cases",
    "procurement.documents",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "marketplace.middleware.RefuseUnreadable",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.context_processors.building",
                "marketplace.notices.context_processors.unread",
            ],
        },
    },
]
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", _("英語"))]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# In development static files are found where they lie; in production they are collected first.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VAR_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="dmp@localhost")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Files that take long to make and never change, by what they are made of.
    "handouts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "handouts",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 16},
    },
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=SECURE_COOKIES)
SECURE_HSTS_SECONDS = 0 if not SECURE_COOKIES else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_COOKIES
SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/accounts/login/"
CSRF_FAILURE_VIEW = "marketplace.views.csrf_failure"

# 4. The libraries -----------------------------------------------------------------------------

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
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = env.str("ACCOUNT_EMAIL_VERIFICATION", default="optional")
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_FORMS = {
    "login": "marketplace.accounts.forms.LoginForm",
    "signup": "marketplace.accounts.forms.SignupForm",
    "add_email": "marketplace.accounts.forms.AddEmailForm",
    "change_password": "marketplace.accounts.forms.ChangePasswordForm",
    "set_password": "marketplace.accounts.forms.SetPasswordForm",
    "reset_password": "marketplace.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "marketplace.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "marketplace.accounts.forms.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "DMP"
MFA_FORMS = {
    "authenticate": "marketplace.accounts.forms.CodeForm",
    "reauthenticate": "marketplace.accounts.forms.CodeAgainForm",
    "activate_totp": "marketplace.accounts.forms.ActivateForm",
}
# Warnings and faults go to standard error, where systemd, a container or a terminal picks them up.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["marketplace.rest.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PARSER_CLASSES": ["marketplace.rest.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "marketplace.rest.Pagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "marketplace.rest.answer_error",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "DMP API",
    "DESCRIPTION": (
        "標準仕様、適合表明、カタログ、調達の記録を、画面と同じ権限・同じ規則で扱います。 "
        "Specifications, claims, catalogue and procurement, with the pages' permissions and rules."
    ),
    "VERSION": "1",
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": True,
    "ENUM_NAME_OVERRIDES": {
        "VersionState": "specs.models.SpecificationVersion.State",
        "RequirementKind": "specs.models.Requirement.Kind",
        "ProposalState": "specs.proposals.models.Proposal.State",
        "CommentKind": "specs.consultation.models.Comment.Kind",
        "CommentOutcome": "specs.consultation.models.Answer.Outcome",
        "OfferState": "vendors.models.Offer.State",
        "ClaimState": "vendors.models.ConformanceClaim.State",
        "PriceKind": "vendors.models.Price.Kind",
        "PaperKind": "procurement.documents.kinds.CHOICES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "marketplace.api_document.name_errors",
    ],
}
