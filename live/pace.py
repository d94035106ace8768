"""How fast one person may write and like in a room."""

from ground.pace import Pace
from live.errors import TooManyLikes, TooManyMessages

MESSAGES = Pace("messages", 6, 5, TooManyMessages)
LIKES = Pace("likes", 20, 5, TooManyLikes)  # a page sends two a second at most; two pages may
