"""What cash-outs know about a person: for their export, their closing, and how it is erased."""

from collections.abc import Iterable, Iterator

from django.db import connection
from django.urls import reverse

from accounts.hooks import ExportPart, Hindrance
from accounts.models import User
from accounts.personal import streamed
from ground import clock
from ledger import books
from look import money
from payouts import bookings, selectors
from payouts.models import ConnectedAccount, Payout, PayoutAttempt, PayoutEvent, PayoutNotice, PayoutQuote
from payouts.services.giving_up import can_give_up
from payouts.states import FINAL


def export(person: User) -> Iterator[ExportPart]:
    """The parts of a person's export that cash-outs have."""
    yield ExportPart(
        "payout-accounts", "Your accounts at the payment provider, as we know them.", _accounts(person)
    )
    yield ExportPart("payouts", "Every cash-out.", _payouts(person))
    yield ExportPart("payout-history", "What happened to each cash-out, step by step.", _steps(person))
    yield ExportPart("payout-quotes", "What you were offered for diamonds.", _quotes(person))


def hindrances(person: User) -> Iterator[Hindrance]:
    """Diamonds that are somewhere, and cash-outs that are not over."""
    now = clock.now()
    earnings = selectors.earnings(person, now)
    if earnings.pending:
        yield _pending(earnings.pending)
    if units := earnings.available_units:
        yield _available(person, units)
    open_payouts = Payout.objects.filter(creator=person).exclude(state__in=FINAL).order_by("requested_at")
    for payout in open_payouts:
        address = reverse("payouts:payout", args=[payout.pk])
        words = f"A cash-out of {money.money(payout.net_minor, payout.currency)} is under way."
        yield Hindrance("open_payout", words, "Wait until it has arrived, or cancel it.", address)
    if held := books.balance(person.ledger_id, "diamonds.held", bookings.DIAMOND):
        yield Hindrance(
            "diamonds_in_dispute",
            f"{money.spoken(held, money.DIAMOND)} are set aside because a bank disputes a fan's payment.",
            "Wait until the bank has decided. We cannot speed it up.",
            amount=held,
            unit=bookings.DIAMOND,
        )


def provider_ids(person: User) -> Iterator[str]:
    """The provider's ids of a creator's account and of what was sent there."""
    accounts = ConnectedAccount.objects.filter(creator=person)
    yield from (one for one in accounts.values_list("provider_account_id", flat=True) if one)
    attempts = PayoutAttempt.objects.filter(payout__creator=person)
    for ids in attempts.values_list("transfer_id", "provider_payout_id", "reversal_id").iterator():
        yield from (one for one in ids if one)


def erase(person: User) -> None:
    """Cash-outs stay as what was paid; bank, reasons and keys go, and nothing more is sent to the person."""
    now = clock.now()
    ConnectedAccount.objects.filter(creator=person).update(
        bank_name="", bank_last4="", disabled_reason="", requirements_due=[], requirements_past_due=[]
    )
    ConnectedAccount.objects.filter(creator=person, retired_at=None).update(retired_at=now)
    PayoutAttempt.objects.filter(payout__creator=person).update(failure_message="")
    PayoutNotice.objects.filter(event__payout__creator=person, sent_at=None).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT payouts_forget_words(%s)", [person.pk])


def _pending(parts: list[selectors.Pending]) -> Hindrance:
    units = sum(part.units for part in parts)
    last = parts[-1].matures_on
    return Hindrance(
        "pending_diamonds",
        f"{money.spoken(units, money.DIAMOND)} become yours by {last:%-d %B %Y}.",
        "Wait until then and cash them out. A bank could still take the gifts' payments back.",
        reverse("payouts:studio"),
        amount=units,
        unit=bookings.DIAMOND,
    )


def _available(person: User, units: int) -> Hindrance:
    may = can_give_up(person, units, clock.now())
    words = f"{money.spoken(units, money.DIAMOND)} can be cashed out."
    step = "Cash them out."
    if may:
        words = f"{money.spoken(units, money.DIAMOND)} are left, less than the least cash-out."
        step = "Give them up by typing their number, or earn some more and cash out."
    return Hindrance(
        "unpaid_diamonds",
        words,
        step,
        reverse("payouts:cash_out"),
        amount=units,
        unit=bookings.DIAMOND,
        can_give_up=may,
    )


def _accounts(person: User) -> Iterable[dict[str, object]]:
    for account in streamed(ConnectedAccount.objects.filter(creator=person).order_by("pk")):
        yield {
            "provider_account": account.provider_account_id or "",
            "state": account.state,
            "country": account.country,
            "currency": account.currency,
            "bank": account.bank_name,
            "account_ends_in": account.bank_last4,
            "still_asked_for": account.requirements_due + account.requirements_past_due,
            "disabled_because": account.disabled_reason,
            "opened_at": account.created_at,
            "replaced_at": account.retired_at,
        }


def _payouts(person: User) -> Iterable[dict[str, object]]:
    rows = Payout.objects.filter(creator=person).select_related("account").order_by("requested_at", "id")
    for payout in streamed(rows):
        yield {
            "payout": payout.pk,
            "state": payout.state,
            "diamond_hundredths": payout.diamond_units,
            "currency": payout.currency,
            "amount_minor": payout.amount_minor,
            "fee_minor": payout.fee_minor,
            "net_minor": payout.net_minor,
            "requested_at": payout.requested_at,
            "state_at": payout.state_at,
            "arrives_on": payout.arrives_on,
            "provider_account": payout.account.provider_account_id or "",
            "reason": payout.reason,
            "failure_code": payout.failure_code,
            "your_key": payout.key,
        }


def _steps(person: User) -> Iterable[dict[str, object]]:
    rows = PayoutEvent.objects.filter(payout__creator=person).order_by("payout_id", "number")
    for step in streamed(rows):
        yield {
            "payout": step.payout_id,
            "number": step.number,
            "at": step.at,
            "step": step.kind,
            "state": step.state,
            "by_you": step.actor_id == person.pk,
            "reason": step.reason,
        }


def _quotes(person: User) -> Iterable[dict[str, object]]:
    for quote in streamed(PayoutQuote.objects.filter(creator=person).order_by("created_at", "id")):
        yield {
            "quote": quote.pk,
            "diamond_hundredths": quote.reserved_units,
            "currency": quote.currency,
            "amount_minor": quote.amount_minor,
            "fee_minor": quote.fee_minor,
            "net_minor": quote.net_minor,
            "created_at": quote.created_at,
            "expires_at": quote.expires_at,
        }
