"""What accounts refuse, in words a person can act on."""

from typing import ClassVar

from ground.errors import DomainError, NotFound


class AgeRequired(DomainError):
    """The person is younger than the law of their country, or our rule for it, asks. `minimum_age` says how old."""

    code = "age_required"
    status = 403
    message = "You are not old enough for this yet."
    next_step = "Come back when you have reached the age, or correct your birth date with support's help."


class TermsRequired(DomainError):
    """A legal document in force has not been accepted.

    `documents` lists which (kind, version, title, url); `accept` says where a program accepts them.
    """

    code = "terms_required"
    status = 403
    message = "Before this, please read and accept our terms."
    next_step = "Open Settings, then Terms, accept what is listed there, and try again."


class DocumentChanged(DomainError):
    """The version that was accepted is not the one in force. `document` is the one that is."""

    code = "document_changed"
    status = 409
    message = "This document has a new version."
    next_step = "Read the version now in force and accept that one."


class SecondFactorRequired(DomainError):
    """The account has no second factor yet, and this needs one. `enrol` says where a program sets it up."""

    code = "second_factor_required"
    status = 403
    message = "This needs two-factor authentication, and your account has none yet."
    next_step = "Open Settings, then Security, and add a passkey or an authenticator app. It takes a minute."


class StepUpRequired(DomainError):
    """The session's last second factor is too old for this. A password does not help.

    `reauthenticate` says where a program sends a code, `reauthenticate_by_key` where a passkey's answer goes if there
    is one, `max_age_s` how long it then counts.
    """

    code = "step_up_required"
    status = 401
    message = "Confirm that it is you with your second factor."
    next_step = "Prove it as `reauthenticate` says, then send this request again, with the same key."


class WrongCode(DomainError):
    """No authenticator of this person takes the code, or it was used before."""

    code = "incorrect_code"
    status = 400
    message = "That code is not right, or it was used already."
    next_step = "Wait for the next code in your authenticator app, or use a recovery code."


class TooManyCodes(DomainError):
    """Too many wrong codes in a row; each further one doubles the wait. `retry_after_s` says how long."""

    code = "too_many_codes"
    status = 429
    message = "Too many wrong codes in a row."
    next_step = "Wait a little, then try again."


class LastFactor(DomainError):
    """An operator's, or a creator's with diamonds, last second factor: it goes only when another one is there."""

    code = "last_second_factor"
    status = 409
    message = "This is your last second factor, and your account may not be without one."
    next_step = "Add another authenticator app, passkey or security key first, then remove this one."


class KeyTaken(DomainError):
    """A key is enrolled once, in one account."""

    code = "key_taken"
    status = 409
    message = "This passkey or security key is enrolled already."
    next_step = "Use another key, or remove it where it is enrolled."


class HandleTaken(DomainError):
    """Somebody took the handle between the form's check and the insert."""

    code = "handle_taken"
    status = 409
    message = "This handle has just been taken."
    next_step = "Choose another handle."


class EmailTaken(DomainError):
    """Two sign-ups with one address arrived at once; the other one stands."""

    code = "email_taken"
    status = 409
    message = "A sign-up with this address is already under way."
    next_step = "Sign in, or ask for a new code."


class PhoneInvalid(DomainError):
    """What was typed is no number that we can text to."""

    code = "invalid_phone"
    status = 400
    message = "Enter a mobile number with its country code, such as +49 151 23456789."
    next_step = "Correct the number, or use an email address."


class PhoneTaken(DomainError):
    """The number belongs to another person, who proved it."""

    code = "phone_taken"
    status = 409
    message = "This number belongs to another account."
    next_step = "Use another number, or sign in with this one."


class NoPhone(DomainError):
    """The account has no phone number."""

    code = "no_phone"
    status = 404
    message = "Your account has no phone number."
    next_step = "Add one in Settings, under Account."


class LastWayIn(DomainError):
    """Without this, nobody could get into the account any more."""

    code = "last_way_in"
    status = 409
    message = "This is the only way into your account."
    next_step = "Add and confirm an email address first, then remove it."


class TooManyAttempts(DomainError):
    """A limit of accounts.limits was reached. `retry_after_s` says when the next try is looked at."""

    code = "too_many_attempts"
    status = 429
    message = "Too many attempts. Nothing was looked at or changed this time."
    next_step = "Wait a little, then try again."


class RecoveryRequired(DomainError):
    """The account was reported as used by somebody else, and its person has not secured it yet.

    `steps` lists what is missing (`new_password`, `second_factor`), `recovery` says where a program reads how.
    """

    code = "recovery_required"
    status = 403
    message = "You told us that somebody else used your account. Secure it before anything else."
    next_step = "Choose a new password with a code from your mailbox, then set up a second factor."


class NotSignedIn(DomainError):
    """Nobody is signed in."""

    code: ClassVar[str] = "not_authenticated"
    status = 401
    message = "Sign in first."
    next_step = "Sign in and try again."


class PhraseIsPassword(DomainError):
    """The anti-phishing phrase would send the password around by mail."""

    code = "phrase_is_password"
    status = 400
    message = "This is your password. It must not stand in mails."
    next_step = "Choose other words as your phrase."


class PersonNotFound(NotFound):
    """There is no such person, or they do not show themselves to whoever asks: the answer is the same."""

    message = "There is nobody here by this name."
    next_step = "Check the handle, or look around on the explore page."


class AlreadyYourself(DomainError):
    """Somebody tried to follow or block themselves."""

    code = "yourself"
    status = 409
    message = "That is you."
    next_step = "Choose somebody else."


class InvalidPrivacy(DomainError):
    """A setting that is none, or a value that it does not have."""

    code = "invalid_privacy"
    status = 400
    message = "This setting cannot be set to that."
    next_step = "Choose one of the values that the setting has."


class TooManyChanges(DomainError):
    """More follows, blocks or changes of one's privacy than a person makes by hand."""

    code = "too_many_changes"
    status = 429
    message = "So many changes in one minute are not made by hand."
    next_step = "Wait a minute, then go on."
