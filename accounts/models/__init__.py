"""Who people are."""

from accounts.models.activity import SecurityEvent
from accounts.models.age import ADULT, AgeRule, SpendingFreeze
from accounts.models.closed import KeptHandle, is_kept, mark_of
from accounts.models.consent import Acceptance, Announcement, LegalDocument, LegalDocumentQuerySet
from accounts.models.devices import AuthenticatorDevice
from accounts.models.guardian import GuardianAsk, GuardianMail, GuardianRecord, Guardianship
from accounts.models.handles import FormerHandle
from accounts.models.known_device import KnownDevice
from accounts.models.mail import AntiPhishingPhrase, OwedMail, WantedTopic
from accounts.models.person import User, UserManager, UserQuerySet, new_ledger_id
from accounts.models.phone import Phone, TextMessage, TextMessageQuerySet
from accounts.models.social import Audience, Block, Follow, PrivacySettings, shown_to
from accounts.models.trust import TrustedBrowser

__all__ = [
    "ADULT",
    "Acceptance",
    "AgeRule",
    "Announcement",
    "AntiPhishingPhrase",
    "Audience",
    "AuthenticatorDevice",
    "Block",
    "Follow",
    "FormerHandle",
    "GuardianAsk",
    "GuardianMail",
    "GuardianRecord",
    "Guardianship",
    "KeptHandle",
    "KnownDevice",
    "LegalDocument",
    "LegalDocumentQuerySet",
    "OwedMail",
    "Phone",
    "PrivacySettings",
    "SecurityEvent",
    "SpendingFreeze",
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
