"""Settings, all from the environment. README.md has the table.

Without any variable this is the embedded set-up of `make run`: SQLite, a Redis of its own, mail in
a folder. `NIGGLE_PRODUCTION=1` turns every safety on and refuses to start on a default secret.
"""

import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from coaching.logs import configuration
from coaching.mail_url import email_settings

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("NIGGLE_DATA_DIR", str(BASE_DIR / "var")))

PRODUCTION = env.bool("NIGGLE_PRODUCTION", False)
DEBUG = env.bool("DEBUG", False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG shows what athletes told to whoever meets a fault: unset it.")


def _secret_key() -> str:
    """The secret from the environment, else (never in production) one made at the first start."""
    if key := env.str("SECRET_KEY", ""):
        if PRODUCTION and (len(key) < 50 or key.startswith("django-insecure")):
            raise ImproperlyConfigured("SECRET_KEY is too weak: give 50 or more random characters.")
        return key
    if PRODUCTION:
        raise ImproperlyConfigured("Set SECRET_KEY: production does not start on a default secret.")
    return _local_secret(DATA_DIR / "secret.key")


def _local_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # health data will be beside it
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        draft.replace(path)
    return path.read_text().strip()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])

# What is encrypted in the database (tokens of push services, webhook secrets): the first encrypts, each can read.
# Empty: worked out from the secrets above. A backup is worth little elsewhere without them.
COLUMN_KEYS: list[str] = env.list("COLUMN_KEYS", [])

ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_structlog",
    "csp",
    "guidance",
    "athletes",
    "coaching",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "coaching.headers.for_this_site_only",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "coaching.request_log.request_log",  # after WhiteNoise: files are not worth a line
    # Pages are sent compressed. What BREACH would measure is hidden: the CSRF token is masked anew in each answer,
    # Django adds a random length, and SameSite keeps another site's requests from being answered as somebody.
    "coaching.compression.Compressed",
    "coaching.caches.never_kept",
    "coaching.plain_http.refuse_programs",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "coaching.languages.Languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "coaching.sessions.keep_logged_in",
    "coaching.sessions.note_seen",
    "coaching.languages.as_the_person_chose",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "coaching.second_factor_gate.AskedForByTheClub",
    "django_htmx.middleware.HtmxMiddleware",
    "coaching.looks.watch.audit_looks",  # the innermost: it notes whose data a view was handed
]

ROOT_URLCONF = "coaching.urls"
CSRF_FAILURE_VIEW = "coaching.faults.csrf_failure"
WSGI_APPLICATION = "coaching.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "coaching" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "coaching.context.site",
            ],
        },
    }
]

