"""Refunds in the back office: to look at, to ask for, and to agree to above the limit."""

from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from accounts.models import User
from ground import clock
from ground.errors import DomainError
from look.money import money
from look.states import mail_chip
from provider.admin import ReadOnlyAdmin, ReasonForm
from wallet import services
from wallet.models import Order, Refund

RIGHT = "wallet.refund_order"


class RefundForm(ReasonForm):
    """How much, and why. `key` was made with the dialog, so that a double click is one refund."""

    coins = forms.IntegerField(
        min_value=1,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="Empty: all that are unspent.",
    )
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)


class RefundsOrders(ReadOnlyAdmin):
    """The part of the orders' admin that refunds them."""

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return cast(User, request.user).has_perm(RIGHT)

    @action(  # type: ignore[untyped-decorator]
        description="Refund",
        permissions=["refund"],
        dialog={
            "title": "Refund this order",
            "description": "Unspent coins are taken back and their price goes to where it came from. Above the "
            "storefront's limit a second operator must agree.",
            "form_class": RefundForm,
            "form_submit_text": "Refund",
        },
    )
    def refund(self, request: HttpRequest, form: RefundForm, object_id: str) -> HttpResponse:
        order = Order.objects.select_related("user", "storefront").get(pk=object_id)
        operator = cast(User, request.user)
        try:
            made = services.refund_as_operator(
                order=order,
                coins=form.cleaned_data["coins"],
                operator=operator,
                verified=operator.is_verified(),
                reason=form.cleaned_data["reason"],
                key=f"admin:{form.cleaned_data['key']}",
                now=clock.now(),
            )
        except DomainError as refusal:
            messages.warning(request, f"{refusal.message} {refusal.next_step}")
        else:
            amount = money(made.amount_minor, made.currency)
            self.log_change(request, order, f"refund of {amount}: {form.cleaned_data['reason']}")
            messages.success(request, f"{amount}: {made.get_state_display()}.")
        return self.answer(request, object_id)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Every refund. One above the limit waits here for a second operator."""

    list_display = ["id", "order_id", "buyer", "amount", "shown_state", "origin", "asked_by", "created_at"]
    list_filter = ["state", "origin", "currency"]
    list_select_related = ["order__user", "asked_by"]
    search_fields = ["=id", "=order__id", "=provider_id", "order__user__handle", "order__user__email"]
    ordering = ["-created_at"]
    exclude = ["request_hash", "key"]
    actions_detail = ["agree", "reject"]

    @display(description="buyer")  # type: ignore[untyped-decorator]
    def buyer(self, refund: Refund) -> str:
        return str(refund.order.user)

    @display(description="amount")  # type: ignore[untyped-decorator]
    def amount(self, refund: Refund) -> str:
        return money(refund.amount_minor, refund.currency)

    @display(description="state")  # type: ignore[untyped-decorator]
    def shown_state(self, refund: Refund) -> str:
        return mail_chip("refund", refund.state)

    def has_agree_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return cast(User, request.user).has_perm(RIGHT)

    has_reject_permission = has_agree_permission

    @action(  # type: ignore[untyped-decorator]
        description="Agree",
        permissions=["agree"],
        dialog={
            "title": "Agree to this refund",
            "form_class": ReasonForm,
            "form_submit_text": "Agree and send",
        },
    )
    def agree(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._decide(services.agree_to_refund, request, form, object_id)

    @action(  # type: ignore[untyped-decorator]
        description="Reject",
        permissions=["reject"],
        dialog={"title": "Reject this refund", "form_class": ReasonForm, "form_submit_text": "Reject"},
    )
    def reject(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._decide(services.reject_refund, request, form, object_id)

    def _decide(self, decide: Any, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        operator = cast(User, request.user)
        try:
            refund = decide(
                refund_id=UUID(object_id), operator=operator, verified=operator.is_verified(), now=clock.now()
            )
        except DomainError as refusal:
            messages.warning(request, f"{refusal.message} {refusal.next_step}")
        else:
            self.log_change(request, refund, f"{refund.state}: {form.cleaned_data['reason']}")
            messages.success(request, f"The refund is {refund.get_state_display()}.")
        return self.answer(request, object_id)
