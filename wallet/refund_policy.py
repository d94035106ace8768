"""What a storefront promises about getting money back, in words."""

from dataclasses import dataclass

from django.db import models


class RefundPolicy(models.TextChoices):
    """Which words a storefront uses."""

    FINAL = "final", "Coins are final"
    WITHDRAWAL = "withdrawal", "Withdrawal within some days"
    EU_WITHDRAWAL = "eu_withdrawal", "EU right of withdrawal"


@dataclass(frozen=True)
class PolicyText:
    """A policy as it is read: a sentence for small places, and its paragraphs."""

    code: str
    title: str
    short: str
    paragraphs: tuple[str, ...]


_FINAL = PolicyText(
    RefundPolicy.FINAL,
    "Coins are not changed back into money",
    "Coins are not changed back into money, except where the law says so.",
    (
        "Coins you bought can be spent as long as you like; they never expire. They are not changed back into money.",
        "If something went wrong (a payment you did not make, coins that never came), write to us: "
        "we look at every case.",
    ),
)
_HOW = (
    "Only coins of that purchase that you have not spent count; coins you gave to a creator are theirs.",
    "Coins that came as a bonus are not paid out. Bonus coins of the purchase that you still have go back with it, "
    "and the value of those you spent is taken off, once.",
    "The money goes back to the payment method you paid with. Banks take up to 10 days to show it.",
)


def text_of(policy: str, days: int) -> PolicyText:
    """This will put a policy with its number of days into words; without days coins are final."""
    if not days:
        return _FINAL
    short = f"You can give unspent coins back within {days} days and get their price back."
    if policy == RefundPolicy.EU_WITHDRAWAL:
        opening = (
            f"You may withdraw from a purchase within {days} days of the coins' arrival, without giving a reason. "
            "You pay nothing for it."
        )
        return PolicyText(policy, f"Right of withdrawal: {days} days", short, (opening, *_HOW))
    opening = f"For {days} days after your coins arrived you can give unspent ones back and get their price."
    return PolicyText(RefundPolicy.WITHDRAWAL, f"Coins back within {days} days", short, (opening, *_HOW))
