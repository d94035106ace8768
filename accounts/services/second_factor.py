"""Checking a one-time code, with django-otp's growing waits after wrong ones."""

import math

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from accounts.errors import SecondFactorRequired, TooManyCodes, WrongCode
from accounts.models import AuthenticatorDevice, User
from accounts.selectors import has_second_factor


def require_second_factor(*, user: User) -> None:
    """Let `user` through only if they enrolled a second factor.

    Raises:
        SecondFactorRequired: they have none yet.
    """
    if not has_second_factor(user):
        raise SecondFactorRequired()


def verify_code(*, user: User, code: str) -> Authenticator:
    """Take a code of `user`'s authenticator app or one of their recovery codes, once, and say whose it was.

    Opens its own transaction and locks the person's devices, so that guesses are counted one by one.

    Raises:
        TooManyCodes: wrong codes came before; the code was not looked at.
        WrongCode: no authenticator takes it; the next wait is twice as long.
    """
    with transaction.atomic():
        devices = list(
            AuthenticatorDevice.objects.select_for_update(of=("self",))
            .filter(user=user, confirmed=True)
            .exclude(authenticator__type=Authenticator.Type.WEBAUTHN)
            .select_related("authenticator")
            .order_by("pk")
        )
        _refuse_while_waiting(devices)
        accepted = next((d for d in devices if d.authenticator.wrap().validate_code(code)), None)
        for device in devices:
            if accepted:
                device.throttle_reset()
            else:
                device.throttle_increment()
    if accepted is None:
        raise WrongCode()
    authenticator: Authenticator = accepted.authenticator
    authenticator.refresh_from_db()
    authenticator.user = user
    return authenticator


def _refuse_while_waiting(devices: list[AuthenticatorDevice]) -> None:
    refusals = [facts for allowed, facts in (device.verify_is_allowed() for device in devices) if not allowed]
    if refusals:
        locked_until = max(facts["locked_until"] for facts in refusals)
        wait_s = max(1, math.ceil((locked_until - timezone.now()).total_seconds()))
        raise TooManyCodes(f"Too many wrong codes in a row. Try again in {wait_s} s.", retry_after_s=wait_s)
