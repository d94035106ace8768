"""The operators' roles, by what they may do in the back office."""

from datetime import datetime

from django.contrib.auth.models import Group, Permission

FINANCE = "Finance"
AUDITOR = "Auditor"
SUPPORT = "Support"
READERS = ("accounts", "wallet", "gifts", "live", "payouts", "care", "provider", "ledger")
# The mirrored objects that finance and auditors look at. APIKey, which holds our secret key, is never among them.
MIRRORED = (
    "Account", "BalanceTransaction", "Charge", "Customer", "Dispute", "Event", "PaymentIntent", "Payout", "Refund",
    "Session", "Transfer",
)  # fmt: skip


def install(now: datetime) -> None:
    """Make each role where it is missing and give it what it may do. Running it again changes nothing.

    A role's further permissions, given by an operator, stay.
    """
    readable = Permission.objects.filter(content_type__app_label__in=READERS, codename__startswith="view_")
    mirror = Permission.objects.filter(
        content_type__app_label="djstripe", codename__in=[f"view_{name.lower()}" for name in MIRRORED]
    )
    checks = Permission.objects.filter(content_type__app_label="backoffice", codename="view_bookscheck")
    decide = Permission.objects.filter(content_type__app_label="payouts", codename="decide_payout")
    refund = Permission.objects.filter(content_type__app_label="wallet", codename="refund_order")
    resolve = Permission.objects.filter(content_type__app_label="provider", codename="change_operatoralert")
    care = Permission.objects.filter(
        content_type__app_label="care",
        codename__in=["answer_case", "lift_freeze", "add_cannedreply", "change_cannedreply"],
    )
    sell = Permission.objects.filter(
        content_type__app_label="wallet",
        codename__in=[
            f"{deed}_{model}" for deed in ("add", "change", "delete") for model in ("offer", "challenge")
        ]
        + ["change_coupon"],
    )
    answer = Permission.objects.filter(content_type__app_label="care", codename="answer_dispute")
    accept = Permission.objects.filter(content_type__app_label="care", codename="accept_dispute")
    roles = {
        FINANCE: [readable, mirror, checks, decide, refund, resolve, answer, accept, sell],
        AUDITOR: [readable, mirror, checks],
        SUPPORT: [readable, care, answer],
    }
    for name, permissions in roles.items():
        group, _ = Group.objects.get_or_create(name=name)
        for allowed in permissions:
            group.permissions.add(*allowed)
