"""What Settings → Security shows."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.selectors import must_keep_a_factor
from accounts.sessions import device_name
from accounts.trusted import trusted_here

TYPES = Authenticator.Type


def security_facts(request: HttpRequest, user: User) -> dict[str, Any]:
    """The person's factors, recovery codes and trusted browsers, ready to be drawn."""
    authenticators = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk"))
    by_type = {one.type: one.wrap() for one in authenticators if one.type != TYPES.WEBAUTHN}
    recovery = by_type.get(TYPES.RECOVERY_CODES)
    keys = [one.wrap() for one in authenticators if one.type == TYPES.WEBAUTHN]
    app = by_type.get(TYPES.TOTP)
    count = len(keys) + (app is not None)
    return {
        "has_password": user.has_usable_password(),
        "totp": app,
        "keys": keys,
        "has_second_factor": count > 0,
        "is_last_factor_kept": count == 1 and must_keep_a_factor(user),
        "recovery_codes_left": len(recovery.get_unused_codes()) if recovery else None,
        "trusted_browsers": trusted_browsers(request, user),
    }


def trusted_browsers(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """The browsers that are not asked for the second factor at sign-in, this one first."""
    here = trusted_here(request, user)
    rows = [
        {
            "row": row,
            "device": device_name(row.user_agent),
            "is_this_one": here is not None and row.pk == here.pk,
        }
        for row in user.trusted_browsers.all().good(timezone.now())
    ]
    return sorted(rows, key=lambda shown: not shown["is_this_one"])
