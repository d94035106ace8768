"""The one way to the payment provider: pinned version, short timeout, bounded retries."""

from functools import lru_cache

import stripe
from django.conf import settings

MAX_NETWORK_RETRIES = 2  # 3 tries × 20 s stay below Celery's soft limit (stripe.md, R24)


def stripe_client() -> stripe.StripeClient:
    """This will return the client for the configured key and host; safe to share between threads."""
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_HOST, settings.STRIPE_TIMEOUT_S)


@lru_cache(maxsize=8)
def _client(key: str, host: str, timeout_s: float) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=settings.STRIPE_API_VERSION,
        base_addresses={"api": host},
        max_network_retries=MAX_NETWORK_RETRIES,
        http_client=stripe.RequestsClient(timeout=timeout_s),
    )
