"""From diamonds to money in the bank."""

from payouts.models import Payout
from payouts.states import PayoutState
from tests.fixtures.payouts import ENOUGH_UNITS, diamonds, money, work, work_now, work_off_events

# 1,000,000 units at 6,450 µ$ are $64.50; the fee is 25 ¢.
AMOUNT, FEE, NET = 6_450, 25, 6_425


def test_a_cash_out_reaches_the_bank(payee, give_diamonds, request_cash_out, operator, clock, books_agree):
    give_diamonds(payee)
    payout = request_cash_out(payee)
    assert (payout.amount_minor, payout.fee_minor, payout.net_minor) == (AMOUNT, FEE, NET)
    assert diamonds(payee) == {"diamonds.reserved": ENOUGH_UNITS}
    assert work(payout).state == PayoutState.SCREENING
    from payouts.services.review import approve_payout
    from ground import clock as c

    approve_payout(payout_id=payout.id, operator=operator, verified=True, reason="ok", now=c.now())
    sent = work(payout)
    assert sent.state == PayoutState.SENT
    assert money()["payout.clearing"] == 0
    clock.advance(days=4)
    assert work_now(payout).state == PayoutState.PAID
    assert diamonds(payee) == {}
    books_agree()
