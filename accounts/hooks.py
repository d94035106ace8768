"""What accounts asks of the floors above."""

from accounts.models import User
from ground.hooks import Hook

# The address of the creator's room that is live now, or None. `live` registers its answer.
live_room_url: Hook[[User], str | None] = Hook()