# --- Database
# CONN_MAX_AGE: a kept connection is worth a factor of six on PostgreSQL; health checks make a kept
# one survive a database restart.
DATABASE_URL = env.str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'niggle.sqlite3'}")
DATABASES = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)
}
# How long a locked database is waited for, in seconds. Somebody waits for the page: "try again" soon, with
# what to do now, is better than a late answer; and whatever a worker gives up is found again.
DATABASE_WAIT_S = env.float("DATABASE_WAIT_S", 4.0)
USES_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if USES_SQLITE:
    # IMMEDIATE takes the write lock when a transaction begins: in SQLite's default mode a read that
    # later writes fails at once with "database is locked", whatever the timeout. WAL lets readers
    # go on meanwhile.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": DATABASE_WAIT_S,  # a writer waits for its turn
        # FULL: what was answered with "stored" is on the disk, also after a power cut.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    postgres_options = DATABASES["default"].setdefault("OPTIONS", {})
    postgres_options["connect_timeout"] = 3  # seconds
    given = postgres_options.get("options", "")
    lock_timeout = f"-c lock_timeout={DATABASE_WAIT_S * 1000:.0f}"  # ms
    postgres_options["options"] = f"{given} {lock_timeout}".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits live in the database, so that log-in works while Redis does not.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "niggle_cache",
        # Past this a third is thrown out by name, also counters in force: whoever guesses must not get there.
        # `tidy_up` drops what is over.
        "OPTIONS": {"MAX_ENTRIES": 500_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Celery: the engine, never the truth
# The database row is the work; a message is only a hint that it is there. An empty REDIS_URL means
# that there is no broker: the dispatcher then does the work itself.
REDIS_URL = env.str("REDIS_URL", "")
CELERY_BROKER_URL = REDIS_URL or "memory://"  # never used without a Redis, but Celery wants one
CELERY_TASK_IGNORE_RESULT = True  # the result is rows in the database
CELERY_TASK_SERIALIZER = "json"  # a primary key needs no more
CELERY_ACCEPT_CONTENT = ["json"]  # pickle would let who writes to Redis run code here
CELERY_TIMEZONE = "UTC"  # no clock change makes an hour happen twice
CELERY_TASK_ACKS_LATE = True  # a task is taken off the queue when it is done, not when it starts
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # a killed pool process gives its task back
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # a dying worker holds one task, not four
CELERY_TASK_PUBLISH_RETRY = False  # the sweep is the retry; a frozen Redis must hold nobody
CELERY_TASK_ROUTES = {  # the messenger's queue: what waits for mail servers stands behind no report
    "athletes.tasks.deliver_message": {"queue": "messages"},
    "athletes.tasks.deliver_webhook": {"queue": "messages"},
    "athletes.tasks.prove_messenger_alive": {"queue": "messages"},
}
# A judgement takes milliseconds. What hangs is interrupted and left to the next attempt (seconds) ...
CELERY_TASK_SOFT_TIME_LIMIT = 30
CELERY_TASK_TIME_LIMIT = 60  # ... and what does not heed that is killed with its process
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True  # a worker may start before Redis does
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis as long as it takes
# Its message comes again anyway: without this the same task would run twice at once.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# Seconds for what it holds when SIGQUIT ends it. Told to end with SIGTERM it finishes what it holds, and
# stopwaitsecs in supervisord.conf is the limit.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
CELERY_WORKER_SEND_TASK_EVENTS = False  # nobody listens, and each would be a message
# How it speaks with Redis: no silence may last longer than the dispatcher's patience by much.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,  # seconds until a lost worker's task is given to another
    "socket_timeout": 5,  # without it a half-open connection stays deaf for minutes
    "socket_connect_timeout": 2,  # seconds; a Redis that is there answers in milliseconds
    "socket_keepalive": True,  # the kernel notices when the other machine is gone
    "unacked_restore_interval": 5,  # look for lost tasks every 5 s, not every 100 s ...
    "unacked_restore_throttle": 1,  # ... really each time, not every tenth
}
CELERY_DB_REUSE_MAX = 1000  # Celery closes the database connection after every task otherwise
# When each was last run; without the file the housekeeping is done once more.
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULER = "coaching.beat:WatchedScheduler"  # one that leaves a sign of life
# Housekeeping only, on plain intervals: nothing that matters for safety waits for beat.
CELERY_BEAT_SCHEDULE = {
    "tidy-up": {"task": "athletes.tasks.tidy_up", "schedule": timedelta(hours=6)},
}

# --- The clock of the main job (all in seconds)
DISPATCH_POLL_S = env.float("DISPATCH_POLL_S", 0.2)  # how often the dispatcher looks (SQLite)
BROKER_SILENT_S = env.float("BROKER_SILENT_S", 5.0)  # then the dispatcher does the work itself
ASSESSMENT_LEASE_S = env.float("ASSESSMENT_LEASE_S", 8.0)  # then another process may try
ASSESSMENT_MAX_ATTEMPTS = 3  # then the report is set aside with a safe answer
HEARTBEAT_STALE_S = env.float("HEARTBEAT_STALE_S", 60.0)  # then /readyz fails and the web assesses
CELERY_BEAT_MAX_LOOP_INTERVAL = HEARTBEAT_STALE_S / 4  # beat wakes to say that it is alive

