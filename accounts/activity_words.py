"""The words for what happened to an account. A kind is a code; what is written here is shown, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Words:
    """How one kind of security event reads. Both texts may name facts in braces."""

    title: str
    icon: str = "shield-check"
    tone: Literal["neutral", "good", "warn", "bad"] = "neutral"
    more: str = ""  # a second line, shown when its facts are there


WORDS: dict[str, Words] = {
    "signed_in": Words("Signed in", "log-in", "good", "With {method}"),
    "sign_in_failed": Words("Somebody tried to sign in and failed", "circle-alert", "warn", "{reason}"),
    "wrong_code": Words("A wrong code was given", "circle-alert", "warn"),
    "signed_out": Words("Signed out", "log-out"),
    "session_ended": Words("Signed out {device} from elsewhere", "log-out"),
    "other_sessions_ended": Words("Signed out everywhere else", "log-out", "neutral", "{ended} sessions"),
    "new_device": Words("Signed in from a new device", "smartphone", "warn"),
    "password_changed": Words("Changed the password", "key-round", "good"),
    "password_reset": Words("Chose a new password by a code from the mailbox", "key-round", "warn"),
    "email_changed": Words("Changed the email address", "mail", "warn"),
    "handle_changed": Words("Changed the handle", "user", "neutral", "From @{old} to @{new}"),
    "authenticator_app_added": Words("Added an authenticator app", "smartphone", "good"),
    "authenticator_app_removed": Words("Removed the authenticator app", "triangle-alert", "warn"),
    "passkey_added": Words("Added the passkey {name}", "fingerprint", "good"),
    "passkey_removed": Words("Removed the passkey {name}", "triangle-alert", "warn"),
    "recovery_codes_made": Words("Made new recovery codes", "key-round"),
    "recovery_codes_removed": Words("Recovery codes were taken away", "key-round"),
    "browser_trusted": Words("Trusted a browser", "monitor", "neutral", "It is asked for the password only"),
    "browser_distrusted": Words("Ended the trust in a browser", "monitor", "neutral", "{browsers} in all"),
    "recovery_code_used": Words("Used a recovery code", "key-round", "warn", "{left} left"),
    "phrase_changed": Words("Changed the anti-phishing phrase", "shield-check"),
    "phrase_removed": Words("Removed the anti-phishing phrase", "triangle-alert", "warn"),
    "document_accepted": Words("Accepted: {title}", "scale", "neutral", "Version {version}"),
}
# What the list of sign-ins shows.
SIGN_IN_KINDS = ("signed_in", "sign_in_failed", "wrong_code", "new_device")


def register(kind: str, words: Words) -> None:
    """Add the words of one kind; in `AppConfig.ready`. The same again does no harm."""
    assert WORDS.get(kind, words) == words, f"{kind} is registered with other words"
    WORDS[kind] = words


def words_of(kind: str) -> Words:
    """The words of a kind; one without any is written out."""
    return WORDS.get(kind) or Words(kind.replace("_", " ").capitalize())


def title(kind: str, facts: Mapping[str, Any]) -> str:
    """What happened, as a person reads it."""
    return words_of(kind).title.format_map(_Known(facts))


def more(kind: str, facts: Mapping[str, Any]) -> str:
    """The second line; empty when a fact that it needs is not there."""
    try:
        return words_of(kind).more.format_map(facts)
    except KeyError:
        return ""


class _Known(dict[str, Any]):
    """Facts of which one may be missing in an old row: it is left out."""

    def __missing__(self, name: str) -> str:
        return ""
