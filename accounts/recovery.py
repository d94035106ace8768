"""While a person secures a reported account, only the way back stands open to them: pages, and REST by token alike.

`User.recovery_since` says that they must. The way back is a new password, proved by a code from the mailbox, then a
second factor; before the password is new nothing else is taken from a session, which might be the thief's.
"""

from django.conf import settings

from accounts.errors import RecoveryRequired
from accounts.models import User
from accounts.selectors import has_second_factor

NEW_PASSWORD, SECOND_FACTOR = "new_password", "second_factor"


def steps_left(user: User) -> list[str]:
    """What is still to be done, in order; empty for whoever need not recover."""
    if user.recovery_since is None:
        return []
    password = [] if user.has_usable_password() else [NEW_PASSWORD]
    return password + ([] if has_second_factor(user) else [SECOND_FACTOR])


def require_recovered(user: User, path: str) -> None:
    """Let a request for `path` through, unless its person must secure the account first.

    Raises:
        RecoveryRequired: `steps` says what is missing.
    """
    if user.recovery_since is None or _is_way_back(user, path):
        return
    raise RecoveryRequired(
        steps=steps_left(user), recovery={"method": "GET", "path": settings.RECOVERY_API_PATH}
    )


def require_person_recovered(user_id: int) -> None:
    """The same for what is never on the way back.

    Raises:
        RecoveryRequired: `steps` says what is missing.
    """
    require_recovered(User.objects.get(pk=user_id), "")


def _is_way_back(user: User, path: str) -> bool:
    open_paths: tuple[str, ...] = settings.RECOVERY_PATHS
    if user.has_usable_password():
        open_paths += settings.RECOVERY_PATHS_WITH_NEW_PASSWORD
    return path.startswith(open_paths)
