"""Every setting, fed by the environment through typed readings (config/environment.py)."""

import os
from pathlib import Path
from urllib.parse import urlparse

import stripe
from celery.schedules import crontab
from django.utils.csp import CSP

from config.environment import (
    DatabaseAddress,
    MailAddress,
    TextAddress,
    at_least,
    env,
    geoip_database,
    leaked_list,
    mode,
    positive,
    required,
    web_address,
)
from config.production import refuse_unsafe_settings

BASE_DIR = Path(__file__).resolve().parent.parent

# ── Mode ──
OVATION_MODE = mode()
PRODUCTION = OVATION_MODE == "production"
DEBUG = env.bool("OVATION_DEBUG", False)
SECRET_KEY = required("OVATION_SECRET_KEY")
OVATION_FERNET_KEYS = required("OVATION_FERNET_KEYS").split(",")
OVATION_DEMO_TOKEN = "" if PRODUCTION else env.str("OVATION_DEMO_TOKEN", "")
SITE_URL = env.str("OVATION_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SITE_IS_HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("OVATION_ALLOWED_HOSTS", [urlparse(SITE_URL).hostname or "127.0.0.1"])
if not PRODUCTION:
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# ── Parts ──
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # plain "unfold" would replace admin.site and take the second-factor gate with it
    "backoffice.apps.BackofficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_otp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.facebook",
    "allauth.mfa",
    "allauth.headless",
    "allauth.usersessions",
    "djstripe",
    "look",
    "ledger",
    "events",
    "provider",
    "accounts",
    "wallet",
    "live",
    "gifts",
    "payouts",
    "care",
    "backoffice.apps.BackofficeConfig",
    "demo",
]

