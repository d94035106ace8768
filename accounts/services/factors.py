"""What is enrolled as a second factor, and what may be taken away again."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.flows import deactivate_totp
from allauth.mfa.webauthn.internal.flows import add_authenticator, remove_authenticator
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.errors import KeyTaken, LastFactor
from accounts.models import User
from accounts.selectors import factors_of, must_keep_a_factor


def add_key(
    *, user: User, request: HttpRequest, name: str, credential: dict[str, Any]
) -> tuple[Authenticator, bool]:
    """Enrol a passkey or security key whose registration was checked; says too whether recovery codes were made.

    Raises:
        ReauthenticationRequired: the session needs a fresh proof first (allauth's, rendered by it).
        KeyTaken: this key is enrolled already, here or in another account; nothing was changed.
    """
    try:
        with transaction.atomic():
            lock_factors(user)
            key, recovery_codes = add_authenticator(request, name=name, credential=credential)
    except IntegrityError as error:
        if "key_digest" not in str(error):
            raise
        raise KeyTaken() from error
    return key, recovery_codes is not None


def remove_factors(*, user: User, request: HttpRequest, authenticators: Iterable[Authenticator]) -> None:
    """Take passkeys or the authenticator app away; recovery codes go with the last factor.

    Raises:
        ReauthenticationRequired: the session needs a fresh proof first (allauth's, rendered by it).
        LastFactor: staff, and creators who hold diamonds, keep at least one; nothing was changed.
    """
    with transaction.atomic():
        lock_factors(user)
        leaving = list(factors_of(user).filter(pk__in=[one.pk for one in authenticators]))
        if len(leaving) == factors_of(user).count() and must_keep_a_factor(user):
            raise LastFactor()
        for authenticator in leaving:
            if authenticator.type == Authenticator.Type.TOTP:
                deactivate_totp(request, authenticator)
            else:
                remove_authenticator(request, authenticator)


def lock_factors(user: User) -> None:
    """Let nobody else add or remove a factor of `user`, or show their recovery codes, until the transaction ends."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
