"""Cool-off and self-exclusion: a person asks not to be able to spend, and it holds at once and everywhere.

Giving is stopped by the books' own ceiling (ledger_pause), on the gateway too; buying by what create_order asks here.
Nothing makes a pause shorter; what lets spend again takes a day, as every budget that is raised.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts.models import User
from accounts.services import owe_mail
from events import log
from ground.errors import DomainError, NotFound
from ledger import books
from ledger.retry import in_transaction
from provider.errors import ProviderError
from provider.nudge import nudge
from wallet.errors import NoSuchPause, PauseStands, SpendingPaused
from wallet.models import Order, SpendingPause
from wallet.services.cancel import cancel_order
from wallet.states import PAYABLE_STATES

Kind = SpendingPause.Kind

OPEN_END = datetime(9999, 12, 31, tzinfo=UTC)  # what the books are told of an end that nobody knows yet
ENDING_TAKES = timedelta(days=1)
SWEEP_LIMIT = 200


@dataclass(frozen=True)
class Length:
    """One length on offer."""

    code: str
    kind: SpendingPause.Kind
    term: timedelta
    words: str


LENGTHS = {
    length.code: length
    for length in (
        Length("24_hours", Kind.COOL_OFF, timedelta(hours=24), "24 hours"),
        Length("7_days", Kind.COOL_OFF, timedelta(days=7), "7 days"),
        Length("30_days", Kind.COOL_OFF, timedelta(days=30), "30 days"),
        Length("6_months", Kind.SELF_EXCLUSION, timedelta(days=183), "6 months"),
        Length("1_year", Kind.SELF_EXCLUSION, timedelta(days=366), "1 year"),
        Length("5_years", Kind.SELF_EXCLUSION, timedelta(days=1827), "5 years"),
    )
}


def running_pause(user: User, now: datetime) -> SpendingPause | None:
    """The pause that holds `user` at `now`, if one does: of several the longest."""
    found = list(SpendingPause.objects.filter(user=user).running(now))
    return max(found, key=lambda pause: (pause.lifts_at or OPEN_END, pause.term_ends_at), default=None)


def require_may_spend(user: User, now: datetime) -> None:
    """Let `user` through only if no pause holds.

    Raises:
        SpendingPaused: one does.
    """
    pause = running_pause(user, now)
    if pause is not None:
        raise paused(pause.kind, pause.lifts_at)


def paused(kind: str, lifts_at: datetime | None) -> SpendingPaused:
    """The refusal in words; also for a gift (gifts/services.py)."""
    if lifts_at is None:
        return SpendingPaused(
            "You excluded yourself from spending. Nothing was taken.",
            next_step="Watching and chatting work as always. Settings, Budgets says when you may ask for an end.",
            kind=kind,
            lifts_at=None,
        )
    until = f"{lifts_at:%-d %B %Y at %H:%M} UTC"
    return SpendingPaused(
        f"You asked to spend nothing until {until}. Nothing was taken.",
        next_step="Watching and chatting work as always. Coins you have stay yours.",
        kind=kind,
        lifts_at=lifts_at.isoformat(),
    )


def start_pause(*, user: User, length: str, now: datetime) -> SpendingPause:
    """Let `user` spend nothing from now on, for `length` (a key of LENGTHS) or longer. The same again is one pause.

    Open recharges are cancelled right after (close_paused_orders). Opens its own transaction.

    Raises:
        NoSuchPause: no such length. PauseStands: a pause that ends later runs already.
    """
    wanted = LENGTHS.get(length)
    if wanted is None:
        raise NoSuchPause
    return in_transaction(lambda: _start(user, wanted, now))


def wish_for_end(*, user: User, now: datetime) -> SpendingPause:
    """End a self-exclusion whose term is over: a day from now, so that nobody comes back in one bad moment. Once.

    Opens its own transaction.

    Raises:
        NotFound: none runs. PauseStands: its term is not over.
    """

    def once() -> SpendingPause:
        _lock(user)
        running = SpendingPause.objects.filter(user=user, kind=Kind.SELF_EXCLUSION).running(now)
        exclusion = running.order_by("-term_ends_at").first()
        if exclusion is None:
            raise NotFound
        if exclusion.term_ends_at > now:
            raise PauseStands(term_ends_at=exclusion.term_ends_at.isoformat())
        if running.filter(lifts_at=None).update(end_wished_at=now, lifts_at=now + ENDING_TAKES):
            exclusion.refresh_from_db()
            _hold(user, now)
            _tell(exclusion, "wallet/exclusion_ending", "wallet.pause_ending", now)
        return exclusion

    return in_transaction(once)


def close_paused_orders(*, user_id: int, now: datetime) -> int:
    """Cancel every recharge of a paused person that can still be paid; answers how many. Calls the provider.

    One that the provider keeps open, because it does not answer, is tried again by the sweep.
    """
    closed = 0
    waiting = Order.objects.filter(user=user_id, state__in=PAYABLE_STATES, is_bank_checking=False)
    for order in waiting.select_related("user", "storefront", "package"):
        try:
            cancel_order(order=order, now=now)
        except (DomainError, ProviderError):
            continue
        closed += 1
    return closed


def paused_with_orders(*, now: datetime) -> list[int]:
    """Who is paused and has a recharge that can still be paid."""
    paused_people = SpendingPause.objects.running(now).values("user_id")
    open_orders = Order.objects.filter(
        state__in=PAYABLE_STATES, is_bank_checking=False, user__in=paused_people
    )
    return list(open_orders.order_by("user_id").values_list("user_id", flat=True).distinct()[:SWEEP_LIMIT])


def _start(user: User, wanted: Length, now: datetime) -> SpendingPause:
    _lock(user)
    running = running_pause(user, now)
    ends_at = now + wanted.term
    if running is not None:
        if _is_same(running, wanted):
            return running
        if not _is_longer(running, wanted, ends_at):
            raise PauseStands(term_ends_at=running.term_ends_at.isoformat())
    pause = SpendingPause.objects.create(
        user=user,
        kind=wanted.kind,
        started_at=now,
        term_ends_at=ends_at,
        lifts_at=ends_at if wanted.kind == Kind.COOL_OFF else None,
    )
    _hold(user, now)
    _tell(pause, f"wallet/{pause.kind}", "wallet.pause_started", now)
    nudge("wallet.tasks.close_paused_orders", user.pk)
    return pause


def _is_same(running: SpendingPause, wanted: Length) -> bool:
    return running.kind == wanted.kind and running.term_ends_at - running.started_at == wanted.term


def _is_longer(running: SpendingPause, wanted: Length, ends_at: datetime) -> bool:
    """A self-exclusion has no end yet: only one with a longer term comes after it."""
    if wanted.kind == Kind.SELF_EXCLUSION:
        return running.lifts_at is not None or running.term_ends_at < ends_at
    return running.lifts_at is not None and running.lifts_at < ends_at


def _lock(user: User) -> None:
    """Whoever starts a recharge takes the same lock: a pause is seen by it, or sees its order."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)


def _hold(user: User, now: datetime) -> None:
    running = running_pause(user, now)
    assert running is not None, "a pause was just written"
    books.pause(user.ledger_id, until=running.lifts_at or OPEN_END, now=now)


def _tell(pause: SpendingPause, mail: str, event: str, now: datetime) -> None:
    def day(moment: datetime | None) -> str:
        return f"{moment:%-d %B %Y, %H:%M} UTC" if moment else ""

    facts = {"term_ends": day(pause.term_ends_at), "lifts": day(pause.lifts_at)}
    owe_mail(user=pause.user, kind=mail, facts=facts, now=now)
    body = {"pause": pause.pk, "kind": pause.kind, "lifts_at": pause.lifts_at and pause.lifts_at.isoformat()}
    log.publish(f"user:{pause.user_id}", event, body)