# --- People
AUTH_USER_MODEL = "athletes.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "athletes.passwords.NotTooLong"},
    {"NAME": "athletes.passwords.HardToGuess"},
    {"NAME": "athletes.passwords.EndsWhatTheOldOpened"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "coaching.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "signup": "coaching.accounts.CoachSignupForm",
    "request_login_code": "coaching.log_in_by_code.AskForCodeForm",
    "confirm_login_code": "coaching.log_in_by_code.ConfirmCodeForm",
}
# Only where mail goes out can sign-up keep to itself who has an account: it then says “look into your mail” to all.
ACCOUNT_EMAIL_VERIFICATION = env.str(
    "EMAIL_VERIFICATION", "mandatory" if PRODUCTION or env.str("EMAIL_URL", "") else "optional"
)
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_CHANGE_EMAIL = True  # one address a person; the old one counts until the new is confirmed
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before the address changes, as before keys do
ACCOUNT_EMAIL_NOTIFICATIONS = (
    True  # of what changes about an account; the adapter puts them into the outbox
)
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60  # seconds: mail is slow at times
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# What is counted against whom: see coaching/limits.py. Nothing here stands before a report.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",  # a club may sit behind one address
    "login_failed": "20/m/ip,5/5m/key",  # key: account and address
    "request_login_code": "20/m/ip,3/m/key,10/h/key",  # the same
    "reset_password": "20/m/ip,5/m/key",  # key: account; that much mail at most
}
MFA_ADAPTER = "coaching.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "coaching.second_factor.FirstCodeForm",
    "authenticate": "coaching.second_factor.CodeForm",
    "reauthenticate": "coaching.second_factor.IsItYouForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Niggle"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # in place of a password: the device knows who holds it
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION != "mandatory"
# Behind a proxy the rate limits must count the clients, not the proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.bool("BEHIND_TLS_PROXY", False))

# --- Other apps that act for somebody: OAuth 2 and OpenID Connect (coaching/programs)
IDP_OIDC_ADAPTER = "coaching.programs.identity.IdentityAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600  # seconds
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 90 * 24 * 3600  # seconds; a new one with each renewal
IDP_OIDC_RATE_LIMITS = {"token": "300/m/ip"}  # an app's server asks for all its people

