"""What offers and challenges tell by mail, to those who asked for such mails."""

from datetime import timedelta

from accounts import mails
from accounts.mails import Mail

OFFER_STARTED = "wallet/offer_started"
CHALLENGE_WON = "wallet/challenge_won"
WHY = "You get this mail because you asked for mails about offers."


def register() -> None:
    """Make the mails known; in `AppConfig.ready`."""
    mails.register(
        OFFER_STARTED,
        Mail(
            "{name}",
            "{name}",
            ("{summary}", "{until}"),
            ("See the offer", "/offers/{slug}/"),
            topic="offers",
            good_for=timedelta(days=2),
            why=WHY,
        ),
    )
    mails.register(
        CHALLENGE_WON,
        Mail(
            "You won “{badge}”",
            "You made it: {name}",
            ("The badge “{badge}” stands on your page now. You can hide it there.", "{reward}"),
            ("See the challenge", "/challenges/{slug}/"),
            topic="offers",
            why=WHY,
        ),
    )
