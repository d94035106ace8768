"""What operators see and set of the wallet: orders to read with their whole way, prices and rates as versions."""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display

from accounts.models import User
from ground import clock
from ground.errors import DomainError
from look.money import money
from look.states import mail_chip
from provider.admin import ReadOnlyAdmin, ReasonForm
from wallet import exchange_admin as exchange_admin  # these imports register their pages
from wallet import limits_admin as limits_admin
from wallet import offers_admin as offers_admin
from wallet import prices_admin as prices_admin
from wallet import receipts_admin as receipts_admin
from wallet import services
from wallet.models import Economy, Order, OrderEvent, Payer, RateVersion
from wallet.pages import standing
from wallet.refund_admin import RefundsOrders
from wallet.services import catalogue
from wallet.services.steps import Source


class OrderEventInline(TabularInline):  # type: ignore[misc]
    """The order's timeline."""

    model = OrderEvent
    fields: ClassVar[list[str]] = ["at", "kind", "source", "code", "facts"]
    readonly_fields: ClassVar[list[str]] = ["at", "kind", "source", "code", "facts"]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(RefundsOrders):
    list_display = ["id", "user", "coins", "price", "shown_state", "storefront", "created_at", "credited_at"]
    list_filter = ["state", "held_reason", "storefront", "currency"]
    list_select_related = ["user", "storefront"]
    search_fields = ["id", "user__handle", "user__email", "session_id", "payment_intent_id", "charge_id"]
    ordering = ["-created_at"]
    inlines = [OrderEventInline]
    exclude = ["request_hash"]
    actions_detail = ["recheck", "release", "refund"]

    @display(description="price")  # type: ignore[untyped-decorator]
    def price(self, order: Order) -> str:
        return money(order.gross_minor, order.currency)

    @display(description="state")  # type: ignore[untyped-decorator]
    def shown_state(self, order: Order) -> str:
        return mail_chip("order", standing(order).name)

    def has_recheck_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request)

    has_release_permission = has_recheck_permission

    @action(  # type: ignore[untyped-decorator]
        description="Ask the provider now",
        permissions=["recheck"],
        dialog={
            "title": "Ask the provider how this order stands",
            "form_class": ReasonForm,
            "form_submit_text": "Ask",
        },
    )
    def recheck(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        order = Order.objects.select_related("user", "storefront").get(pk=object_id)
        rechecked = services.recheck_order(order=order, now=clock.now(), source=Source.OPERATOR)
        messages.info(request, " ".join(line.words for line in rechecked.trace))
        self.log_change(request, order, f"asked the provider: {form.cleaned_data['reason']}")
        return self.answer(request, object_id)

    @action(  # type: ignore[untyped-decorator]
        description="Release the hold",
        permissions=["release"],
        dialog={
            "title": "Release this order",
            "description": "It is judged again by what the provider says now. What still does not fit is held again.",
            "form_class": ReasonForm,
            "form_submit_text": "Release",
        },
    )
    def release(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        order = Order.objects.get(pk=object_id)
        reason = form.cleaned_data["reason"]
        try:
            released = services.release_order(
                order=order, operator=cast(User, request.user), reason=reason, now=clock.now()
            )
        except DomainError as refusal:
            messages.warning(request, f"{refusal.message} {refusal.next_step}")
        else:
            self.log_change(request, order, f"released: {reason}")
            messages.success(request, f"Released; the order is {released.get_state_display()} now.")
        return self.answer(request, object_id)


class RateVersionForm(ModelForm):  # type: ignore[type-arg]
    """A rate begins now or later: what was given before keeps its rate."""

    class Meta:
        model = RateVersion
        fields = ["diamond_units_per_coin", "starts_at", "reason"]

    def clean_starts_at(self) -> Any:
        starts_at = self.cleaned_data["starts_at"]
        if starts_at < clock.now():
            raise ValidationError("A rate cannot begin in the past.")
        return starts_at


@admin.register(RateVersion)
class RateVersionAdmin(ModelAdmin):  # type: ignore[misc]
    form = RateVersionForm
    list_display = ["diamond_units_per_coin", "starts_at", "reason", "created_by"]
    list_select_related = ["created_by"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RateVersion, form: Any, change: bool) -> None:
        catalogue.begin_rate(version=obj, operator=cast(User, request.user))


@admin.register(Economy)
class EconomyAdmin(ReadOnlyAdmin):
    list_display = ["settlement_currency", "coin_value_micro", "diamond_value_micro"]


@admin.register(Payer)
class PayerAdmin(ReadOnlyAdmin):
    list_display = ["user", "first_credited_at", "hold_days"]
    list_select_related = ["user"]
    search_fields = ["user__handle", "user__email"]