# --- REST
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "coaching.api.authentication.BearerTokenAuthentication",
        "coaching.api.authentication.AppAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "coaching.api.scopes.HasScope",
        "coaching.api.second_factor.SecondFactorInTime",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["coaching.api.parsers.StorableJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["coaching.api.limits.Limit"],
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is no parameter: JSON only
    "DEFAULT_PAGINATION_CLASS": "coaching.api.pagination.Page",
    "DEFAULT_SCHEMA_CLASS": "coaching.api.schema.Described",
    "EXCEPTION_HANDLER": "coaching.api.errors.one_shape",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Niggle",
    "DESCRIPTION": "Report calf pain, read the recommendation, acknowledge what is urgent.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": True,  # what is sent and what is answered differ
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "coaching.api.schema.conventions",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CheckInState": "athletes.models.follow_up.CHECK_IN_STATES",
        "Disposition": "athletes.models.base.LEVELS",
        "Region": "athletes.models.reports.REGIONS",
        "EpisodeKind": "athletes.models.reports.KINDS",
        "AssessmentState": "athletes.models.reports.STATES",
        "EscalationState": "athletes.models.escalations.ESCALATION_STATES",
        "EscalationEventKind": "athletes.models.escalations.EVENT_KINDS",
        "CareStepKind": "athletes.models.care.STEP_KINDS",
        "CareStepState": "athletes.models.care.STEP_STATES",
        "FindingKind": "coaching.api.knowledge.KINDS",
        "ScreenKind": "coaching.api.interview.KINDS",
        "TrainingHoldKind": "athletes.models.availability.HOLDS",
        "RoleName": "athletes.models.clubs.ROLES",
        "DeskRole": "coaching.api.memberships.ROLES",
        "InvitedAs": "athletes.models.invitations.INVITED_AS",
        "DrillLevel": "coaching.api.drills.LEVELS",
        "ChannelLevel": "coaching.api.squad_channels.TOLD_FROM",
        "Availability": "coaching.api.boards.STATUSES",
        "AvailabilityReason": "coaching.api.boards.REASONS",
        "StoryEventKind": "coaching.api.stories.KINDS",
        "StoryRecord": "coaching.api.stories.ABOUT",
        "WebhookEvent": "athletes.models.webhooks.EVENTS",
        "WebhookDeliveryState": "athletes.models.webhooks.DELIVERY_STATES",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
# What one person may ask for in a minute: a token half of it, an address twice as much. 0: no limit. Never for reports.
API_REQUESTS_PER_MIN = env.int("API_REQUESTS_PER_MIN", 600)
API_TOKEN_DAYS = env.int("API_TOKEN_DAYS", 30)

# --- Mail: a folder by default, so that nothing leaves the machine unasked
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Niggle <niggle@localhost>")
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
if email_url := env.str("EMAIL_URL", ""):
    globals().update(email_settings(email_url))
else:
    # Not to the console as well: that is a log, and mail has addresses and links that let somebody in.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_TIMEOUT = 5  # seconds for each answer; messages set their own, longer at each further try
# Web Push and the squads' channels go to public hosts only. Gateways of one's own are named here, exactly.
PRIVATE_TARGETS: list[str] = env.list("PRIVATE_TARGETS", [])
SITE_URL = env.str("SITE_URL", f"http://localhost:{env.int('PORT', 8000)}")
# Who runs this site and how to reach them about data: stands on /privacy/. Empty: the page says to ask the club.
OPERATOR_NAME = env.str("OPERATOR_NAME", "")
OPERATOR_CONTACT = env.str("OPERATOR_CONTACT", "")

# --- Words, time, files
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "coaching" / "locale"]  # counts before the words of Django and allauth
LANGUAGE_COOKIE_NAME = "niggle_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty: but WhiteNoise warns without it
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MANIFEST_STRICT = PRODUCTION  # elsewhere a file need not have been collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "coaching.serving.files.HashedFiles"},
}

# --- Doors
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # seconds since the last day of use
MESSAGE_STORAGE = "coaching.said.UntilShown"
MESSAGES_COOKIE_NAME = "messages"  # what the next page has to say
DEVICE_COOKIE_NAME = "niggle_device"  # by which a browser is known again after log-out
PHONE_SESSION_AGE = 120 * 24 * 3600  # seconds: an athlete without pain stays away for long
SECURE_REFERRER_POLICY = "same-origin"
# What no page of ours needs, and no script that got into one should have.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
        "xr-spatial-tracking",
    )
}
X_FRAME_OPTIONS = "DENY"
# Everything comes from here and nothing is inline: words that somebody typed can never become a script. Only the two
# pages that show the REST schema need more (coaching/api/urls.py). Nothing is reported to anybody.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# What only programs ask for: without TLS they are refused, not led on (coaching/plain_http.py). Not the two readers.
FOR_PROGRAMS = r"^(?:api/v1/(?!docs/$|redoc/$)|identity/o/api/|\.well-known/)"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    DEVICE_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-device", "__Host-language"
    MESSAGES_COOKIE_NAME = "__Host-messages"
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", FOR_PROGRAMS]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if env.bool("BEHIND_TLS_PROXY", False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Seen from outside
LOG_FORMAT = env.str("LOG_FORMAT", "json", validate=validate.OneOf(["json", "plain"]))
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # without one there is no /metrics
LOGGING = configuration(kind=LOG_FORMAT, level=env.str("LOG_LEVEL", "INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True  # the id of a task stands in all lines written meanwhile
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG  # that it ended says enough
