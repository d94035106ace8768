"""The back office: which roles of the staff may do what on each model's pages. Who is not named may not."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.matrix.asking import Verdict
from tests.matrix.policies import STAFF, Row, anybody, staff, staff_else_404, staff_proves_again

type Roles = tuple[str, ...]

READERS: Roles = ("support", "finance", "auditor", "superuser")
SUPERUSER: Roles = ("superuser",)
SUPPORT: Roles = ("support", "superuser")
FINANCE: Roles = ("finance", "superuser")
NO_REFUND = "00000000-0000-4000-8000-000000000000"
BOOKKEEPERS: Roles = ("finance", "auditor", "superuser")


@dataclass(frozen=True)
class Page:
    """The pages that Django's admin makes for one model."""

    model: str
    view: Roles
    add: Roles = ()
    change: Roles = ()
    delete: Roles = ()

    def rows(self) -> Iterator[Row]:
        """One row per page, and two for the form that shows to some and saves for others."""
        at = {"object_id": f"first {self.model}"}
        base = f"admin/{self.model.replace('.', '/')}/"
        one = f"{base}<path:object_id>/"
        yield Row(base, "GET", staff(*self.view))
        yield Row(f"{base}add/", "GET POST", staff(*self.add))
        yield Row(one, "GET", staff(*READERS), at=at)  # leads to change/ and shows nothing
        yield Row(f"{one}change/", "GET", staff(*self.view), at=at)
        yield Row(f"{one}change/", "POST", staff(*self.change), at=at)
        yield Row(f"{one}delete/", "GET POST", staff(*self.delete), at=at)
        yield Row(f"{one}history/", "GET", staff(*self.view), at=at)


PAGES = [
    Page("ledger.account", view=READERS),
    Page("ledger.operation", view=READERS),
    Page("ledger.foldrun", view=READERS),
    Page("ledger.block", view=READERS),
    Page("provider.inboxevent", view=READERS),
    Page("provider.providercall", view=READERS),
    Page("provider.eventlisting", view=READERS),
    Page("provider.operatoralert", view=READERS),
    Page("accounts.legaldocument", view=READERS, add=SUPERUSER),
    Page("accounts.acceptance", view=READERS),
    Page("accounts.agerule", view=READERS, add=SUPERUSER),
    Page("accounts.spendingfreeze", view=READERS),
    Page("accounts.guardianship", view=READERS),
    Page("accounts.guardianask", view=READERS),
    Page("accounts.formerhandle", view=READERS),
    Page("accounts.user", view=READERS),
    Page("accounts.authenticatordevice", view=READERS),
    Page("accounts.trustedbrowser", view=READERS),
    Page("accounts.phone", view=READERS),
    Page("accounts.textmessage", view=READERS),
    Page("socialaccount.socialaccount", view=SUPERUSER),
    Page("socialaccount.socialapp", view=SUPERUSER, add=SUPERUSER, change=SUPERUSER, delete=SUPERUSER),
    Page("accounts.securityevent", view=READERS),
    Page("accounts.owedmail", view=READERS),
    Page("accounts.privacysettings", view=READERS),
    Page("accounts.follow", view=READERS),
    Page("accounts.block", view=READERS),
    Page("wallet.order", view=READERS),
    Page("wallet.storefront", view=READERS, add=SUPERUSER, change=SUPERUSER),
    Page("wallet.pricebook", view=READERS, add=SUPERUSER),
    Page("wallet.receipt", view=READERS),
    Page("wallet.exchangetable", view=READERS, add=SUPERUSER),
    Page("wallet.rateversion", view=READERS, add=SUPERUSER),
    Page("wallet.economy", view=READERS),
    Page("wallet.payer", view=READERS),
    # The matrix's own are published, so nobody changes or deletes them.
    Page("wallet.offer", view=READERS, add=FINANCE),
    Page("wallet.coupon", view=READERS),
    Page("wallet.offeruse", view=READERS),
    Page("wallet.firstrecharge", view=READERS),
    Page("wallet.challenge", view=READERS, add=FINANCE),
    Page("wallet.challengeaward", view=READERS),
    Page("wallet.refund", view=READERS),
    Page("wallet.spendingpause", view=READERS),
    Page("wallet.rechargecap", view=READERS, add=SUPERUSER),
    Page("wallet.spendinghelp", view=READERS, change=SUPERUSER),
    Page("gifts.budgetchange", view=READERS),
    Page("gifts.creatorbudget", view=READERS),
    Page("gifts.giftlimit", view=READERS),
    Page("live.comment", view=READERS),
    Page("live.room", view=READERS),
    Page("live.message", view=READERS),
    Page("gifts.gift", view=READERS, add=SUPERUSER, change=SUPERUSER),
    Page("gifts.sentgift", view=READERS),
    Page("payouts.payout", view=READERS),
    Page("payouts.connectedaccount", view=READERS),
    Page("payouts.payoutquote", view=READERS),
    Page("payouts.cashoutterms", view=READERS, add=SUPERUSER),
    Page("care.dataexport", view=READERS),
    Page("care.closing", view=READERS),
    Page("care.supportcase", view=READERS),
    Page("care.supportterms", view=READERS, change=SUPERUSER),
    Page("care.cannedreply", view=READERS, add=SUPPORT, change=SUPPORT, delete=SUPERUSER),
    Page("care.freeze", view=READERS),
    Page("care.dispute", view=READERS),
    Page("care.fraudwarning", view=READERS),
    Page("backoffice.bookscheck", view=BOOKKEEPERS),
    Page("auth.group", view=SUPERUSER, add=SUPERUSER, change=SUPERUSER, delete=SUPERUSER),
    Page("djstripe.account", view=BOOKKEEPERS),
    Page("djstripe.balancetransaction", view=BOOKKEEPERS),
    Page("djstripe.charge", view=BOOKKEEPERS),
    Page("djstripe.customer", view=BOOKKEEPERS),
    Page("djstripe.dispute", view=BOOKKEEPERS),
    Page("djstripe.event", view=BOOKKEEPERS),
    Page("djstripe.paymentintent", view=BOOKKEEPERS),
    Page("djstripe.payout", view=BOOKKEEPERS),
    Page("djstripe.refund", view=BOOKKEEPERS),
    Page("djstripe.session", view=BOOKKEEPERS),
    Page("djstripe.transfer", view=BOOKKEEPERS),
]


