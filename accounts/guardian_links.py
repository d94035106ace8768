"""The two tokens that guardians get by mail.

An asking token works once and expires; the row keeps its digest, and the token is made anew for the mail.
A management token is signed, lives long, and dies when a newer one is made.
"""

import hashlib

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.guardian_errors import GuardianLinkInvalid
from accounts.models import GuardianAsk, Guardianship

ASK_SALT = "accounts.guardian.ask"
LINK_SALT = "accounts.guardian.link"
LINK_MAX_AGE_S = 6 * 366 * 86_400  # from 13 to 18 and a little
LONGEST = 200


def ask_token(ask: GuardianAsk) -> str:
    """The token that is mailed for `ask`: 256 bits that nobody makes without the installation's key."""
    return salted_hmac(ASK_SALT, str(ask.nonce), algorithm="sha256").hexdigest()


def digest(token: str) -> str:
    """What is kept of an asking token."""
    return hashlib.sha256(token.encode()).hexdigest()


def ask_by(token: str) -> GuardianAsk:
    """The asking that `token` was mailed for, whatever has become of it.

    Raises:
        GuardianLinkInvalid: there is none.
    """
    if len(token) > LONGEST:
        raise GuardianLinkInvalid
    ask = GuardianAsk.objects.select_related("minor").filter(token_digest=digest(token)).first()
    if ask is None or not constant_time_compare(ask_token(ask), token):
        raise GuardianLinkInvalid
    return ask


def management_token(guardianship: Guardianship) -> str:
    """The token by which a guardian manages what they allow."""
    return signing.dumps([guardianship.pk, guardianship.link_number], salt=LINK_SALT)


def guardianship_by(token: str) -> Guardianship:
    """What `token` manages.

    Raises:
        GuardianLinkInvalid: forged, too old, or replaced by a newer link.
    """
    if len(token) > LONGEST:
        raise GuardianLinkInvalid
    try:
        pk, number = signing.loads(token, salt=LINK_SALT, max_age=LINK_MAX_AGE_S)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise GuardianLinkInvalid from error
    found = Guardianship.objects.select_related("minor").filter(pk=pk, link_number=number).first()
    if found is None:
        raise GuardianLinkInvalid
    return found


def is_management(token: str) -> bool:
    """Whether `token` looks like a management token (signed texts have colons, asking tokens have none)."""
    return ":" in token
