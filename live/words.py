"""What people write, made fit to be shown: one line, no control characters, nothing that turns the text around it."""

import re
import unicodedata

from live import errors
from live.models import KEY_MAX_LENGTH, TEXT_MAX_LENGTH, TITLE_MAX_LENGTH

KEY_PATTERN = re.compile(rf"[\x21-\x7e]{{1,{KEY_MAX_LENGTH}}}")


def require_sayable(text: str) -> str:
    """A message as it will stand in the chat.

    Raises:
        EmptyMessage, MessageTooLong: it cannot be shown.
    """
    text = _one_line(text)
    if not text:
        raise errors.EmptyMessage
    if len(text) > TEXT_MAX_LENGTH:
        raise errors.MessageTooLong
    return text


def require_title(title: str) -> str:
    """A room's title as it will stand over the stage.

    Raises:
        InvalidRoom: it cannot be shown.
    """
    title = _one_line(title)
    if not title:
        raise errors.InvalidRoom("Give the room a title.")
    if len(title) > TITLE_MAX_LENGTH:
        raise errors.InvalidRoom(f"The title is too long: {TITLE_MAX_LENGTH} characters at most.")
    return title


def require_key(key: str) -> str:
    """The key under which a message is said once.

    Raises:
        InvalidKey: it is no key.
    """
    if not KEY_PATTERN.fullmatch(key):
        raise errors.InvalidKey
    return key


def _one_line(text: str) -> str:
    """The visible words of `text`; empty if all of it is space and zero-width characters."""
    text = " ".join(_visible(text).split())
    return "" if all(unicodedata.category(char) in ("Cf", "Zs") for char in text) else text


def _visible(text: str) -> str:
    """`text` without control characters, half characters and the marks that turn the direction of what follows."""
    return "".join(
        " " if char in "\t\r\n" else char
        for char in text
        if char in "\t\r\n" or not (unicodedata.category(char) in ("Cc", "Cs") or char in _DIRECTION_MARKS)
    )


_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
