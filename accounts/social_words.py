"""The words of what happens between people: mails, and lines of the account's activity."""

from datetime import timedelta

from accounts import activity_words, mails
from accounts.activity_words import Words
from accounts.mails import Mail

NEW_FOLLOWER = "new_follower"


def register() -> None:
    """Make them known; in `AppConfig.ready`."""
    mails.register(
        NEW_FOLLOWER,
        Mail(
            "{name} follows you",
            "{name} follows you",
            (
                "{name} (@{handle}) will hear when you go live.",
                "We write of new followers once a day at most; all of them stand on your page.",
            ),
            ("See the page of {name}", "/@{handle}"),
            topic="new_followers",
            good_for=timedelta(days=2),
            why="You get this because you asked for mails about new followers.",
        ),
    )
    activity_words.register("privacy_changed", Words("Changed who may see and do what", "eye"))
    activity_words.register("person_blocked", Words("Blocked somebody", "ban"))
    activity_words.register("person_unblocked", Words("Took a block back", "ban"))
