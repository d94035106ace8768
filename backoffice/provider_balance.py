"""What we have at the provider: asked at most every half minute, the last answer kept for when it is silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from ground import clock
from provider import calls
from provider.client import stripe_client
from provider.errors import ProviderError

FRESH = timedelta(seconds=30)
KEPT_S = 7 * 86_400
KEY = "backoffice:provider-balance"
BACK_OFF_KEY = "backoffice:provider-balance:silent"


@dataclass(frozen=True)
class ProviderBalance:
    """Minor units by currency. `is_current` is false when the provider did not answer and this is its last word."""

    available_minor: dict[str, int]
    pending_minor: dict[str, int]
    at: datetime
    is_current: bool = True

    def total_minor(self, currency: str) -> int:
        return self.available_minor.get(currency, 0) + self.pending_minor.get(currency, 0)


def read(*, fresh: bool = False) -> ProviderBalance | None:
    """The platform's balance at the provider; empty when it was never known. `fresh` asks now."""
    kept = _kept()
    if kept and not fresh and clock.wall() - kept.at < FRESH:
        return kept
    if not fresh and cache.get(BACK_OFF_KEY):
        return _stale(kept)
    try:
        found = _ask()
    except ProviderError:
        cache.set(BACK_OFF_KEY, "yes", FRESH.total_seconds())  # a silent provider must not slow every page
        return _stale(kept)
    cache.set(KEY, (found.available_minor, found.pending_minor, found.at.isoformat()), KEPT_S)
    return found


def _ask() -> ProviderBalance:
    answer = calls.read(stripe_client().v1.balance.retrieve)
    return ProviderBalance(_by_currency(answer["available"]), _by_currency(answer["pending"]), clock.wall())


def _by_currency(parts: list[dict[str, object]]) -> dict[str, int]:
    return {str(part["currency"]).upper(): int(str(part["amount"])) for part in parts}


def _kept() -> ProviderBalance | None:
    kept = cache.get(KEY)
    if kept is None:
        return None
    available, pending, at = kept
    return ProviderBalance(available, pending, datetime.fromisoformat(at))


def _stale(kept: ProviderBalance | None) -> ProviderBalance | None:
    if kept is None:
        return None
    return ProviderBalance(kept.available_minor, kept.pending_minor, kept.at, is_current=False)
