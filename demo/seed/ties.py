"""Who follows whom in the demo, and the one supporter who stays anonymous."""

from datetime import datetime

from accounts.services import follow, update_privacy
from demo.seed.cast import Cast

FOLLOWED_EACH = 4
ANONYMOUS_FAN = 3  # by place; not the demo fan


def tie(cast: Cast, now: datetime) -> None:
    """This will let every fan follow a few creators, the first ones most, and creators follow each other around."""
    for place, fan in enumerate(cast.fans):
        for step in range(FOLLOWED_EACH):
            followed = cast.creators[(place * step) % len(cast.creators)]
            follow(follower=fan, followed=followed, now=now)
    for place, creator in enumerate(cast.creators):
        follow(follower=creator, followed=cast.creators[place - 1], now=now)
    follow(follower=cast.creators[0], followed=cast.fans[0], now=now)
    update_privacy(person=cast.fans[ANONYMOUS_FAN], gifts_anonymously=True)
