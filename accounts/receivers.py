"""Where allauth's and Django's signals reach the bridge to django-otp, and what the gateway remembers of sessions."""

import time
from typing import Any

import django_otp
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount import signals as social_signals
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save, pre_save
from django.http import HttpRequest
from django.utils import timezone

from accounts import crypto
from accounts.keys import key_digest
from accounts.models import AuthenticatorDevice, User
from accounts.services.activity import record_security_event
from accounts.session_cache import SIGN_IN_FIELDS, forget_person, forget_session
from accounts.social_sign_in import keep_little
from accounts.step_up import SIGNED_IN_AT_KEY


def connect() -> None:
    """Register every receiver of this module."""
    post_save.connect(give_authenticator_a_device, sender=Authenticator)
    user_logged_in.connect(remember_sign_in)
    mfa_signals.authenticator_used.connect(verify_session_at_reauthentication)
    mfa_signals.authenticator_added.connect(count_enrolment_as_second_factor)
    post_delete.connect(forget_deleted_session, sender=Session)
    post_save.connect(forget_changed_person, sender=User)
    post_delete.connect(forget_deleted_person, sender=User)
    pre_save.connect(keep_little, sender=SocialAccount)
    social_signals.social_account_added.connect(note_connected_sign_in)
    social_signals.social_account_removed.connect(note_disconnected_sign_in)


def give_authenticator_a_device(
    sender: type[Authenticator], instance: Authenticator, created: bool, raw: bool = False, **kwargs: Any
) -> None:
    """One bridge row for each authenticator. The rows go with it by cascade."""
    if created and not raw:
        is_key = instance.type == Authenticator.Type.WEBAUTHN
        AuthenticatorDevice.objects.create(
            user=instance.user,
            authenticator=instance,
            name=instance.type,
            key_digest=key_digest(instance.data["credential"]) if is_key else None,
            confirmed=True,
        )


def remember_sign_in(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note when this session began, and verify it if a second factor was used on the way in."""
    request.session[SIGNED_IN_AT_KEY] = time.time()
    for record in reversed(get_authentication_records(request, user)):
        if record["method"] == "mfa":
            device = AuthenticatorDevice.objects.filter(authenticator_id=record["id"], user=user).first()
            django_otp.login(request, device)
            return


def verify_session_at_reauthentication(
    sender: type[Authenticator],
    request: HttpRequest,
    authenticator: Authenticator,
    reauthenticated: bool = False,
    **kwargs: Any,
) -> None:
    """A code given inside a session verifies it (a session of before the enrolment, for one)."""
    if reauthenticated:
        django_otp.login(request, authenticator.otp_device)


def count_enrolment_as_second_factor(
    sender: type[Authenticator], request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Enrolling proves possession: the session is verified, and a code that was typed is spent.

    allauth checks that code without marking it used, so the same digits would pass once more (a replay).
    """
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    if authenticator.type == Authenticator.Type.TOTP:
        _spend_codes_of_now(authenticator)
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
    )
    django_otp.login(request, authenticator.otp_device)


def note_connected_sign_in(
    sender: type[SocialLogin], request: HttpRequest, sociallogin: SocialLogin, **kwargs: Any
) -> None:
    _note_sign_in("sign_in_connected", request, sociallogin.account)


def note_disconnected_sign_in(
    sender: type[SocialAccount], request: HttpRequest, socialaccount: SocialAccount, **kwargs: Any
) -> None:
    _note_sign_in("sign_in_disconnected", request, socialaccount)


def _note_sign_in(kind: str, request: HttpRequest, account: SocialAccount) -> None:
    record_security_event(
        user=account.user, kind=kind, now=timezone.now(), request=request, provider=account.provider
    )


def forget_deleted_session(sender: type[Session], instance: Session, **kwargs: Any) -> None:
    """Signed out, signed out from elsewhere, a new key at sign-in: whatever deletes the row ends the session."""
    forget_session(instance.session_key)


def forget_changed_person(
    sender: type[User],
    instance: User,
    created: bool,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    """A new password or a deactivation ends sessions at once."""
    if not created and (update_fields is None or SIGN_IN_FIELDS & update_fields):
        forget_person(instance.pk)


def forget_deleted_person(sender: type[User], instance: User, **kwargs: Any) -> None:
    forget_person(instance.pk)


def _spend_codes_of_now(authenticator: Authenticator) -> None:
    secret = crypto.decrypt(authenticator.data["secret"])
    for counter in yield_hotp_counters_from_time():
        TOTP(authenticator)._mark_code_used(format_hotp_value(hotp_value(secret, counter)))
