"""Who people are."""

from accounts.models.activity import SecurityEvent
from accounts.models.consent import Acceptance, LegalDocument, LegalDocumentQuerySet
from accounts.models.devices import AuthenticatorDevice
from accounts.models.known_device import KnownDevice
from accounts.models.mail import AntiPhishingPhrase, OwedMail, WantedTopic
from accounts.models.person import User, UserManager, UserQuerySet, new_ledger_id
from accounts.models.trust import TrustedBrowser

__all__ = [
    "Acceptance",
    "AntiPhishingPhrase",
    "AuthenticatorDevice",
    "KnownDevice",
    "LegalDocument",
    "LegalDocumentQuerySet",
    "OwedMail",
    "SecurityEvent",
    "TrustedBrowser",
    "User",
    "UserManager",
    "UserQuerySet",
    "WantedTopic",
    "new_ledger_id",
]
