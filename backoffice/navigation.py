"""The sidebar, by what an operator comes to do. Entries whose page a person may not see are left out."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from backoffice import selectors
from care.models import Dispute, SupportCase

Entry = tuple[str, str, str, str]  # title, icon, app_model, query

GROUPS: list[tuple[str, list[Entry]]] = [
    ("Support", [
        ("Cases to answer", "support_agent", "care_supportcase", "?turn=ours"),
        ("All cases", "forum", "care_supportcase", ""),
        ("Stopped money", "ac_unit", "care_freeze", "?lifted_at__isempty=1"),
        ("Canned replies", "quickreply", "care_cannedreply", ""),
        ("Support terms", "tune", "care_supportterms", ""),
    ]),
    ("Money out", [
        ("Cash-outs to review", "fact_check", "payouts_payout", "?state__exact=screening"),
        ("All cash-outs", "payments", "payouts_payout", ""),
        ("Payout accounts", "account_balance", "payouts_connectedaccount", ""),
        ("Cash-out terms", "tune", "payouts_cashoutterms", ""),
    ]),
    ("Money in", [
        ("Disputes to answer", "gavel", "care_dispute", "?queue=answer"),
        ("All disputes", "balance", "care_dispute", ""),
        ("Fraud warnings", "warning", "care_fraudwarning", ""),
        ("Orders", "receipt_long", "wallet_order", ""),
        ("Receipts", "receipt", "wallet_receipt", ""),
        ("Price books", "sell", "wallet_pricebook", ""),
        ("Refunds", "undo", "wallet_refund", ""),
        ("Storefronts", "storefront", "wallet_storefront", ""),
        ("Exchange rates", "currency_exchange", "wallet_exchangetable", ""),
        ("Rates", "percent", "wallet_rateversion", ""),
        ("Recharge caps", "speed", "wallet_rechargecap", ""),
        ("Pauses", "pause_circle", "wallet_spendingpause", ""),
        ("Spending help", "help", "wallet_spendinghelp", ""),
        ("Changes of budgets", "tune", "gifts_budgetchange", ""),
        ("Budgets for creators", "savings", "gifts_creatorbudget", ""),
        ("Limits for one gift", "savings", "gifts_giftlimit", ""),
    ]),
    ("Offers", [
        ("Offers", "local_offer", "wallet_offer", ""),
        ("Codes", "confirmation_number", "wallet_coupon", ""),
        ("Orders with offers", "redeem", "wallet_offeruse", ""),
        ("First recharges", "looks_one", "wallet_firstrecharge", ""),
        ("Challenges", "flag", "wallet_challenge", ""),
        ("Challenges won", "military_tech", "wallet_challengeaward", ""),
    ]),
    ("Stage", [
        ("Rooms", "live_tv", "live_room", ""),
        ("Gift catalogue", "redeem", "gifts_gift", ""),
        ("Gifts sent", "volunteer_activism", "gifts_sentgift", ""),
    ]),
    ("People", [
        ("People", "group", "accounts_user", ""),
        ("Second factors", "key", "accounts_authenticatordevice", ""),
        ("Trusted browsers", "devices", "accounts_trustedbrowser", ""),
        ("Legal documents", "gavel", "accounts_legaldocument", ""),
        ("Acceptances", "verified", "accounts_acceptance", ""),
        ("Age rules", "cake", "accounts_agerule", ""),
        ("Guardians", "family_restroom", "accounts_guardianship", ""),
        ("Freezes", "ac_unit", "accounts_spendingfreeze", "?lifted_at__isempty=1"),
        ("Phone numbers", "smartphone", "accounts_phone", ""),
        ("Texts", "sms", "accounts_textmessage", ""),
        ("Connected sign-ins", "link", "socialaccount_socialaccount", ""),
        ("Sign-in providers", "login", "socialaccount_socialapp", ""),
        ("Copies of data", "folder_zip", "care_dataexport", ""),
        ("Closings", "person_off", "care_closing", ""),
        ("Account activity", "history", "accounts_securityevent", ""),
        ("Mails", "mail", "accounts_owedmail", ""),
        ("Follows", "person_add", "accounts_follow", ""),
        ("Blocks", "block", "accounts_block", ""),
        ("Privacy", "visibility_off", "accounts_privacysettings", ""),
        ("Roles", "badge", "auth_group", ""),
    ]),
    ("Books", [
        ("Accounts", "account_tree", "ledger_account", ""),
        ("Operations", "list_alt", "ledger_operation", ""),
        ("Transfers", "swap_horiz", "ledger_transfer", ""),
        ("Sealed blocks", "link", "ledger_block", ""),
        ("Checks", "task_alt", "backoffice_bookscheck", ""),
    ]),
    ("Payment provider", [
        ("Alerts", "notification_important", "provider_operatoralert", "?state=open"),
        ("Inbox", "inbox", "provider_inboxevent", ""),
        ("Calls", "call_made", "provider_providercall", ""),
        ("Mirror: charges", "credit_card", "djstripe_charge", ""),
        ("Mirror: transfers", "call_split", "djstripe_transfer", ""),
        ("Mirror: payouts", "outbound", "djstripe_payout", ""),
        ("Mirror: disputes", "balance", "djstripe_dispute", ""),
    ]),
]  # fmt: skip
BADGES = {
    "Cash-outs to review": "backoffice.navigation.review_badge",
    "Alerts": "backoffice.navigation.alert_badge",
    "Disputes to answer": "backoffice.navigation.dispute_badge",
    "Cases to answer": "backoffice.navigation.case_badge",
}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's navigation for this operator."""
    home = {"title": "Home", "icon": "home", "link": reverse("admin:index")}
    user = cast(User, request.user)
    groups = [
        {"title": title, "separator": True, "items": _items(user, entries)} for title, entries in GROUPS
    ]
    return [{"items": [home]}, *(group for group in groups if group["items"])]


def review_badge(request: HttpRequest) -> str:
    """How many cash-outs wait for a decision."""
    return str(selectors.payouts_to_review().count() or "")


def alert_badge(request: HttpRequest) -> str:
    """How many alerts are open."""
    return str(selectors.open_alerts().count() or "")


def dispute_badge(request: HttpRequest) -> str:
    """How many disputes wait for our answer."""
    return str(Dispute.objects.to_answer().count() or "")


def case_badge(request: HttpRequest) -> str:
    """How many cases wait for support."""
    return str(SupportCase.objects.ours().count() or "")


def _items(user: User, entries: list[Entry]) -> list[dict[str, Any]]:
    items = []
    for title, icon, app_model, query in entries:
        address = _address(app_model)
        app, _, model = app_model.partition("_")
        if address and user.has_perm(f"{app}.view_{model}"):
            item = {"title": title, "icon": icon, "link": address + query}
            items.append(item | ({"badge": BADGES[title]} if title in BADGES else {}))
    return items


def _address(app_model: str) -> str | None:
    try:
        return reverse(f"{admin.site.name}:{app_model}_changelist")
    except NoReverseMatch:  # that model has no page
        return None
