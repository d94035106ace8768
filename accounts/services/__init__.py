"""What a person does with their account: one file per journey."""

from accounts.services.activity import record_security_event
from accounts.services.age import (
    age_on,
    creator_age,
    minimum_age,
    require_adult,
    require_may_buy,
    set_age_rule,
)
from accounts.services.ages import keep_ages, settle_age
from accounts.services.consent import accept_document, accept_documents, accept_terms, require_current_terms
from accounts.services.creators import become_creator
from accounts.services.documents import (
    discard_draft,
    draft_document,
    schedule_document,
    withdraw_document,
)
from accounts.services.freezes import freeze_spending, thaw_spending
from accounts.services.guardian_asks import ask_guardian, guardian_standing
from accounts.services.guardians import (
    change_budget,
    give_consent,
    reissue_links,
    restore_consent,
    revoke_consent,
)
from accounts.services.people import create_person, sign_up, update_profile
from accounts.services.second_factor import require_second_factor, verify_code

__all__ = [
    "accept_document",
    "accept_documents",
    "accept_terms",
    "age_on",
    "ask_guardian",
    "become_creator",
    "change_budget",
    "create_person",
    "creator_age",
    "discard_draft",
    "draft_document",
    "freeze_spending",
    "give_consent",
    "guardian_standing",
    "keep_ages",
    "minimum_age",
    "record_security_event",
    "reissue_links",
    "require_adult",
    "require_current_terms",
    "require_may_buy",
    "require_second_factor",
    "restore_consent",
    "revoke_consent",
    "schedule_document",
    "set_age_rule",
    "settle_age",
    "sign_up",
    "thaw_spending",
    "update_profile",
    "verify_code",
    "withdraw_document",
]
