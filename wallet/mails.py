"""The words of the wallet's mails about orders that did not go as hoped, and about money that goes back."""

from accounts.mails import Mail, register

WHY = "You get this mail because you bought coins."
ORDER = ("See the order", "/orders/{order}/")

register(
    "order_refunded",
    Mail(
        subject="We sent {amount} back to you",
        heading="{amount} is on its way back to you",
        text=(
            "It goes to the payment method you paid with. Banks take up to 10 days to show it.",
            "The coins it paid for are no longer in your balance.",
        ),
        rows=(("Refunded", "{amount}"), ("Coins taken back", "{coins}"), ("Order", "{order}")),
        action=ORDER,
        why=WHY,
    ),
)
register(
    "order_refund_failed",
    Mail(
        subject="Your refund of {amount} did not arrive",
        heading="Your refund did not arrive",
        text=(
            "Your bank did not take the {amount} back; most often the card has been closed meanwhile.",
            "Nothing is lost: the coins are in your balance again. We were told too and look for another way; "
            "you can also write to us from the order's page.",
        ),
        rows=(("Not refunded", "{amount}"), ("Coins back in your balance", "{coins}"), ("Order", "{order}")),
        action=ORDER,
        why=WHY,
    ),
)
register(
    "order_payment_failed",
    Mail(
        subject="Your payment for {coins} coins did not go through",
        heading="Your payment did not go through",
        text=("{message} No money was taken.", "{next_step}"),
        rows=(("Coins", "{coins}"), ("Total", "{amount}"), ("Order", "{order}")),
        action=("Start a new recharge", "/balance/"),
        why=WHY,
    ),
)
register(
    "order_waiting",
    Mail(
        subject="We are waiting for your bank: {coins} coins",
        heading="We are waiting for your bank",
        text=(
            "You are done; your bank is not yet. With this payment method that takes from minutes to several days.",
            "As soon as the money is there, {coins} coins arrive in your balance by themselves and we write to you. "
            "If the bank says no, nothing is taken and we write to you as well.",
        ),
        rows=(("Coins", "{coins}"), ("Total", "{amount}"), ("Order", "{order}")),
        action=ORDER,
        why=WHY,
    ),
)
