"""What happens to a person's factors and password is written down, told by mail, and ends the trust in browsers."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.services.activity import record_security_event
from accounts.services.trusted_browsers import distrust_browsers

ADDED = {
    Authenticator.Type.TOTP: "authenticator_app_added",
    Authenticator.Type.WEBAUTHN: "passkey_added",
    Authenticator.Type.RECOVERY_CODES: "recovery_codes_made",
}
REMOVED = {
    Authenticator.Type.TOTP: "authenticator_app_removed",
    Authenticator.Type.WEBAUTHN: "passkey_removed",
    Authenticator.Type.RECOVERY_CODES: "recovery_codes_removed",
}


def connect() -> None:
    """Register every receiver of this module."""
    mfa_signals.authenticator_added.connect(note_added)
    mfa_signals.authenticator_removed.connect(note_removed)
    mfa_signals.authenticator_reset.connect(note_new_recovery_codes)
    mfa_signals.authenticator_used.connect(tell_of_used_recovery_code)
    account_signals.password_changed.connect(note_password_changed)
    account_signals.password_set.connect(note_password_changed)
    account_signals.password_reset.connect(note_password_reset)


def note_added(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    _record(ADDED[authenticator.type], request, user, **_name(authenticator))


def note_removed(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """A browser was trusted because of the factors of then."""
    _record(REMOVED[authenticator.type], request, user, **_name(authenticator))
    distrust_browsers(user=user, now=timezone.now(), request=request)


def note_new_recovery_codes(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("recovery_codes_made", request, user)
    distrust_browsers(user=user, now=timezone.now(), request=request)


def tell_of_used_recovery_code(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """A recovery code is the way in for a lost phone, and for who found the paper: its person hears of it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        return
    left = len(authenticator.wrap().get_unused_codes())
    _record("recovery_code_used", request, user, left=left)
    get_adapter(request).send_notification_mail("mfa/email/recovery_code_used", user, {"left": left})


def note_password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("password_changed", request, user)
    distrust_browsers(user=user, now=timezone.now(), request=request)


def note_password_reset(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("password_reset", request, user)
    distrust_browsers(user=user, now=timezone.now(), request=request)


def _record(kind: str, request: HttpRequest, user: User, **facts: str | int) -> None:
    record_security_event(user=user, kind=kind, now=timezone.now(), request=request, **facts)


def _name(authenticator: Authenticator) -> dict[str, str | int]:
    is_key = authenticator.type == Authenticator.Type.WEBAUTHN
    return {"name": str(authenticator.wrap().name)} if is_key else {}
