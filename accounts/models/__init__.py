"""Who people are."""

from accounts.models.activity import SecurityEvent
from accounts.models.consent import Acceptance, LegalDocument, LegalDocumentQuerySet
from accounts.models.devices import AuthenticatorDevice
from accounts.models.person import User, UserManager, UserQuerySet, new_ledger_id
from accounts.models.phone import Phone, TextMessage, TextMessageQuerySet

__all__ = [
    "Acceptance",
    "AuthenticatorDevice",
    "LegalDocument",
    "LegalDocumentQuerySet",
    "Phone",
    "SecurityEvent",
    "TextMessage",
    "TextMessageQuerySet",
    "User",
    "UserManager",
    "UserQuerySet",
    "new_ledger_id",
]
