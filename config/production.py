"""What production refuses to start on: anything of the demo, anything unsafe, anything missing."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

LIVE_KEY_PREFIXES = ("sk_live_", "rk_live_")
PROVIDER_HOST = "https://api.stripe.com"
SECRET_LENGTH = 50


def refuse_unsafe_settings(settings: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """Stop the start of production with every reason at once.

    Raises:
        ImproperlyConfigured: one line per reason, each with what to set.
    """
    reasons = [reason for reason in _reasons(settings, environment) if reason]
    if reasons:
        raise ImproperlyConfigured("OVATION_MODE=production does not start:\n- " + "\n- ".join(reasons))


def _reasons(settings: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    secret = settings["SECRET_KEY"]
    roles_are_one = environment.get("DATABASE_OWNER_URL", "") == environment.get("DATABASE_URL", "")
    return [
        "OVATION_DEBUG is on: unset it." if settings["DEBUG"] else "",
        f"OVATION_SECRET_KEY is weak: use {SECRET_LENGTH} or more random characters."
        if len(secret) < SECRET_LENGTH
        or len(set(secret)) < 10
        or secret.startswith(("demo-", "django-insecure"))
        else "",
        "STRIPE_SECRET_KEY is not a live key (sk_live_… or rk_live_…)."
        if not settings["STRIPE_SECRET_KEY"].startswith(LIVE_KEY_PREFIXES)
        else "",
        f"STRIPE_API_HOST is not {PROVIDER_HOST}: unset it."
        if settings["STRIPE_API_HOST"] != PROVIDER_HOST
        else "",
        "STRIPE_WEBHOOK_SECRET and STRIPE_CONNECT_WEBHOOK_SECRET must both be set (whsec_…)."
        if not (settings["STRIPE_WEBHOOK_SECRET"] and settings["STRIPE_CONNECT_WEBHOOK_SECRET"])
        else "",
        "EMAIL_URL is not set: people need their codes (smtp+tls://user:password@host:587)."
        if not environment.get("EMAIL_URL")
        else "",
        "OVATION_PHONE_SIGN_UP is on and OVATION_SMS_URL is not set: people need their codes "
        "(twilio://account:token@api.twilio.com?from=%2B15005550006)."
        if settings["PHONE_SIGN_UP"] and settings["SMS_GATEWAY"] == settings["SMS_OUTBOX"]
        else "",
        "OVATION_SITE_URL must begin with https://." if not settings["SITE_IS_HTTPS"] else "",
        "OVATION_CLOCK_FILE is set: production has no business clock of its own."
        if environment.get("OVATION_CLOCK_FILE")
        else "",
        "OVATION_DEMO_TOKEN is set: it belongs to the demo." if environment.get("OVATION_DEMO_TOKEN") else "",
        "DATABASE_URL and DATABASE_OWNER_URL name the same role: the runtime must not own the books."
        if roles_are_one or settings["DATABASE_ROLES_ARE_ONE"]
        else "",
        "OVATION_SUPERUSER_URL is set: a running Ovation must not hold it."
        if environment.get("OVATION_SUPERUSER_URL")
        else "",
    ]
