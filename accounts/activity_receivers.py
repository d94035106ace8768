"""Where the signals of sign-in and of changes become lines of the account's activity."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from accounts.last_seen import count_as_seen
from accounts.models import User
from accounts.services.activity import record_security_event
from accounts.services.sessions import end_sessions
from accounts.services.sign_ins import note_failed_sign_in, note_sign_in
from ground import clock

FACTORS = {
    Authenticator.Type.TOTP: "an authenticator app",
    Authenticator.Type.WEBAUTHN: "a passkey",
    Authenticator.Type.RECOVERY_CODES: "a recovery code",
}
METHODS = {"password": "password", "code": "a code by mail", "password_reset": "a new password"}


def connect() -> None:
    """Register every receiver of this module."""
    user_logged_in.connect(signed_in)
    user_logged_out.connect(signed_out)
    user_login_failed.connect(sign_in_failed)
    account_signals.password_changed.connect(password_changed)
    account_signals.password_set.connect(password_set)
    account_signals.password_reset.connect(password_reset)
    account_signals.email_changed.connect(email_changed)
    mfa_signals.authentication_failed.connect(wrong_code)
    mfa_signals.authenticator_added.connect(factor_added)
    mfa_signals.authenticator_removed.connect(factor_removed)
    mfa_signals.authenticator_reset.connect(recovery_codes_made)
    mfa_signals.authenticator_used.connect(factor_used)


def signed_in(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    methods = [_method(record) for record in get_authentication_records(request, user)]
    method = " and ".join(dict.fromkeys(filter(None, methods)))
    note_sign_in(user=user, request=request, method=method, now=clock.wall())
    assert request.session.session_key, "login() gave the session a new key"
    count_as_seen(request.session.session_key)


def signed_out(sender: object, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None and user.is_authenticated:
        _record(request, user, "signed_out")


def sign_in_failed(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    user = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
    if user is not None and request is not None:
        reason = "Wrong password"
        note_failed_sign_in(
            user=user, request=request, kind="sign_in_failed", reason=reason, now=clock.wall()
        )


def wrong_code(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    reason = "The password was right" if not request.user.is_authenticated else "Inside a session"
    note_failed_sign_in(user=user, request=request, kind="wrong_code", reason=reason, now=clock.wall())


def password_changed(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _password_is_new(request, user, "password_changed")


def password_set(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _password_is_new(request, user, "password_set")


def password_reset(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _password_is_new(request, user, "password_reset")


def email_changed(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record(request, user, "email_changed")


def factor_added(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _record(request, user, "recovery_codes_made")
    else:
        _record(request, user, "factor_added", factor=_factor(authenticator))


def factor_removed(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:  # these go with the last of the others
        _record(request, user, "factor_removed", factor=_factor(authenticator))


def recovery_codes_made(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record(request, user, "recovery_codes_made")


def factor_used(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _record(request, user, "recovery_code_used", left=len(authenticator.wrap().get_unused_codes()))


def _password_is_new(request: HttpRequest, user: User, kind: str) -> None:
    """The others' sessions are refused by the new password already; their rows go too, so that no list shows them."""
    end_sessions(user=user, keep=request.session.session_key)
    _record(request, user, kind)


def _record(request: HttpRequest, user: User, kind: str, **facts: str | int) -> None:
    record_security_event(user=user, kind=kind, now=clock.wall(), request=request, **facts)


def _method(record: dict[str, Any]) -> str:
    if record["method"] == "mfa":
        return _factor_of_type(record.get("type", ""))
    if record["method"] == "socialaccount":
        return str(record.get("provider", "")).capitalize()
    return METHODS.get(record["method"], "")


def _factor(authenticator: Authenticator) -> str:
    return _factor_of_type(authenticator.type)


def _factor_of_type(kind: str) -> str:
    return FACTORS.get(Authenticator.Type(kind), "") if kind in Authenticator.Type.values else ""
