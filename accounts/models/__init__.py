"""Who people are."""

from accounts.models.activity import SecurityEvent
from accounts.models.closed import KeptHandle, is_kept, mark_of
from accounts.models.consent import Acceptance, LegalDocument, LegalDocumentQuerySet
from accounts.models.devices import AuthenticatorDevice
from accounts.models.handles import FormerHandle
from accounts.models.known_device import KnownDevice
from accounts.models.mail import AntiPhishingPhrase, OwedMail, WantedTopic
from accounts.models.person import User, UserManager, UserQuerySet, new_ledger_id
from accounts.models.phone import Phone, TextMessage, TextMessageQuerySet
from accounts.models.social import Audience, Block, Follow, PrivacySettings, shown_to
from accounts.models.trust import TrustedBrowser

__all__ = [
    "Acceptance",
    "AntiPhishingPhrase",
    "Audience",
    "AuthenticatorDevice",
    "Block",
    "Follow",
    "FormerHandle",
    "KeptHandle",
    "KnownDevice",
    "LegalDocument",
    "LegalDocumentQuerySet",
    "OwedMail",
    "Phone",
    "PrivacySettings",
    "SecurityEvent",
    "TextMessage",
    "TextMessageQuerySet",
    "TrustedBrowser",
    "User",
    "UserManager",
    "UserQuerySet",
    "WantedTopic",
    "is_kept",
    "mark_of",
    "new_ledger_id",
    "shown_to",
]
