"""Secrets at rest: authenticated encryption whose keys can be rotated."""

from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(text: str) -> str:
    """Encrypt with the first of OVATION_FERNET_KEYS."""
    return _fernet(tuple(settings.OVATION_FERNET_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypt what any of the keys encrypted.

    Raises:
        cryptography.fernet.InvalidToken: none of the keys fits, or the text was changed.
    """
    return _fernet(tuple(settings.OVATION_FERNET_KEYS)).decrypt(token.encode()).decode()


def rotate(token: str) -> str:
    """Encrypt anew with the first key what any of the keys encrypted."""
    return _fernet(tuple(settings.OVATION_FERNET_KEYS)).rotate(token.encode()).decode()


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
