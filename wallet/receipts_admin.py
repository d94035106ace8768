"""Receipts in the back office: to find one by its number."""

from django.contrib import admin
from unfold.decorators import display

from look.money import money
from provider.admin import ReadOnlyAdmin
from wallet.models import Receipt


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ["shown_code", "order", "buyer", "total", "issued_at"]
    list_filter = ["storefront"]
    list_select_related = ["storefront", "order__user"]
    search_fields = ["=number", "order__id", "order__user__handle", "order__user__email"]

    @display(description="receipt", ordering="number")  # type: ignore[untyped-decorator]
    def shown_code(self, receipt: Receipt) -> str:
        return receipt.code

    @display(description="buyer")  # type: ignore[untyped-decorator]
    def buyer(self, receipt: Receipt) -> str:
        return f"@{receipt.order.user.handle}"

    @display(description="total")  # type: ignore[untyped-decorator]
    def total(self, receipt: Receipt) -> str:
        return money(receipt.order.gross_minor, receipt.order.currency)