MIDDLEWARE = [
    "ground.connections.GiveBackConnectionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.otp.PurgeSafeOTPMiddleware",
    "accounts.last_seen.LastSeenMiddleware",
    "accounts.known_devices.KnownDeviceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.limits.LimitMiddleware",
    "accounts.recovery_gate.RecoveryMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ground.problems.DomainErrorMiddleware",
    "accounts.consent_views.AskForConsentMiddleware",  # its exceptions come first: it is nearer to the view
    "accounts.age_gate.AgeGateMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = None

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
                "wallet.context.balance",
                "accounts.context.consent",
            ],
            "builtins": ["look.templatetags.ovation"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# ── Database ──
_database_variable = (
    "DATABASE_OWNER_URL" if env.str("OVATION_DB_ROLE", "runtime") == "owner" else "DATABASE_URL"
)
_database = DatabaseAddress.parse(_database_variable)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.name,
        "USER": _database.user,
        "PASSWORD": _database.password,
        "HOST": _database.host,
        "PORT": _database.port,
        "CONN_MAX_AGE": 0,
        # A pool, because under ASGI a connection kept per thread would be kept for every thread.
        "OPTIONS": {} if OVATION_MODE == "test" else {"pool": {"min_size": 1, "max_size": 16, "timeout": 10}},
    }
}
DATABASE_ROLES_ARE_ONE = (
    bool(env.str("DATABASE_OWNER_URL", ""))
    and DatabaseAddress.parse("DATABASE_OWNER_URL").user == DatabaseAddress.parse("DATABASE_URL").user
)
LEDGER_RUNTIME_ROLE = env.str("OVATION_RUNTIME_ROLE", "ovation_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES = {"djstripe": "config.djstripe_migrations"}

# ── Valkey: cache, sessions' codes, Celery's broker, the nudge of the event log ──
REDIS_URL = required("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# ── Celery: a message is a nudge, the row is the truth ──
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 90  # worst case at the provider: 3 tries × 20 s
CELERY_TASK_TIME_LIMIT = 120
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is down must not hold up the request whose row is already committed.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ROUTES = {
    "payouts.tasks.*": {"queue": "payouts"},
    "provider.tasks.feed_mirror": {"queue": "mirror"},  # slow, and nobody waits for it
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "backoffice-pulse": {"task": "backoffice.tasks.give_sign", "schedule": 10.0},
    "provider-inbox": {"task": "provider.tasks.sweep_inbox", "schedule": 15.0},
    "provider-old-events": {"task": "provider.tasks.forget_events", "schedule": crontab(hour=4, minute=51)},
    "accounts-texts": {"task": "accounts.tasks.sweep_texts", "schedule": 10.0},
    "wallet-orders": {"task": "wallet.tasks.sweep_orders", "schedule": 15.0},
    "wallet-exchange": {"task": "wallet.tasks.keep_exchange_rates", "schedule": 3600.0},
    "gifts-budgets": {"task": "gifts.tasks.apply_budget_changes", "schedule": 5.0},
    "gifts-budgets-used-up": {"task": "gifts.tasks.tell_used_up_budgets", "schedule": 30.0},
    "wallet-fold": {"task": "wallet.tasks.fold", "schedule": 10.0},
    "wallet-seal": {"task": "wallet.tasks.seal", "schedule": 10.0},
    "wallet-challenges": {"task": "wallet.tasks.sweep_challenges", "schedule": 30.0},
    "wallet-offers": {"task": "wallet.tasks.tell_about_offers", "schedule": 60.0},
    "payouts-maturity": {"task": "payouts.tasks.mature", "schedule": 5.0},
    "care-exports": {"task": "care.tasks.sweep_exports", "schedule": 15.0},
    "care-closings": {"task": "care.tasks.sweep_closings", "schedule": 30.0},
    "care-disputes": {"task": "care.tasks.sweep_disputes", "schedule": 60.0},
    "payouts-pipeline": {"task": "payouts.tasks.sweep_payouts", "schedule": 10.0},
    "accounts-announcements": {"task": "accounts.announce_documents", "schedule": 30.0},
    "accounts-guardian-mails": {"task": "accounts.send_guardian_mails", "schedule": 15.0},
    "accounts-ages": {"task": "accounts.keep_ages", "schedule": 600.0},
    "accounts-mails": {"task": "accounts.tasks.send_mails", "schedule": 15.0},
    "accounts-old-mails": {"task": "accounts.tasks.forget_mails", "schedule": crontab(hour=4, minute=11)},
    "accounts-old-events": {"task": "accounts.tasks.forget_events", "schedule": crontab(hour=4, minute=21)},
    "accounts-avatars": {"task": "accounts.tasks.clear_avatars", "schedule": crontab(hour=4, minute=31)},
    "ledger-check": {"task": "backoffice.tasks.check_books", "schedule": crontab(hour=3, minute=17)},
}

# ── People: passwords, sign-in, second factor ──
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if OVATION_MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["handle", "display_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.validators.NotYourName"},
    {"NAME": "accounts.passwords.validators.NotLeaked"},
    {"NAME": "accounts.passwords.validators.Strong"},
]
BREACHED_PASSWORDS = leaked_list("OVATION_BREACHED_PASSWORDS")
STRENGTH_RATE = "60/m/ip"  # how often the strength meter may be asked
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
PHONE_SIGN_UP = env.bool("OVATION_PHONE_SIGN_UP", not PRODUCTION)
ACCOUNT_LOGIN_METHODS = {"email", "phone"} if PHONE_SIGN_UP else {"email"}
# accounts.forms.EitherAddress asks for exactly one of email and phone; allauth's check wants the star.
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"] if PHONE_SIGN_UP else ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignUpFields"
ACCOUNT_FORMS = {
    "login": "accounts.page_forms.LoginForm",
    "signup": "accounts.page_forms.SignupForm",
    "add_email": "accounts.page_forms.AddEmailForm",
    "change_password": "accounts.page_forms.ChangePasswordForm",
    "set_password": "accounts.page_forms.SetPasswordForm",
    "reset_password": "accounts.page_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.page_forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.page_forms.ReauthenticateForm",
    "confirm_email_verification_code": "accounts.page_forms.EmailCodeForm",
    "confirm_password_reset_code": "accounts.page_forms.ResetCodeForm",
    "verify_phone": "accounts.page_forms.PhoneCodeForm",
    "change_phone": "accounts.page_forms.ChangePhoneForm",
}
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True  # one address, kept until the new one is verified
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 600
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
# Sign-in and texts are counted by accounts.limits, which knows devices; the rest by allauth (docs/decisions/0015).
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key",  # what is left of it: codes of a second factor, by person
    "verify_phone": "",
    "change_phone": "5/m/user",
    "reset_password": "20/m/ip",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "manage_email": "10/m/user",
    "signup": "20/m/ip",
    "login": "30/m/ip",
    "confirm_email": "1/10s/key",
}
# Six digits prove an address at sign-up; what replaces a password must be longer. Three tries each, then a new one.
ACCOUNT_PASSWORD_RESET_BY_CODE_CODE_FORMAT = {"numeric": False, "dashed": True, "length": 8}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("OVATION_TRUSTED_PROXIES", 0)
HEADLESS_CLIENTS = ("app",)
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.page_forms.AuthenticatePageForm",
    "reauthenticate": "accounts.page_forms.ReauthenticatePageForm",
    "activate_totp": "accounts.page_forms.ActivatePageForm",
    "authenticate_webauthn": "accounts.key_forms.AuthenticateKeyForm",
    "reauthenticate_webauthn": "accounts.key_forms.ReauthenticateKeyForm",
    "login_webauthn": "accounts.key_forms.PasskeyLoginForm",
    "add_webauthn": "accounts.key_forms.AddKeyForm",
    "edit_webauthn": "accounts.key_forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
