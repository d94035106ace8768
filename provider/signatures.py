"""Is a webhook delivery really the provider's? Decided on the raw bytes, before anything of it is believed."""

from collections.abc import Sequence
from enum import Enum

import stripe

TOLERANCE_S = 300  # on wall time (stripe.md, R5)
MAX_HEADER_LENGTH = 4096


class Verdict(Enum):
    GENUINE = "genuine"
    STALE = "stale"  # signed by the provider, but too long ago: a replay, or our clock is wrong
    FORGED = "forged"


def verify(body: str, header: str, secrets: Sequence[str]) -> Verdict:
    """This will check the `Stripe-Signature` header with each secret (two while one is rolled)."""
    if not header or len(header) > MAX_HEADER_LENGTH:
        return Verdict.FORGED
    for secret in secrets:
        assert secret
        if _matches(body, header, secret, tolerance_s=None):
            return (
                Verdict.GENUINE if _matches(body, header, secret, tolerance_s=TOLERANCE_S) else Verdict.STALE
            )
    return Verdict.FORGED


def _matches(body: str, header: str, secret: str, tolerance_s: int | None) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, tolerance_s)  # type: ignore[no-untyped-call]
    except (stripe.SignatureVerificationError, ValueError, OverflowError):
        return False
    return True
