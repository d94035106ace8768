"""Whose a session is."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's sign-in; no session of before stands for somebody who has closed their account."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session. Signing in takes a closing back first, so whoever is back passes."""
        person: User | None = super().get_user(user_id)
        return None if person is None or person.deactivated_at is not None else person