TRUSTED_BROWSER_DAYS = (
    30  # a browser that is trusted is not asked for the second factor at sign-in; step-up asks all
)
MFA_TOTP_ISSUER = "Ovation"
MFA_TOTP_TOLERANCE = 0  # with 1, allauth takes a used code a second time (docs/decisions)
STEP_UP_MAX_AGE_S = 300
CLOSING_GRACE_DAYS = env.int("OVATION_CLOSING_GRACE_DAYS", 14)  # between a person's wish and the erasing
# How long people see what happened to their account; what a support case is about stays with the case.
SECURITY_EVENTS_KEPT_DAYS = env.int("OVATION_SECURITY_EVENTS_KEPT_DAYS", 400)
OVATION_GEOIP_DATABASE = geoip_database("OVATION_GEOIP_DATABASE")
# While an account is being secured after a report: what stays open, and what does once the password is new.
RECOVERY_PAGE, NOT_ME_PAGE, RECOVERY_API_PATH = "care:recovery", "care:not-me", "/api/v1/recovery/"
RECOVERY_PATHS = (
    "/support/",
    "/api/v1/support-cases/",
    "/api/v1/not-me-reports/",
    RECOVERY_API_PATH,
    "/accounts/logout/",
    "/accounts/password/reset/",
    "/_allauth/app/v1/auth/",
    "/_allauth/app/v1/config",
    "/legal/",
    "/demo/",  # the demo's mailbox
)
RECOVERY_PATHS_WITH_NEW_PASSWORD = (
    "/_allauth/app/v1/account/authenticators",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/authenticate/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/reauthenticate/",
)

