"""Who people are."""

from accounts.models.activity import SecurityEvent
from accounts.models.consent import Acceptance, LegalDocument, LegalDocumentQuerySet
from accounts.models.devices import AuthenticatorDevice
from accounts.models.person import User, UserManager, UserQuerySet, new_ledger_id
from accounts.models.trust import TrustedBrowser

__all__ = [
    "Acceptance",
    "AuthenticatorDevice",
    "LegalDocument",
    "LegalDocumentQuerySet",
    "SecurityEvent",
    "TrustedBrowser",
    "User",
    "UserManager",
    "UserQuerySet",
    "new_ledger_id",
]
