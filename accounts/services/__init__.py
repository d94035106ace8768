"""What a person does with their account: one file per journey."""

from accounts.services.activity import record_security_event
from accounts.services.age import age_on, minimum_age, require_adult
from accounts.services.consent import accept_document, accept_terms, require_current_terms
from accounts.services.creators import become_creator
from accounts.services.people import create_person, sign_up, update_profile
from accounts.services.phones import remove_phone, verify_phone
from accounts.services.second_factor import require_second_factor, verify_code

__all__ = [
    "accept_document",
    "accept_terms",
    "age_on",
    "become_creator",
    "create_person",
    "minimum_age",
    "record_security_event",
    "remove_phone",
    "require_adult",
    "require_current_terms",
    "require_second_factor",
    "sign_up",
    "update_profile",
    "verify_code",
    "verify_phone",
]
