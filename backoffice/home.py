"""The operators' home, ready to draw."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.cache import cache

from accounts.models import User
from backoffice import selectors
from backoffice.difference import Difference, difference
from ground import clock
from ledger import seals
from look import money
from payouts.services.quote import amount_minor
from wallet import rates

DIFFERENCE_WORDS = {
    "ok": ("good", "Books and provider agree."),
    "open": ("warn", "Something is still on its way; its effect is not known yet."),
    "wrong": ("bad", "Books and provider differ, and nothing on its way explains it."),
    "degraded": ("warn", "Compared with the provider's last word; it does not answer now."),
    "down": ("warn", "Cannot be told: the provider does not answer."),
}
CHARTS_KEY, CHARTS_KEPT_S = "backoffice:charts", 60
CHART_COLOURS = {"recharges": "--color-primary-500", "gifts": "--bo-gold", "payouts": "--bo-gem"}


def page(operator: User) -> dict[str, Any]:
    """Everything on the page: a fixed number of queries, and at most one short question to the provider."""
    now = clock.now()
    rate = rates.in_force(now)
    owed = selectors.outstanding()
    currency = rate.currency
    return {
        "currency": currency,
        "owed": owed,
        "coins_worth_minor": owed.coins * rate.coin_value_micro // 10_000,
        "diamonds_worth_minor": amount_minor(owed.diamonds, rate.diamond_value_micro),
        **difference_facts(difference(currency), currency),
        "queues": selectors.queues(now),
        "payouts_to_review": list(selectors.payouts_to_review()[: selectors.LISTED_MAX]),
        "alerts": list(selectors.open_alerts()[: selectors.LISTED_MAX]),
        "last_check": selectors.last_check(),
        "last_block": selectors.last_block(),
        "seal_lag": seals.lag(),
        "charts": cache.get_or_set(
            f"{CHARTS_KEY}:{now.date()}", lambda: charts(currency, now.date()), CHARTS_KEPT_S
        ),
        "business_now": now,
        "may_decide": operator.has_perm("payouts.decide_payout"),
        "may_check": operator.has_perm("backoffice.view_bookscheck"),
    }


def difference_facts(found: Difference, currency: str) -> dict[str, Any]:
    """The comparison with its tone, a sentence, and the two parts of the provider's balance."""
    tone, words = DIFFERENCE_WORDS[found.state]
    balance = found.balance
    return {
        "difference": found,
        "difference_tone": tone,
        "difference_words": words,
        "available_minor": balance.available_minor.get(currency, 0) if balance else 0,
        "pending_minor": balance.pending_minor.get(currency, 0) if balance else 0,
    }


def charts(currency: str, today: date) -> list[dict[str, Any]]:
    """The three charts. They read a month of history, so one answer serves everybody for a minute."""
    days = selectors.chart_days(today)
    return [
        chart("recharges", "Recharges", currency, days, selectors.recharges_by_day(today)),
        chart("gifts", "Gifts", money.COIN, days, selectors.gifts_by_day(today)),
        chart("payouts", "Cash-outs paid", currency, days, selectors.payouts_by_day(today)),
    ]


def chart(
    name: str, title: str, unit: str, days: list[date], rows: Mapping[date, Mapping[str, int]]
) -> dict[str, Any]:
    """One bar chart in Unfold's form (Chart.js), and the table that says the same."""
    filled = selectors.filled(days, rows)
    is_whole = unit == money.COIN
    values = [
        amount if is_whole else amount / 100 for _, _, amount in filled
    ]  # for drawing only; the table is exact
    drawing = {
        "labels": [f"{day:%-d %b}" for day, _, _ in filled],
        "datasets": [{"label": title, "data": values, "backgroundColor": f"var({CHART_COLOURS[name]})"}],
    }
    total = sum(amount for _, _, amount in filled)
    return {
        "name": name,
        "title": title,
        "drawing": json.dumps(drawing),
        "total": money.spoken(total, unit),
        "count": sum(count for _, count, _ in filled),
        "rows": [
            (day, count, money.spoken(amount, unit)) for day, count, amount in reversed(filled) if count
        ],
    }
