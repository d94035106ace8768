"""Who the password belongs to."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.selectors import person_by_phone_or_claim


class EmailOrPhoneBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, which hashes exactly once whether or not the person exists. Who joined by phone and has not typed
    the code may come back with their password and get a new one."""

    def _authenticate_by_phone(self, phone: str, password: str) -> AbstractBaseUser | None:
        found: AbstractBaseUser | None = self._check_password(person_by_phone_or_claim(phone), password)
        return found
