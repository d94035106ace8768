"""The mails about budgets."""

from accounts import mails
from accounts.mails import Mail

SEE = ("See your budgets", "/settings/budgets/")


def register() -> None:
    """Make them known; in `AppConfig.ready`."""
    mails.register(
        "gifts/budget_reached",
        Mail(
            "Your budget is used up",
            "You have given {budget}",
            (
                "That is what you allowed yourself. No gift can go over it before it begins anew on {ends}.",
                "Watching and chatting work as always.",
            ),
            SEE,
        ),
    )
    mails.register(
        "gifts/budget_raised",
        Mail(
            "Your new budget counts from now on",
            "You have {budget} from now on",
            (
                "You asked for this a day ago. If you thought better of it: a lower budget counts at once.",
                "If this was not you, choose a new password and tell us in Settings, Support.",
            ),
            SEE,
        ),
    )