def at_the_door(role: str, own: bool) -> Verdict:
    """Who is not signed in is sent to do so; who is no operator is told so."""
    return Verdict.SIGN_IN if role == "anonymous" else Verdict.YES if role in STAFF else Verdict.NO


ROWS = [row for page in PAGES for row in page.rows()] + [
    Row("admin/", "GET", staff(*READERS), calls_outside=True),
    Row("admin/login/", "GET", at_the_door),
    Row("admin/logout/", "GET POST", anybody),
    Row("admin/password_change/", "GET POST", staff(*READERS)),
    Row("admin/password_change/done/", "GET", staff(*READERS)),
    Row("admin/autocomplete/", "GET", staff()),
    Row("admin/jsi18n/", "GET", staff(*READERS)),
    Row("admin/search/", "GET POST", staff(*READERS)),
    Row(
        "admin/r/<path:content_type_id>/<path:object_id>/",
        "GET",
        staff_else_404(),
        at={"content_type_id": 1, "object_id": 1},
    ),
    Row(
        "admin/provider/operatoralert/<path:object_id>/resolve/",
        "GET POST",
        staff(*FINANCE),
        at={"object_id": 0},
    ),
    Row(
        "admin/accounts/legaldocument/<int:document_id>/review/",
        "GET",
        staff(*READERS),
        at={"document_id": "first accounts.legaldocument"},
    ),
    Row(
        "admin/accounts/legaldocument/<int:document_id>/review/",
        "POST",
        staff_else_404(*SUPERUSER),
        at={"document_id": "first accounts.legaldocument"},
    ),
    Row("admin/accounts/acceptance/export.csv", "GET", staff(*READERS)),
    Row("admin/accounts/user/<int:user_id>/picture-removal/", "GET POST", staff_else_404(*SUPERUSER)),
    Row(
        "admin/wallet/order/<path:object_id>/recheck/",
        "GET POST",
        staff(*SUPERUSER),
        calls_outside=True,
        at={"object_id": "order_id"},
    ),
    Row(
        "admin/wallet/order/<path:object_id>/release/",
        "GET POST",
        staff(*SUPERUSER),
        calls_outside=True,
        at={"object_id": "order_id"},
    ),
    Row(
        "admin/wallet/order/<path:object_id>/refund/",
        "GET POST",
        staff(*FINANCE),
        calls_outside=True,
        at={"object_id": "order_id"},
    ),
    Row(
        "admin/wallet/refund/<path:object_id>/agree/",
        "GET POST",
        staff(*FINANCE),
        calls_outside=True,
        at={"object_id": NO_REFUND},
    ),
    Row(
        "admin/wallet/refund/<path:object_id>/reject/",
        "GET POST",
        staff(*FINANCE),
        calls_outside=True,
        at={"object_id": NO_REFUND},
    ),
    Row(
        "admin/wallet/pricebook/<path:object_id>/withdraw/",
        "GET POST",
        staff(*SUPERUSER),
        at={"object_id": "first wallet.pricebook"},
    ),
    *(
        Row(
            f"admin/wallet/offer/<path:object_id>/{deed}/",
            "GET POST",
            staff(*FINANCE),
            at={"object_id": "first wallet.offer"},
        )
        for deed in ("publish", "end", "again", "codes")
    ),
    Row(
        "admin/wallet/offer/<int:offer_id>/single-use-codes/",
        "GET POST",
        staff_else_404(*FINANCE),
        at={"offer_id": "first wallet.offer"},
    ),
    Row(
        "admin/wallet/challenge/<path:object_id>/publish/",
        "GET POST",
        staff(*FINANCE),
        at={"object_id": "first wallet.challenge"},
    ),
    Row(
        "admin/wallet/coupon/<path:object_id>/stop/",
        "GET POST",
        staff(*FINANCE),
        at={"object_id": "first wallet.coupon"},
    ),
    Row("admin/live/comment/<int:comment_id>/removal/", "GET POST", staff_else_404(*SUPERUSER)),
    Row("admin/payouts/payout/<uuid:payout_id>/review/", "GET", staff(*READERS)),
    Row("admin/payouts/payout/<uuid:payout_id>/review/", "POST", staff(*FINANCE)),
    Row(
        "admin/care/supportcase/<int:case_id>/case/",
        "GET",
        staff(*READERS),
        at={"case_id": "first care.supportcase"},
    ),
    Row(
        "admin/care/supportcase/<int:case_id>/case/",
        "POST",
        staff(*READERS),
        at={"case_id": "first care.supportcase"},
    ),
    Row("admin/care/dispute/<uuid:dispute_id>/dispute/", "GET", staff(*READERS)),
    Row("admin/care/dispute/<uuid:dispute_id>/dispute/", "POST", staff(*READERS)),
    Row("admin/care/dispute/<uuid:dispute_id>/acceptance/", "POST", staff_proves_again),
    Row("admin/backoffice/bookscheck/now/", "GET POST", staff(*BOOKKEEPERS), calls_outside=True),
]
