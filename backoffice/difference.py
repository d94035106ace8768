"""Cash in our books against cash at the provider, less what is on its way between the two. 0 is green.

The two sides are read one after the other, so something may happen in between; what is on its way is listed with its
age, and only what remains is unexplained.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Min, Sum
from django.db.models.functions import Coalesce

from backoffice import provider_balance
from backoffice.provider_balance import ProviderBalance
from ledger import books
from payouts.models import PayoutAttempt
from payouts.states import AttemptOutcome
from provider.models import InboxEvent, ProviderCall
from wallet.models import Order
from wallet.states import OrderState


@dataclass(frozen=True)
class InFlight:
    """Something known to be on its way. `effect_minor`: books less provider because of it; empty when not known."""

    label: str
    count: int
    oldest_at: datetime | None
    effect_minor: int | None


@dataclass(frozen=True)
class Difference:
    """Minor units of the settlement currency. Without an answer of the provider there is nothing to compare with."""

    currency: str
    books_minor: int
    balance: ProviderBalance | None
    in_flight: list[InFlight] = field(default_factory=list)

    @property
    def provider_minor(self) -> int | None:
        return None if self.balance is None else self.balance.total_minor(self.currency)

    @property
    def unexplained_minor(self) -> int | None:
        """Books less provider less what is on its way with a known effect."""
        if self.provider_minor is None:
            return None
        explained = sum(item.effect_minor or 0 for item in self.in_flight)
        return self.books_minor - self.provider_minor - explained

    @property
    def state(self) -> str:
        """One of look.states.CHECK: ok, open (something is still on its way), degraded (an old answer), down."""
        if self.balance is None:
            return "down"
        if not self.balance.is_current:
            return "degraded"
        if self.unexplained_minor == 0:
            return "ok"
        return "open" if any(item.effect_minor is None for item in self.in_flight) else "wrong"


def difference(currency: str, *, fresh: bool = False) -> Difference:
    """Compare now. `fresh` asks the provider even if it was asked a moment ago."""
    in_flight = [item for item in (_paid(), _fees(), _calls(), _transfers(), _events()) if item.count]
    balance = provider_balance.read(fresh=fresh)
    cash = -books.totals().get(("provider.cash", currency), 0)  # an asset: debits are what we have
    return Difference(currency, cash, balance, in_flight)


def _paid() -> InFlight:
    """The provider has the money, the books do not yet."""
    orders = Order.objects.filter(state=OrderState.PAID)
    found = orders.aggregate(total=Coalesce(Sum("settlement_gross_minor"), 0), oldest=Min("paid_at"))
    return InFlight("Paid, coins not credited yet", orders.count(), found["oldest"], -int(found["total"]))


def _fees() -> InFlight:
    """The provider took its fee already; how much, it has not told yet."""
    orders = Order.objects.filter(credited_at__isnull=False, fee_minor=None)
    oldest = orders.aggregate(oldest=Min("credited_at"))["oldest"]
    return InFlight("Provider's fee not known yet", orders.count(), oldest, None)


def _calls() -> InFlight:
    """Asked, and no answer that settles it."""
    states = [ProviderCall.State.PENDING, ProviderCall.State.UNKNOWN]
    unknown = ProviderCall.objects.filter(state__in=states, purpose__in=["transfer", "transfer_reversal"])
    oldest = unknown.aggregate(oldest=Min("created_at"))["oldest"]
    return InFlight("Calls without an answer", unknown.count(), oldest, None)


def _transfers() -> InFlight:
    """The provider answered, our books do not have it yet: a worker is between two transactions, or died there."""
    made = ProviderCall.objects.filter(
        state=ProviderCall.State.DONE,
        purpose="transfer",
        key__in=PayoutAttempt.objects.filter(outcome=AttemptOutcome.OPEN, transfer_id=None).values(
            "transfer_key"
        ),
    )
    oldest = made.aggregate(oldest=Min("finished_at"))["oldest"]
    return InFlight("Transfers made, not booked yet", made.count(), oldest, None)


def _events() -> InFlight:
    """The provider told of something that was not worked off yet."""
    states = [InboxEvent.Status.RECEIVED, InboxEvent.Status.FAILED]
    events = InboxEvent.objects.filter(status__in=states)
    oldest = events.aggregate(oldest=Min("received_at"))["oldest"]
    return InFlight("Events not worked off yet", events.count(), oldest, None)
