"""The catalogue with its price versions, and what was sent (to look at)."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline

from gifts import budget_admin as budget_admin  # its import registers the pages about budgets
from gifts.models import Gift, GiftPrice, SentGift
from ground import clock
from look import money


class GiftPriceInline(TabularInline):  # type: ignore[misc]
    """Prices are added with a start; what stood once stays (the database refuses a change too)."""

    model = GiftPrice
    extra = 0
    ordering = ["-starts_at"]

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Gift)
class GiftAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = [
        "preview",
        "name",
        "slug",
        "coins",
        "category",
        "price_class",
        "available_from",
        "retired_at",
    ]
    list_display_links = ["name"]
    list_filter = ["category", "price_class"]
    search_fields = ["slug", "name"]
    readonly_fields = ["preview"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [GiftPriceInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(coins=_coins_now())

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # a gift is retired: its receipts name it for ever

    @admin.display(description="As fans see it")
    def preview(self, gift: Gift) -> SafeString:
        return format_html('<img src="{}" alt="" width="48" height="48">', static(gift.art))

    @admin.display(description="Coins now", ordering="coins")
    def coins(self, gift: Any) -> Any:
        return gift.coins


@admin.register(SentGift)
class SentGiftAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = [
        "id",
        "at",
        "sender",
        "creator",
        "gift",
        "quantity",
        "coins",
        "diamonds",
        "matures_on",
        "is_anonymous",
    ]
    list_select_related = ["sender", "creator", "gift"]
    search_fields = ["id__exact", "sender__handle", "creator__handle"]
    show_full_result_count = False

    @admin.display(description="Diamonds", ordering="diamond_units")
    def diamonds(self, sent: SentGift) -> str:
        return money.diamonds(sent.diamond_units)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _coins_now() -> Subquery:
    in_force = GiftPrice.objects.filter(gift=OuterRef("pk"), starts_at__lte=clock.now()).order_by(
        "-starts_at"
    )
    return Subquery(in_force.values("coins")[:1])
