"""What a person does with their account: one file per journey."""

from accounts.services.activity import record_security_event
from accounts.services.age import age_on, minimum_age, require_adult
from accounts.services.avatars import forget_avatar, remove_avatar, set_avatar
from accounts.services.consent import accept_document, accept_terms, require_current_terms
from accounts.services.creators import become_creator
from accounts.services.handles import change_handle, next_handle_change
from accounts.services.people import create_person, sign_up, update_profile
from accounts.services.privacy import update_privacy
from accounts.services.second_factor import require_second_factor, verify_code
from accounts.services.social import block, follow, unblock, unfollow

__all__ = [
    "accept_document",
    "accept_terms",
    "age_on",
    "become_creator",
    "block",
    "change_handle",
    "create_person",
    "follow",
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
    "unblock",
    "unfollow",
    "update_privacy",
    "update_profile",
    "verify_code",
]
