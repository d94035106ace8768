"""The benchmarks themselves run, on this test's database and in a tiny size. No speed is asserted."""

from collections.abc import Sequence

import pytest
from django.test import override_settings
from djstripe.models import Event

from accounts.models import User
from benchmarks import stage, webhook
from benchmarks.harness import Plan, interleave
from benchmarks.hot_creator import our_contenders
from benchmarks.in_process import InProcess
from gifts.models import SentGift
from ledger import books
from wallet.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
TINY = Plan(seconds=0.15, rounds=1)


def test_the_hot_creator_is_measured_on_gifts_that_were_really_sent() -> None:
    people = stage.build(fans=50, creators=3, poor=5)
    ours = InProcess(next(stage.wishes(people)))
    try:
        results = interleave(our_contenders(ours, people), TINY)
    finally:
        ours.close()

    assert [label for label in results if results[label].runs == []] == []
    assert SentGift.objects.count() == ours.statuses["posted"] > 0
    assert ours.statuses["insufficient"] > 0
    assert sum(books.balance(fan, "coins", books.COIN) for fan in _holders(people.fans)) == (
        50 * stage.COINS_EACH - people.coins * ours.statuses["posted"]
    )


@pytest.mark.usefixtures("fakestripe")
def test_a_webhook_is_measured_on_orders_that_were_really_credited() -> None:
    recharges = webhook.Recharges(stage.build(fans=4 * webhook.LEAST).fans)
    with override_settings(STRIPE_WEBHOOK_SECRET=""):
        results = interleave(webhook.contenders(recharges), TINY)

    assert {label: len(result.runs) for label, result in results.items()} == {"ours": 1, "dj-stripe": 1}
    states = [Order.objects.get(pk=order.pk).state for order in recharges.made]
    assert states.count("credited") == 2 * webhook.LEAST
    assert Event.objects.count() == 2 * webhook.LEAST


def _holders(people: Sequence[int]) -> list[int]:
    return list(User.objects.filter(pk__in=people).values_list("ledger_id", flat=True))
