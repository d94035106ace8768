"""Asking for a cash-out, and taking the request back."""

import uuid
from datetime import datetime

from accounts import services as people
from accounts.models import User
from ground.errors import NotFound
from ledger.errors import Insufficient, KeyReused
from ledger.retry import in_transaction
from payouts import bookings, nudges
from payouts.errors import (
    CreatorRequired,
    InsufficientDiamonds,
    NotCancellable,
    OverDailyLimit,
    PayoutAccountNotReady,
    QuoteExpired,
    QuoteUsed,
)
from payouts.models import ConnectedAccount, Payout, PayoutQuote
from payouts.selectors import available_units, cashed_out_today_minor
from payouts.services.maturity import mature_holder
from payouts.services.transitions import advance, locked, record, tell
from payouts.states import CANCELLABLE, PayoutState

CASH_OUT_TERMS = ("terms", "creator")


def request_payout(*, creator: User, quote_id: uuid.UUID, key: str, now: datetime) -> Payout:
    """Reserve the quote's diamonds and queue their payout, once per `key`.

    Opens its own transaction. The face has checked that a second factor was used in the last 5 minutes.

    Raises:
        KeyReused: `key` already stands for another request.
        NotFound: there is no such quote of this creator.
        CreatorRequired, TermsRequired, AgeRequired, PayoutAccountNotReady, QuoteExpired, QuoteUsed, OverDailyLimit,
        InsufficientDiamonds, AccountFrozen: nothing was reserved.
    """
    if not creator.is_creator:
        raise CreatorRequired
    return in_transaction(lambda: _request(creator, quote_id, key, now))


def _request(creator: User, quote_id: uuid.UUID, key: str, now: datetime) -> Payout:
    # Locked first, so that one creator's requests follow one another: the key, the quote and the day's sum hold.
    in_use = ConnectedAccount.objects.select_for_update(no_key=True).filter(creator=creator, retired_at=None)
    account = in_use.first()
    quote = (
        PayoutQuote.objects.select_related("terms", "creator").filter(id=quote_id, creator=creator).first()
    )
    if quote is None:
        raise NotFound
    earlier = Payout.objects.filter(creator=creator, key=key).first()
    if earlier is not None:
        return _replayed(earlier, quote)
    if account is None or not account.is_ready:
        raise PayoutAccountNotReady(account_state=account.state if account else "none")
    people.require_current_terms(user=creator, kinds=CASH_OUT_TERMS, now=now)
    people.require_adult(user=creator, today=now.date())
    _refuse_quote(quote, now)
    payout = _create(quote, account, key, now)
    nudges.nudge(payout.id)
    tell(payout)
    return payout


def cancel_payout(*, creator: User, payout_id: uuid.UUID, now: datetime) -> Payout:
    """Take a cash-out back while nothing was sent: diamonds, money and fee return in this transaction. Twice is once.

    Raises:
        NotFound: there is no such payout of this creator.
        NotCancellable: it is being sent, or was decided otherwise.
    """
    with locked(payout_id) as payout:
        if payout.creator_id != creator.pk:
            raise NotFound
        if payout.status == PayoutState.CANCELLED:
            return payout
        if payout.status not in CANCELLABLE:
            raise NotCancellable(state=payout.state)
        bookings.release(payout, now=now)
        advance(payout, PayoutState.CANCELLED, now=now, actor=creator)
    return payout


def _replayed(payout: Payout, quote: PayoutQuote) -> Payout:
    if bytes(payout.request_hash) != bookings.request_hash(quote):
        raise KeyReused
    return payout


def _refuse_quote(quote: PayoutQuote, now: datetime) -> None:
    if Payout.objects.filter(quote=quote).exists():
        raise QuoteUsed
    if quote.expires_at <= now:
        raise QuoteExpired(expires_at=quote.expires_at.isoformat())
    used = cashed_out_today_minor(quote.creator, now)
    maximum = quote.terms.daily_maximum_minor
    if used + quote.amount_minor > maximum:
        left = max(0, maximum - used)
        raise OverDailyLimit(daily_maximum_minor=maximum, left_minor=left, currency=quote.currency)


def _create(quote: PayoutQuote, account: ConnectedAccount, key: str, now: datetime) -> Payout:
    payout = Payout.objects.create(
        creator=quote.creator,
        account=account,
        quote=quote,
        key=key,
        request_hash=bookings.request_hash(quote),
        diamond_units=quote.reserved_units,
        currency=quote.currency,
        amount_minor=quote.amount_minor,
        fee_minor=quote.fee_minor,
        net_minor=quote.net_minor,
        requested_at=now,
        state_at=now,
        arrives_on=quote.arrives_on,
        due_at=now,
    )
    mature_holder(holder=quote.creator.ledger_id, now=now)
    try:
        bookings.reserve(payout, now=now)
    except Insufficient as error:
        raise InsufficientDiamonds(available_units=available_units(quote.creator, now.date())) from error
    record(payout, str(PayoutState.REQUESTED), now=now, actor=quote.creator)
    return payout
