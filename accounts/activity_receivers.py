"""Where the signals of sign-in become lines of the account's activity; those of factors: factor_receivers.py."""

from typing import Any, cast

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
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
    account_signals.password_changed.connect(end_other_sessions)
    account_signals.password_set.connect(end_other_sessions)
    account_signals.password_reset.connect(end_other_sessions)
    account_signals.email_changed.connect(email_changed)
    mfa_signals.authentication_failed.connect(wrong_code)


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
    if request is not None:
        reason = "Wrong password"
        person = _person_of(credentials)
        note_failed_sign_in(
            user=person, request=request, kind="sign_in_failed", reason=reason, now=clock.wall()
        )


def wrong_code(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    reason = "The password was right" if not request.user.is_authenticated else "Inside a session"
    note_failed_sign_in(user=user, request=request, kind="wrong_code", reason=reason, now=clock.wall())


def end_other_sessions(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The others' sessions are refused by the new password already; their rows go too, so that no list shows them."""
    end_sessions(user=user, keep=request.session.session_key)


def email_changed(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record(request, user, "email_changed")


def _person_of(credentials: dict[str, Any]) -> User | None:
    """Whom the attempt was at: by address, or by number where people sign in by it."""
    if phone := credentials.get("phone"):
        return cast(User | None, get_adapter().get_user_by_phone(phone))
    return User.objects.filter(email=str(credentials.get("email", "")).lower()).first()


def _record(request: HttpRequest, user: User, kind: str, **facts: str | int) -> None:
    record_security_event(user=user, kind=kind, now=clock.wall(), request=request, **facts)


def _method(record: dict[str, Any]) -> str:
    if record["method"] == "mfa":
        return _factor_of_type(record.get("type", ""))
    if record["method"] == "socialaccount":
        return str(record.get("provider", "")).capitalize()
    return METHODS.get(record["method"], "")


def _factor_of_type(kind: str) -> str:
    return FACTORS.get(Authenticator.Type(kind), "") if kind in Authenticator.Type.values else ""
