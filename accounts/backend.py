"""Who a password belongs to, and whose a session is."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User
from accounts.selectors import person_by_phone_or_claim


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's sign-in, which hashes once whether or not the person exists, by email or phone.

    No session of before stands for somebody who has closed their account.
    """

    def get_user(self, user_id: int) -> User | None:
        """The person of a session. Signing in takes a closing back first, so whoever is back passes."""
        person: User | None = super().get_user(user_id)
        return None if person is None or person.deactivated_at is not None else person

    def _authenticate_by_phone(self, phone: str, password: str) -> AbstractBaseUser | None:
        """Who joined by phone and has not typed the code may come back with their password and get a new one."""
        found: AbstractBaseUser | None = self._check_password(person_by_phone_or_claim(phone), password)
        return found
