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
from accounts.services.avatars import forget_avatar, remove_avatar, set_avatar
from accounts.services.consent import accept_document, accept_documents, accept_terms, require_current_terms
from accounts.services.creators import become_creator
from accounts.services.documents import (
    discard_draft,
    draft_document,
    schedule_document,
    withdraw_document,
)
from accounts.services.factors import add_key, remove_factors
from accounts.services.freezes import freeze_spending, thaw_spending
from accounts.services.guardian_asks import ask_guardian, guardian_standing
from accounts.services.guardians import (
    change_budget,
    give_consent,
    reissue_links,
    restore_consent,
    revoke_consent,
)
from accounts.services.handles import change_handle, next_handle_change
from accounts.services.mail import owe_mail, owe_mails, send_owed_mails
from accounts.services.notifications import set_topics, unsubscribe, want_topic
from accounts.services.people import create_person, sign_up, update_profile
from accounts.services.phones import remove_phone, verify_phone
from accounts.services.phrase import set_phrase
from accounts.services.privacy import update_privacy
from accounts.services.second_factor import require_second_factor, verify_code
from accounts.services.sessions import end_other_sessions, end_session, end_sessions
from accounts.services.social import block, follow, unblock, unfollow
from accounts.services.trusted_browsers import distrust_browser, distrust_browsers, trust_browser

__all__ = [
    "accept_document",
    "accept_documents",
    "accept_terms",
    "add_key",
    "age_on",
    "ask_guardian",
    "become_creator",
    "block",
    "change_budget",
    "change_handle",
    "create_person",
    "creator_age",
    "discard_draft",
    "distrust_browser",
    "distrust_browsers",
    "draft_document",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "follow",
    "forget_avatar",
    "freeze_spending",
    "give_consent",
    "guardian_standing",
    "keep_ages",
    "minimum_age",
    "next_handle_change",
    "owe_mail",
    "owe_mails",
    "record_security_event",
    "reissue_links",
    "remove_avatar",
    "remove_factors",
    "remove_phone",
    "require_adult",
    "require_current_terms",
    "require_may_buy",
    "require_second_factor",
    "restore_consent",
    "revoke_consent",
    "schedule_document",
    "send_owed_mails",
    "set_age_rule",
    "set_avatar",
    "set_phrase",
    "set_topics",
    "settle_age",
    "sign_up",
    "thaw_spending",
    "trust_browser",
    "unblock",
    "unfollow",
    "unsubscribe",
    "update_privacy",
    "update_profile",
    "verify_code",
    "verify_phone",
    "want_topic",
    "withdraw_document",
]
