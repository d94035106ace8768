"""The mails about disputes: to the buyer, and to the creators whose diamonds are touched."""

from accounts.mails import Mail, register

ORDER = ("See the recharge", "/orders/{order}/")
HELD = ("See which gifts", "/studio/disputed-gifts/")
WHY_BUYER = "You get this mail because it is about a payment of yours."
WHY_CREATOR = "You get this mail because it is about diamonds of yours."
NEVER_MORE = (
    "Diamonds that have matured are yours whatever a bank decides, and you owe nothing. "
    "The bank's fee is ours, not yours."
)

register(
    "dispute_opened",
    Mail(
        "Your bank disputes your payment of {price}",
        "Your bank is looking into a payment",
        (
            "Your bank told us that a payment of {price} is disputed, and took the money back for now. Until it has "
            "decided, what is left of the coins is set aside: {coins}. You cannot buy coins meanwhile.",
            "Was the payment yours? Tell your bank so. When it agrees, the coins come back by themselves.",
            "Was it not? Then you need to do nothing with the bank; tell us in Settings, Support, so that we can "
            "secure your account.",
        ),
        ORDER,
        (("Payment", "{price}"), ("Set aside", "{coins}")),
        why=WHY_BUYER,
    ),
)
register(
    "dispute_won",
    Mail(
        "The dispute is over: your payment of {price} stands",
        "Your payment stands",
        (
            "The bank has decided that the payment stands. What was set aside is back on your balance: {coins}.",
        ),
        ORDER,
        (("Payment", "{price}"), ("Back", "{coins}")),
        why=WHY_BUYER,
    ),
)
register(
    "dispute_lost",
    Mail(
        "Your bank took your payment of {price} back",
        "Your payment was taken back",
        (
            "The bank has decided that the payment of {price} goes back to you. What was left of its coins is gone "
            "with it: {coins}.",
            "You owe us nothing, also if coins of it were spent.",
        ),
        ORDER,
        (("Payment", "{price}"), ("Taken back", "{coins}")),
        why=WHY_BUYER,
    ),
)
register(
    "diamonds_held",
    Mail(
        "{diamonds} are set aside",
        "A bank is looking into a payment",
        (
            "A bank disputes a payment that paid for {gifts} you got. The {diamonds} that have not matured yet are "
            "set aside until it has decided. That can take some weeks; we answer the bank for you.",
            NEVER_MORE,
        ),
        HELD,
        (("Set aside", "{diamonds}"),),
        why=WHY_CREATOR,
    ),
)
register(
    "diamonds_restored",
    Mail(
        "{diamonds} are yours again",
        "The payment stands",
        (
            "The bank has decided: the payment behind {gifts} stands. The {diamonds} that were set aside are back, "
            "and mature on the day they always had. If that day has passed, you can cash them out now.",
        ),
        HELD,
        (("Back", "{diamonds}"),),
        why=WHY_CREATOR,
    ),
)
register(
    "diamonds_cancelled",
    Mail(
        "{diamonds} were cancelled",
        "A bank took a payment back",
        (
            "The bank took back the payment behind {gifts} you got, before the diamonds had matured. "
            "The {diamonds} that were set aside are cancelled.",
            NEVER_MORE,
        ),
        HELD,
        (("Cancelled", "{diamonds}"),),
        why=WHY_CREATOR,
    ),
)
