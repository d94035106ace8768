"""How fast one person may follow, block and change who sees them: on pages and over REST together."""

from accounts.errors import TooManyChanges
from ground.pace import Pace

FOLLOWS = Pace("follows", 60, 60, TooManyChanges)  # and unfollows
BLOCKS = Pace("blocks", 30, 60, TooManyChanges)  # and unblocks
PRIVACY = Pace("privacy", 30, 60, TooManyChanges)
