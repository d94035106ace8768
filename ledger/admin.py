"""The books in the back office: to look at, never to change."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from ledger.models import Account, Block, FoldRun, Operation, Transfer


class ReadOnly(ModelAdmin):  # type: ignore[misc]
    """Shows rows; offers no way to add, change or delete one. Pages without counting the table."""

    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Account)
class AccountAdmin(ReadOnly):
    """Accounts by holder. A platform account's sum is on the books' home, not here."""

    list_display = ("id", "holder_id", "code", "unit", "live_balance", "spent", "frozen", "hold_days")
    list_filter = ("unit", "frozen")
    search_fields = ("holder",)
    search_help_text = "Holder (the person's ledger id), or an account's id"
    ordering = ("-id",)

    @admin.display(description="holder")
    def holder_id(self, account: Account) -> str:
        """The id as it is searched for: without separators."""
        return str(account.holder)

    @admin.display(description="balance")
    def live_balance(self, account: Account) -> str:
        """The balance; of a platform account nothing is kept live."""
        return "folded" if account.overdraft else str(account.balance)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Account], search_term: str
    ) -> tuple[QuerySet[Account], bool]:
        """Find by whole numbers, through the indexes."""
        if not search_term:
            return queryset, False
        number = _number(search_term)
        return queryset.none() if number is None else queryset.filter(Q(holder=number) | Q(id=number)), False


@admin.register(Operation)
class OperationAdmin(ReadOnly):
    """Operations with their transfers."""

    list_display = ("id", "kind", "holder_id", "key", "balance", "at")
    fields = (
        "id", "kind", "holder", "key", "payer", "balance", "spends", "at", "recorded_at", "content", "transfer_list",
    )  # fmt: skip
    readonly_fields = fields
    search_fields = ("key",)
    search_help_text = "Operation id, holder, or the whole key"
    ordering = ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Operation], search_term: str
    ) -> tuple[QuerySet[Operation], bool]:
        """Find by whole numbers or the whole key, through the indexes."""
        if not search_term:
            return queryset, False
        number = _number(search_term)
        found = Q(key=search_term) if number is None else Q(key=search_term) | Q(id=number) | Q(holder=number)
        return queryset.filter(found), False

    @admin.display(description="holder")
    def holder_id(self, operation: Operation) -> str:
        """The id as it is searched for: without separators."""
        return str(operation.holder)

    @admin.display(description="content hash")
    def content(self, operation: Operation) -> str:
        """SHA-256 over the operation and its transfers."""
        return bytes(operation.content_hash).hex()

    @admin.display(description="transfers")
    def transfer_list(self, operation: Operation) -> SafeString:
        """Each transfer in a line: how much, from whom, to whom."""
        transfers = (
            Transfer.objects.filter(operation=operation)
            .select_related("debit", "credit")
            .order_by("position")
        )
        return format_html_join(
            "",
            "<div>{} {}: {} → {}</div>",
            ((transfer.amount, transfer.unit, transfer.debit, transfer.credit) for transfer in transfers),
        )


@admin.register(FoldRun)
class FoldRunAdmin(ReadOnly):
    """When the totals were brought up to date, and what was outstanding then."""

    list_display = ("id", "at", "coins_outstanding", "diamonds_outstanding", "currency", "operation_id")
    ordering = ("-id",)


@admin.register(Block)
class BlockAdmin(ReadOnly):
    """The chain of sealed blocks. A hash noted elsewhere proves later what was before it."""

    list_display = ("number", "sealed_at", "operations", "transfers", "moved", "short_hash")
    fields = (
        "number", "epoch", "sealed_at", "operations", "transfers", "moved", "rate_version", "first_watermark",
        "watermark", "full_hash", "root", "hash_before",
    )  # fmt: skip
    readonly_fields = fields
    search_fields = ("number",)
    search_help_text = "A block's number, or its whole hash"
    ordering = ("-number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Block]:
        """Without the marks of the leaves, which are large and for machines."""
        found: QuerySet[Block] = super().get_queryset(request)
        return found.defer("leaf_marks")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Block], search_term: str
    ) -> tuple[QuerySet[Block], bool]:
        """Find by the number, or by the whole hash."""
        if not search_term:
            return queryset, False
        number = _number(search_term)
        if number is not None:
            return queryset.filter(number=number), False
        try:
            return queryset.filter(hash=bytes.fromhex(search_term)), False
        except ValueError:
            return queryset.none(), False

    @admin.display(description="amounts moved")
    def moved(self, block: Block) -> str:
        """The sum of all amounts by unit, in the books' own units."""
        return ", ".join(f"{amount} {unit}" for unit, amount in sorted(block.totals.items()))

    @admin.display(description="Merkle root")
    def root(self, block: Block) -> str:
        """The root over the operations' content hashes."""
        return bytes(block.merkle_root).hex()

    @admin.display(description="hash of the block before")
    def hash_before(self, block: Block) -> str:
        """What chains this block to the one before."""
        return bytes(block.previous_hash).hex()


def _number(text: str) -> int | None:
    """`text` as a bigint, if it is one."""
    try:
        number = int(text)
    except ValueError:
        return None
    return number if abs(number) < 2**63 else None
