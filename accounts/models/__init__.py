"""Who people are."""

from accounts.models.activity import SecurityEvent
from accounts.models.consent import Acceptance, LegalDocument, LegalDocumentQuerySet
from accounts.models.devices import AuthenticatorDevice
from accounts.models.handles import FormerHandle
from accounts.models.person import User, UserManager, UserQuerySet, new_ledger_id

__all__ = [
    "Acceptance",
    "AuthenticatorDevice",
    "FormerHandle",
    "LegalDocument",
    "LegalDocumentQuerySet",
    "SecurityEvent",
    "User",
    "UserManager",
    "UserQuerySet",
    "new_ledger_id",
]
