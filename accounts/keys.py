"""Passkeys and security keys as we know them again."""

from hashlib import sha256
from typing import Any

from allauth.mfa.webauthn.internal.auth import parse_registration_response


def key_digest(credential: dict[str, Any]) -> str:
    """SHA-256 of a registered key's id: the one the key itself signed for, not the one the sender wrote beside it."""
    attested = parse_registration_response(credential).response.attestation_object.auth_data.credential_data
    assert attested is not None, "a registration always carries its key"
    return sha256(attested.credential_id).hexdigest()
