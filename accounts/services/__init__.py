"""What a person does with their account: one file per journey."""

from accounts.services.activity import record_security_event
from accounts.services.age import age_on, minimum_age, require_adult
from accounts.services.avatars import forget_avatar, remove_avatar, set_avatar
from accounts.services.consent import accept_document, accept_terms, require_current_terms
from accounts.services.creators import become_creator
from accounts.services.handles import change_handle, next_handle_change
from accounts.services.people import create_person, sign_up, update_profile
from accounts.services.second_factor import require_second_factor, verify_code

__all__ = [
    "accept_document",
    "accept_terms",
    "age_on",
    "become_creator",
    "change_handle",
    "create_person",
    "forget_avatar",
    "minimum_age",
    "next_handle_change",
    "record_security_event",
    "remove_avatar",
    "require_adult",
    "require_current_terms",
    "require_second_factor",
    "set_avatar",
    "sign_up",
    "update_profile",
    "verify_code",
]
