"""What is read of the accounts', care's and live's sections: what fills its list, or that it has none."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.lists import filling, filling_care
from tests.lists.filling import Fill
from tests.matrix.rows_admin import PAGES

SECTIONS = ("accounts.", "care.", "live.", "allauth.")


@dataclass(frozen=True)
class Listed:
    """A list and what makes it longer. `query` stands behind the path; `by_guardian`: opened by a guardian's link."""

    route: str
    fills: tuple[Fill, ...]
    query: str = ""
    by_guardian: bool = False


CASE = "(?P<reference>[2-9A-Z]{8})/"

LISTED = [
    Listed("", (filling.rooms,)),
    Listed("explore/", (filling.rooms,)),
    Listed("explore/", (filling.rooms,), "?q=many"),
    Listed("live/<uuid:room_id>/", (filling.messages,)),
    Listed("@<str:handle>", (filling.comments, filling.replies, filling.rooms)),
    Listed("@<str:handle>/followers/", (filling.follows,)),
    Listed("@<str:handle>/following/", (filling.follows,)),
    Listed("settings/account/", (filling.social_accounts, filling.email_addresses, filling.former_handles)),
    Listed("settings/security/", (filling.keys, filling.trusted_browsers)),
    Listed("settings/terms/", (filling.acceptances,)),
    Listed("guardian/manage/", (filling.guardian_records,), by_guardian=True),
    Listed("settings/activity/", (filling.sessions, filling.events)),
    Listed("settings/activity/", (filling.events,), "?only=sign-ins"),
    Listed("settings/privacy/", (filling.blocks,)),
    Listed("settings/privacy/blocked/", (filling.blocks,)),
    Listed("support/", (filling_care.freezes,)),
    Listed("support/not-me/", (filling.events,)),
    Listed(f"support/{CASE}", (filling_care.thread,)),
    Listed("settings/your-data/", (filling_care.exports,)),
    Listed("studio/disputed-gifts/", (filling_care.disputed_gifts,)),
    Listed("api/v1/disputes/", (filling_care.disputes,)),
    Listed("api/v1/disputed-gifts/", (filling_care.disputed_gifts,)),
    Listed("admin/care/dispute/<uuid:dispute_id>/dispute/", (filling_care.dispute_steps,)),
    Listed("api/v1/me/acceptances/", (filling.acceptances,)),
    Listed("api/v1/people/", (filling.crowd,), "?q=many"),
    Listed("api/v1/people/<str:handle>/following/", (filling.follows,)),
    Listed("api/v1/people/<str:handle>/followers/", (filling.follows,)),
    Listed("api/v1/people/<str:handle>/comments/", (filling.comments, filling.replies)),
    Listed("api/v1/me/sessions/", (filling.sessions,)),
    Listed("api/v1/me/security-events/", (filling.events,)),
    Listed("api/v1/me/following/", (filling.follows,)),
    Listed("api/v1/me/followers/", (filling.follows,)),
    Listed("api/v1/me/blocks/", (filling.blocks,)),
    Listed("api/v1/me/trusted-browsers/", (filling.trusted_browsers,)),
    Listed("api/v1/rooms/", (filling.rooms,)),
    Listed("api/v1/rooms/<uuid:room_id>/", (filling.messages,)),
    Listed("api/v1/support-cases/", (filling_care.cases,)),
    Listed(f"api/v1/support-cases/{CASE}", (filling_care.thread,)),
    Listed("api/v1/data-exports/", (filling_care.exports,)),
    Listed("_allauth/app/v1/account/authenticators", (filling.keys,)),
    Listed("_allauth/app/v1/account/email", (filling.email_addresses,)),
    Listed("_allauth/app/v1/account/providers", (filling.social_accounts,)),
    Listed("_allauth/app/v1/auth/sessions", (filling.sessions,)),
    Listed("admin/accounts/acceptance/export.csv", (filling.acceptances,)),
    Listed(
        "admin/care/supportcase/<int:case_id>/case/",
        (filling_care.thread, filling_care.cases, filling_care.canned_replies),
    ),
]

# The back office's list of each model.
ROWS_OF = {
    "accounts.acceptance": filling.acceptances,
    "accounts.agerule": filling.age_rules,
    "accounts.authenticatordevice": filling.keys,
    "accounts.block": filling.blocks,
    "accounts.follow": filling.follows,
    "accounts.formerhandle": filling.former_handles,
    "accounts.guardianask": filling.guardian_asks,
    "accounts.guardianship": filling.guardianships,
    "accounts.legaldocument": filling.documents,
    "accounts.owedmail": filling.owed_mails,
    "accounts.phone": filling.phones,
    "accounts.privacysettings": filling.privacy,
    "accounts.securityevent": filling.events,
    "accounts.spendingfreeze": filling.spending_freezes,
    "accounts.textmessage": filling.texts,
    "accounts.trustedbrowser": filling.trusted_browsers,
    "accounts.user": filling.crowd,
    "care.cannedreply": filling_care.canned_replies,
    "care.closing": filling_care.closings,
    "care.dataexport": filling_care.exports,
    "care.dispute": filling_care.disputes,
    "care.fraudwarning": filling_care.fraud_warnings,
    "care.freeze": filling_care.freezes,
    "care.supportcase": filling_care.cases,
    "live.comment": filling.comments,
    "live.message": filling.messages,
    "live.room": filling.rooms,
    "socialaccount.socialaccount": filling.social_accounts,
    "socialaccount.socialapp": filling.social_apps,
}
ONE_ROW = {"care.supportterms"}