# ── Sign-in by others: an application here or one in the back office shows the button ──
SOCIALACCOUNT_ADAPTER = "accounts.social_sign_in.SocialAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.page_forms.SocialSignupForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False  # our age gate and our terms come first
SOCIALACCOUNT_EMAIL_REQUIRED = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = (
    True  # for whom SocialAdapter.can_authenticate_by_email lets in
)
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {
    "google": {"OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid", "profile", "email"]},
    "facebook": {
        "METHOD": "oauth2",
        "SCOPE": ["email", "public_profile"],
        "FIELDS": ["id", "email", "name"],
    },
}
for _provider, _variable in (("google", "OVATION_GOOGLE"), ("facebook", "OVATION_FACEBOOK")):
    if env.str(f"{_variable}_CLIENT_ID", ""):
        SOCIALACCOUNT_PROVIDERS[_provider]["APP"] = {
            "client_id": env.str(f"{_variable}_CLIENT_ID"),
            "secret": required(f"{_variable}_SECRET"),
        }

# ── Texts ──
SMS_OUTBOX = "demo.sms.OutboxGateway"
SMS_GATEWAY, SMS_GATEWAY_OPTIONS = SMS_OUTBOX, {}
if env.str("OVATION_SMS_URL", ""):
    SMS_GATEWAY = "accounts.sms.twilio.TwilioGateway"
    SMS_GATEWAY_OPTIONS = TextAddress.parse("OVATION_SMS_URL").options()
SMS_COUNTRIES: list[str] = env.list(
    "OVATION_SMS_COUNTRIES", []
)  # ISO codes that may join by phone; none named: all

# ── Stripe ──
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", "")
STRIPE_API_HOST = env.str("STRIPE_API_HOST", "https://api.stripe.com").rstrip("/")
STRIPE_API_VERSION = stripe.api_version = "2026-05-27.dahlia"
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", "")
STRIPE_CONNECT_WEBHOOK_SECRET = env.str("STRIPE_CONNECT_WEBHOOK_SECRET", "")
STRIPE_LIVE_MODE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
STRIPE_LIVE_SECRET_KEY = STRIPE_SECRET_KEY if STRIPE_LIVE_MODE else ""
STRIPE_TEST_SECRET_KEY = "" if STRIPE_LIVE_MODE else STRIPE_SECRET_KEY
STRIPE_TIMEOUT_S = 20
# Longer than the 30 days for which Stripe lists an event and sends it again; as long as most disputes may be opened.
INBOX_KEPT_DAYS = at_least("OVATION_INBOX_KEPT_DAYS", 35, 120)
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
DJSTRIPE_SUBSCRIBER_MODEL = "accounts.User"
DJSTRIPE_USE_NATIVE_JSONFIELD = True

# ── Exchange rates, for showing prices in the buyer's own currency ──
# Where they come from: an address that answers as the European Central Bank does (XML), or JSON. Empty: operators.
EXCHANGE_RATES_URL = web_address("OVATION_EXCHANGE_RATES_URL")
EXCHANGE_RATES_SOURCE = env.str("OVATION_EXCHANGE_RATES_SOURCE", "European Central Bank")

# ── The API ──
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.SessionTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "ground.problems.api_exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ovation",
    "DESCRIPTION": "Coins, gifts, diamonds and cash-out over REST.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "gateway.openapi.add_event_streams",
        "ground.openapi.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "GuardianshipStateEnum": "accounts.api.guardian.STATES",
        "CaseKindEnum": "care.states.CaseKind",
        "CaseStateEnum": "care.states.CaseState",
        "CaseStepEnum": "care.states.Step",
        "SubjectKindEnum": "care.states.SubjectKind",
        "LegalDocumentKindEnum": "accounts.models.LegalDocument.Kind",
        "MyGuardianStateEnum": "accounts.api.guardian.MY_STATES",
        "OrderEventKindEnum": "wallet.models.OrderEvent.Kind",
        "OrderStatusEnum": "wallet.states.OrderState",
        "PauseKindEnum": "wallet.models.SpendingPause.Kind",
        "RoomStatusEnum": "live.models.Room.Status",
        "WatchersEnum": "accounts.models.social.WATCHER_CHOICES",
    },
}

# ── The gateway ──
GIFTS_PER_S = positive("OVATION_GIFTS_PER_S", 20.0)  # of one person, in each gateway process
BURST_S = 3.0  # a person may send this many seconds' worth at once

