"""Django's password validators of this house. Each says in words what to do instead."""

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.passwords.leaked import is_common, is_leaked
from accounts.passwords.strength import rate

SHORTEST = 10  # characters of a password, as Django's own validator is set to
SHORTEST_NAME = 4  # characters; a shorter name is found in many sentences
SEPARATORS = str.maketrans("", "", " ._-@+")


class NotYourName:
    """The password holds neither the person's address nor their handle."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = _plain(password)
        if user is not None and any(name in plain for name in _names(user)):
            raise ValidationError(
                "Leave your handle and your address out of the password: they are the first thing to be tried.",
                code="password_contains_name",
            )

    def get_help_text(self) -> str:
        return "It holds neither your handle nor your address."


class NotLeaked:
    """The password is not among the commonest, nor in the operator's list of leaked ones."""

    def validate(self, password: str, user: User | None = None) -> None:
        if is_common(password):
            raise ValidationError(
                "Many people use this password, so it is tried first. Choose another.",
                code="password_too_common",
            )
        if settings.BREACHED_PASSWORDS and is_leaked(password, settings.BREACHED_PASSWORDS):
            raise ValidationError(
                "This password was leaked from another site, so it is tried everywhere. Choose another.",
                code="password_leaked",
            )

    def get_help_text(self) -> str:
        return "It is in no list of leaked passwords."


class Strong:
    """A guesser would need more than a hundred million tries."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < SHORTEST or is_common(password):
            return  # refused already, in plainer words
        strength = rate(password, known_words(user))
        if not strength.is_enough:
            advice = " ".join(strength.advice) or "Add a word or two that nobody would expect."
            raise ValidationError(f"This is too easy to guess. {advice}", code="password_too_weak")

    def get_help_text(self) -> str:
        return "It is hard to guess; a few uncommon words are enough."


def known_words(user: User | None) -> list[str]:
    """What a guesser of this person would try first."""
    if user is None:
        return []
    parts = [user.handle, user.display_name, *user.display_name.split(), *_address_parts(user)]
    return [part for part in parts if part]


def _names(user: User) -> set[str]:
    names = {_plain(part) for part in (user.handle or "", *_address_parts(user))}
    return {name for name in names if len(name) >= SHORTEST_NAME}


def _address_parts(user: User) -> list[str]:
    address = user.email or ""
    return [address, address.partition("@")[0]]


def _plain(text: str) -> str:
    return text.lower().translate(SEPARATORS)
