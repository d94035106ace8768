"""What people do with gifts: send one, and say how much they allow themselves."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.guardian_errors import GuardiansLimit
from accounts.models import User
from accounts.selectors import guardian_budget
from accounts.services.consent import current_terms_required
from events import log
from gifts import errors
from gifts.batch import GIFT, Answer, Request
from gifts.models import MOST_AT_ONCE, GiftLimit
from ground.batches import settle
from ground.errors import DomainError
from ledger.models import Limit
from ledger.retry import in_transaction
from live.errors import RoomClosed, RoomNotFound
from wallet.services.pausing import OPEN_END, paused

# It stays in the books for ever: no "@", so that no address gets there (docs/personal-data.md).
KEY_PATTERN = re.compile(r"[\x21-\x3f\x41-\x7e]{1,64}")
MOST_SHOWN_COINS = 10**12  # far above any total; a larger number is a mistake, and no price

REFUSALS = {
    "unknown_room": RoomNotFound,
    "room_closed": RoomClosed,
    "unknown_gift": errors.UnknownGift,
    "gift_retired": errors.GiftRetired,
    "self_gift": errors.SelfGift,
    "not_welcome": errors.GiftNotWelcome,
    "conflict": errors.KeyReused,
    "frozen": errors.AccountFrozen,
}
BUDGETS = {"over_ceiling": errors.BudgetReached, "over_creator_budget": errors.CreatorBudgetReached}


@dataclass(frozen=True)
class Sent:
    """A settled gift as its sender is answered, the first time and every time the request is repeated."""

    id: int
    coins: int
    diamond_units: int  # hundredths of a diamond
    balance: int  # coins left, right after this gift


def send_gift(
    *, sender: User, room_id: UUID, gift: str, quantity: int, coins: int, key: str, now: datetime
) -> Sent:
    """Send `quantity` of `gift` to the creator of the room, once per `key` of the sender. Opens its own transaction.

    `coins` is the total that the sender saw. A key that stands for this very request answers as it did then,
    whatever has changed since.

    Raises:
        InvalidKey, InvalidQuantity: the request could never be settled.
        KeyReused: the key stands for another request.
        RoomNotFound, RoomClosed, UnknownGift, GiftRetired, SelfGift, GiftNotWelcome, PriceChanged, InsufficientCoins,
        AccountFrozen, TermsRequired, BudgetReached, CreatorBudgetReached, GiftLimitReached: nothing was changed
        and the key is still free.
    """
    require_well_formed(quantity=quantity, coins=coins, key=key)
    request = Request(sender.pk, room_id, gift, quantity, coins, key)

    def once() -> Answer:
        (answer,) = settle(GIFT, [request], now=now)
        log.nudge_after_commit(GIFT.streams([request], [answer]))
        return answer

    answer = in_transaction(once)
    return sent_or_refused(answer, now=now)


def sent_or_refused(answer: Answer, *, now: datetime) -> Sent:
    """Read one answer of a batch: the settled gift, or the refusal it names, raised. That may read the database."""
    if answer.status in ("posted", "replayed"):
        assert answer.sent_id is not None
        assert answer.coins is not None
        assert answer.diamond_units is not None
        assert answer.balance is not None
        return Sent(answer.sent_id, answer.coins, answer.diamond_units, answer.balance)
    if answer.status == "terms_required":
        raise current_terms_required(now)
    if answer.status == "price_changed":
        raise errors.PriceChanged(coins=answer.coins)
    if answer.status == "insufficient":
        assert answer.coins is not None
        assert answer.balance is not None
        missing = answer.coins - answer.balance
        raise errors.InsufficientCoins(
            balance=answer.balance,
            coins=answer.coins,
            missing_coins=missing,
            next_step=f"Recharge at least {missing:,} coins, then send it again.",
        )
    if answer.budget is not None:
        raise _over_budget(answer, json.loads(answer.budget))
    raise REFUSALS[answer.status]


def _over_budget(answer: Answer, budget: dict[str, Any]) -> DomainError:
    limit = budget["limit_coins"]
    if budget.get("period") == Limit.PAUSE:
        ends_at = datetime.fromisoformat(budget["ends_at"])
        is_open = ends_at >= OPEN_END
        return paused("self_exclusion" if is_open else "cool_off", None if is_open else ends_at)
    if answer.status == "over_gift_limit":
        words = f"You allow at most {limit:,} coins for one gift, and this costs {answer.coins:,}."
        return errors.GiftLimitReached(f"{words} {errors.NOTHING_TAKEN}", coins=answer.coins, **budget)
    refusal = BUDGETS[answer.status]
    whose = " for this creator" if refusal is errors.CreatorBudgetReached else ""
    per, left = budget["period"], budget["left_coins"]
    ends_at = datetime.fromisoformat(budget["ends_at"])
    return refusal(
        f"Your budget{whose} is {limit:,} coins a {per}, and {left:,} of them are left. {errors.NOTHING_TAKEN}",
        next_step=f"Send a smaller gift, or wait: it begins anew on {ends_at:%-d %B %Y at %H:%M} UTC.",
        **budget,
    )


def set_creator_budget(*, fan: User, creator: User, period: str, coins: int | None, now: datetime) -> None:
    """Let `fan` give `creator` at most `coins` in each `period` (day, week, month); None takes it away. At once.

    What was given in the running period counts. Periods are of the fan's time zone; a new one counts from the next
    period on. Opens its own transaction.

    Raises:
        InvalidBudget: no such period, no such amount, or the fan's own room; nothing was changed.
    """
    if period not in Limit.Period.values or fan == creator or not is_budget(coins):
        raise errors.InvalidBudget
    in_transaction(
        lambda: write_creator_budget(fan=fan, creator=creator, period=period, coins=coins, now=now)
    )


def write_creator_budget(*, fan: User, creator: User, period: str, coins: int | None, now: datetime) -> None:
    """Write what `set_creator_budget` decided. Joins the caller's transaction."""
    parameters: list[Any] = [fan.pk, creator.pk, period, coins, fan.time_zone, now]
    with connection.cursor() as cursor:
        cursor.execute("SELECT gifts_set_creator_budget(%s, %s, %s, %s, %s, %s)", parameters)