def of_back_office() -> Iterator[Listed]:
    """One for each of ROWS_OF."""
    for model, fill in ROWS_OF.items():
        yield Listed(f"admin/{model.replace('.', '/')}/", (fill,))


def models_of_sections() -> set[str]:
    """The models of these sections that the back office shows."""
    sections = (*SECTIONS, "socialaccount.")
    return {page.model for page in PAGES if page.model.startswith(sections)}


# Read, and no list: a form, a picture, a file, or one thing of a size that does not grow.
NO_LIST = {
    "api/v1/disputes/<uuid:dispute_id>/",
    "api/v1/disputed-gifts/sums/",
    "api/v1/legal-documents/",
    "accounts/email/",
    "support/new/",
    "legal/<slug:kind>/",
    "settings/guardian/",
    "settings/terms/accept/",
    "live/start/",
    "live/<uuid:room_id>/card.png",
    "settings/",
    "settings/notifications/",
    "settings/your-data/close/",
    "settings/your-data/close/confirm/",
    "settings/your-data/exports/<uuid:export_id>/file/",
    "account-closed/",
    "unsubscribe/<str:token>/",
    "@<str:handle>/card.png",
    r"media/avatars/(?P<folder>[0-9a-f]{2})/(?P<name>(?P=folder)[0-9a-f]{38})-(?P<edge_px>64|192|512)\.webp",
    "support/files/<uuid:file_id>/",
    "support/secure/",
    "guardian/",
    "guardian/consent/",
    "guardian/link/sent/",
    "legal/<slug:kind>/<int:version>/",
    "legal/<slug:kind>/<int:version>/changes/",
    "admin/accounts/legaldocument/<int:document_id>/review/",
    "admin/accounts/user/<int:user_id>/picture-removal/",
    "admin/live/comment/<int:comment_id>/removal/",
    "api/v1/closing/",
    "api/v1/data-exports/<uuid:export_id>/",
    "api/v1/data-exports/<uuid:export_id>/file/",
    "api/v1/guardian/",
    "api/v1/legal-documents/<slug:kind>/<int:version>/changes/",
    "api/v1/me/",
    "api/v1/me/anti-phishing-phrase/",
    "api/v1/me/guardian/",
    "api/v1/me/handle/",
    "api/v1/me/notifications/",
    "api/v1/me/privacy/",
    "api/v1/people/<str:handle>/",
    "api/v1/recovery/",
    "api/v1/support-cases/files/<uuid:file_id>/",
    "accounts/2fa/authenticate/",
    "accounts/2fa/reauthenticate/",
    "accounts/2fa/recovery-codes/",
    "accounts/2fa/recovery-codes/download/",
    "accounts/2fa/recovery-codes/generate/",
    "accounts/2fa/totp/activate/",
    "accounts/2fa/totp/deactivate/",
    "accounts/2fa/webauthn/add/",
    "accounts/2fa/webauthn/keys/<int:pk>/edit/",
    "accounts/2fa/webauthn/keys/<int:pk>/remove/",
    "accounts/2fa/webauthn/login/",
    "accounts/3rdparty/login/cancelled/",
    "accounts/3rdparty/login/error/",
    "accounts/3rdparty/signup/",
    "accounts/confirm-email/",
    "accounts/facebook/login/",
    "accounts/facebook/login/callback/",
    "accounts/facebook/login/token/",
    "accounts/google/login/",
    "accounts/google/login/callback/",
    "accounts/google/login/token/",
    "accounts/inactive/",
    "accounts/login/",
    "accounts/login/code/confirm/",
    "accounts/logout/",
    "accounts/password/change/",
    "accounts/password/reset/",
    "accounts/password/reset/complete/",
    "accounts/password/reset/confirm/",
    "accounts/password/reset/done/",
    "accounts/password/set/",
    "accounts/phone/change/",
    "accounts/phone/verify/",
    "accounts/reauthenticate/",
    "accounts/reauthenticate/provider/",
    "accounts/signup/",
    "_allauth/app/v1/account/authenticators/recovery-codes",
    "_allauth/app/v1/account/authenticators/totp",
    "_allauth/app/v1/account/authenticators/webauthn",
    "_allauth/app/v1/account/phone",
    "_allauth/app/v1/auth/email/verify",
    "_allauth/app/v1/auth/password/reset",
    "_allauth/app/v1/auth/provider/signup",
    "_allauth/app/v1/auth/session",
    "_allauth/app/v1/auth/webauthn/authenticate",
    "_allauth/app/v1/auth/webauthn/login",
    "_allauth/app/v1/auth/webauthn/reauthenticate",
    "_allauth/app/v1/config",
}
