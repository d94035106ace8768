"""The mails about pauses."""

from accounts.mails import Mail, register

SEE = ("See your budgets", "/settings/budgets/")
MONEY = "Coins you have stay yours, recharges that were not paid are cancelled, and everything else works as always."

register(
    "wallet/cool_off",
    Mail(
        "Your cool-off has begun",
        "You spend nothing until {lifts}",
        (
            "You asked us for a break. Until {lifts} you cannot buy coins or give gifts, and it cannot be shortened.",
            MONEY,
        ),
        SEE,
    ),
)
register(
    "wallet/self_exclusion",
    Mail(
        "You excluded yourself from spending",
        "You spend nothing until you ask for it again",
        (
            "You cannot buy coins or give gifts any more. Nobody can end this before {term_ends}, we neither.",
            "After that day it goes on until you tell us otherwise in Settings, Budgets.",
            MONEY,
        ),
        SEE,
    ),
)
register(
    "wallet/exclusion_ending",
    Mail(
        "Your self-exclusion ends on {lifts}",
        "You asked to be able to spend again",
        (
            "From {lifts} on you can buy coins and give gifts, within your budgets.",
            "You thought better of it? A new self-exclusion works at once.",
        ),
        SEE,
    ),
)