def set_gift_limit(*, fan: User, coins: int | None) -> None:
    """Let one gift of `fan` cost at most `coins`, all of its quantity together; None takes the limit away. At once.

    Opens its own transaction.

    Raises:
        InvalidBudget: no such amount. GuardiansLimit: a guardian allows less; nothing was changed.
    """
    if not is_budget(coins):
        raise errors.InvalidBudget
    with transaction.atomic(durable=True):
        User.objects.select_for_update(no_key=True).get(
            pk=fan.pk
        )  # a guardian changes theirs under the same lock
        allowed = guardian_budget(fan)
        if allowed is not None and allowed.gift is not None and (coins is None or coins > allowed.gift):
            raise GuardiansLimit(limit_coins=allowed.gift)
        write_gift_limit(fan=fan, coins=coins)


def write_gift_limit(*, fan: User, coins: int | None) -> None:
    """Write what `set_gift_limit` decided. Joins the caller's transaction."""
    if coins is None:
        GiftLimit.objects.filter(fan=fan).delete()
    else:
        GiftLimit.objects.update_or_create(fan=fan, defaults={"coins": coins})


def is_budget(coins: int | None) -> bool:
    """Whether so many coins can be a budget; None is that there is none."""
    return coins is None or 0 <= coins <= MOST_SHOWN_COINS


def require_well_formed(*, quantity: int, coins: int, key: str) -> None:
    if not KEY_PATTERN.fullmatch(key):
        raise errors.InvalidKey(
            "The Idempotency-Key header must be 1 to 64 printable characters without spaces and @. "
            + errors.NOTHING_TAKEN
        )
    if not 1 <= quantity <= MOST_AT_ONCE:
        raise errors.InvalidQuantity
    if not 0 <= coins <= MOST_SHOWN_COINS:
        raise errors.PriceChanged(
            "The total in coins cannot be right. Nothing was sent and no coins were taken."
        )