# ── Pages, files, mail, language ──
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("OVATION_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
# What people upload. Without the variable it lies in the data folder of `dev.py`, or beside the program.
MEDIA_ROOT = Path(env.str("OVATION_MEDIA_ROOT", str(Path(env.str("OVATION_DATA", str(BASE_DIR))) / "media")))
MEDIA_URL = "/media/"
# What nobody fetches but through a view that asks who they are. Without the variable it lies in the data folder of
# `dev.py`, or beside the program; web and worker must see the same folder.
PRIVATE_ROOT = Path(
    env.str("OVATION_PRIVATE_ROOT", str(Path(env.str("OVATION_DATA", str(BASE_DIR))) / "private"))
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": PRIVATE_ROOT / "exports",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "avatars": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "avatars", "base_url": f"{MEDIA_URL}avatars/"},
    },
    "staticfiles": {
        "BACKEND": {
            "production": "look.storage.CompressedStorage",
            # Brotli takes half a minute over the libraries' files: too long for a first start on one's own machine.
            "demo": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
            "test": "django.contrib.staticfiles.storage.StaticFilesStorage",
        }[OVATION_MODE]
    },
}
WHITENOISE_USE_FINDERS = OVATION_MODE == "test"
WHITENOISE_AUTOREFRESH = OVATION_MODE == "test"  # else every test client reads every file first
DEFAULT_FROM_EMAIL = env.str("OVATION_FROM_EMAIL", "Ovation <hello@ovation.localhost>")
if PRODUCTION:
    _mail = MailAddress.parse("EMAIL_URL")
    MAILERS = {
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": _mail.options()}
    }
else:
    MAILERS = {"default": {"BACKEND": "demo.mail.OutboxBackend"}}
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# ── The back office ──
UNFOLD = {
    "SITE_TITLE": "Ovation back office",
    "SITE_HEADER": "Ovation",
    "SITE_SUBHEADER": "Back office",
    "SITE_ICON": "backoffice.theme.mark",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "backoffice.theme.favicon"}],
    "STYLES": ["backoffice.theme.style"],
    "COLORS": "backoffice.theme.colours",
    "BORDER_RADIUS": "10px",
    "SHOW_HISTORY": False,
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "backoffice.navigation.sidebar",
    },
}

# ── Safety of pages ──
_checkout_origins = [
    "https://checkout.stripe.com",
    "https://billing.stripe.com",
    "https://connect.stripe.com",
]
if not PRODUCTION:
    _checkout_origins.append(STRIPE_API_HOST)  # the simulated provider serves its own hosted pages
LIVE_EMBED_ORIGINS = env.list(
    "OVATION_EMBED_ORIGINS",
    ["https://www.youtube-nocookie.com", "https://player.vimeo.com", "https://player.twitch.tv"],
)
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "media-src": [CSP.SELF, "blob:", "https:"],
    "connect-src": [CSP.SELF, "https:"] if PRODUCTION else [CSP.SELF],
    "worker-src": [CSP.SELF, "blob:"],
    "frame-src": LIVE_EMBED_ORIGINS,
    "frame-ancestors": [CSP.NONE],
    # A browser asks this of every redirect that follows a form, so of those to where people sign in, too.
    "form-action": [CSP.SELF, *_checkout_origins, "https://accounts.google.com", "https://*.facebook.com"],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SITE_IS_HTTPS:
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = env.bool("OVATION_SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
SILENCED_SYSTEM_CHECKS = [] if PRODUCTION else ["djstripe.W002"]  # the simulated provider is meant

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("OVATION_LOG_LEVEL", "INFO")},
    "loggers": {"httpx": {"level": "WARNING"}, "stripe": {"level": "WARNING"}},
}

if PRODUCTION:
    refuse_unsafe_settings(globals(), os.environ)
