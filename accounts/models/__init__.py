"""Who people are."""

from accounts.models.activity import SecurityEvent
from accounts.models.age import ADULT, AgeRule, Freeze
from accounts.models.consent import Acceptance, Announcement, LegalDocument, LegalDocumentQuerySet
from accounts.models.devices import AuthenticatorDevice
from accounts.models.guardian import GuardianAsk, GuardianMail, GuardianRecord, Guardianship
from accounts.models.person import User, UserManager, UserQuerySet, new_ledger_id

__all__ = [
    "ADULT",
    "Acceptance",
    "AgeRule",
    "Announcement",
    "AuthenticatorDevice",
    "Freeze",
    "GuardianAsk",
    "GuardianMail",
    "GuardianRecord",
    "Guardianship",
    "LegalDocument",
    "LegalDocumentQuerySet",
    "SecurityEvent",
    "User",
    "UserManager",
    "UserQuerySet",
    "new_ledger_id",
]
