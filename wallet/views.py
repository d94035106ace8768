"""Pages: balance and recharge, an order and its way."""

from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from rest_framework.request import Request

from accounts.models import User
from ground import clock
from ground.errors import DomainError, NotFound
from provider.errors import ProviderError
from wallet import hooks, limits_page, pages, rates, refund_pages, returns, selectors, services
from wallet.api.views import OrderPages
from wallet.errors import OrderNotPayable, StillAtProvider
from wallet.forms import CUSTOM, RechargeForm
from wallet.models import Order, OrderEvent
from wallet.offer_pages import as_offered, shop_with_offers
from wallet.shop import shop_for
from wallet.units import MICRO_PER_MINOR


class HistoryPages(OrderPages):
    page_size = 8


@login_required
@require_http_methods(["GET", "POST"])
def balance(request: HttpRequest) -> HttpResponse:
    """What one has, what one can buy, what one bought. A POST starts a recharge and goes to the payment page."""
    form = RechargeForm(request.POST or None)
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        key = f"page:{form.cleaned_data['key']}"
        try:
            order = services.create_order(user=_person(request), key=key, now=clock.now(), **form.wanted())
        except DomainError as error:
            if error.status in (401, 403):  # terms, age: their own page says what to do
                raise
            refusal = error
        else:
            return redirect(order.checkout_url or order_address(order))
    facts = _shop(request, has_refused=refusal is not None) | _history(request)
    facts |= {"form": form, "refusal": refusal, "key": uuid4()}
    facts |= limits_page.on_balance(request, facts["rates"])
    return render(request, "wallet/balance.html", facts, status=_status(form, refusal))


@login_required
@require_GET
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """An order's page: how it stands, what happened, what to do next."""
    return _show(request, order_of_request(request, order_id))


@login_required
@require_GET
def landing(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Where the payment page sends the buyer back: ask the provider now, then show the order (R1)."""
    bought = order_of_request(request, order_id)
    if bought.session_id is not None:
        try:
            services.fulfil(session_id=bought.session_id, source=OrderEvent.Source.LANDING, now=clock.now())
        except ProviderError:
            messages.info(request, "The payment provider does not answer just now. We keep asking.")
    return redirect(returns.back_to_room(bought) or f"{order_address(bought)}?back=1")


@login_required
@require_POST
def recheck(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Where are my coins?"""
    rechecked = services.recheck_order(
        order=order_of_request(request, order_id), now=clock.now(), opens_case=True
    )
    return _show(request, rechecked.order, trace=rechecked.trace, case=rechecked.case)


@login_required
@require_POST
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Stop an order before it is paid."""
    wanted = order_of_request(request, order_id)
    try:
        services.cancel_order(order=wanted, now=clock.now())
    except (OrderNotPayable, StillAtProvider) as refusal:
        messages.warning(request, f"{refusal.message} {refusal.next_step}")
    else:
        messages.success(request, "Cancelled. No money was taken.")
    return redirect(order_address(wanted))


def order_address(order: Order) -> str:
    """The path of an order's page."""
    return reverse("wallet:order", args=[order.pk])


def _show(request: HttpRequest, order: Order, **more: Any) -> HttpResponse:
    facts = {
        "order": order,
        "standing": pages.standing(order, returned="back" in request.GET),
        "steps": pages.steps(selectors.timeline(order)),
        "coins": selectors.coins_of(order.user),
        "refunds": refund_pages.of_order(order, clock.now()),
        "panels": hooks.panels_of(order),
    }
    return render(request, "wallet/order.html", facts | more)


def _shop(request: HttpRequest, *, has_refused: bool) -> dict[str, Any]:
    """What is sold to this person, ready to show."""
    user, now = _person(request), clock.now()
    in_force = rates.in_force(now)
    coins = selectors.coins_of(user)
    shop = shop_for(user, in_force, now)
    facts: dict[str, Any] = {
        "coins": coins,
        "value_minor": coins * in_force.coin_value_micro // MICRO_PER_MINOR,
        "rates": in_force,
        "creator_percent": in_force.creator_share_basis_points // 100,
        "creator_micro_per_coin": in_force.diamond_units_per_coin * in_force.diamond_value_micro // 100,
        "shop": shop,
        "storefront": shop and shop.storefront,
        "unfinished": selectors.unfinished_order(user),
        "refund_policy": refund_pages.policy_for(shop.storefront if shop else None),
        "buying_stop": hooks.buying_stop(user),
    }
    if shop is None:
        return facts
    code = "" if has_refused else request.POST.get("code") or request.GET.get("code", "")
    shop, coupon = shop_with_offers(shop, reader=user, code=code[:60], now=now)
    return facts | {
        "shop": as_offered(shop),
        "coupon": coupon,
        "chosen": _chosen(request, shop.tiles),
        "custom": CUSTOM,
        "tax_words": pages.tax_words(shop.storefront),
        "tax_percent": f"{shop.storefront.tax_basis_points / 100:g}",
    }


def _chosen(request: HttpRequest, tiles: list[selectors.Tile]) -> str:
    """The tile that is marked: what was chosen before, else the preselected one, else the first."""
    codes = [tile.package.code for tile in tiles]
    wanted = request.POST.get("package") or request.GET.get("package", "")
    wanted = wanted or limits_page.smallest_for(request.GET.get("coins", ""), tiles)
    if wanted in [*codes, CUSTOM]:
        return wanted
    preselected = [tile.package.code for tile in tiles if tile.package.is_preselected]
    return next(iter([*preselected, *codes]), CUSTOM)


def _history(request: HttpRequest) -> dict[str, Any]:
    """One page of the person's orders, by cursor."""
    cursor = HistoryPages()
    orders = cursor.paginate_queryset(selectors.orders_of(_person(request)), Request(request))
    return {
        "orders": [(order, pages.standing(order)) for order in orders or []],
        "previous_url": cursor.get_previous_link(),
        "next_url": cursor.get_next_link(),
    }


def _status(form: RechargeForm, refusal: DomainError | None) -> int:
    if refusal is not None:
        return refusal.status
    return 400 if form.is_bound and not form.is_valid() else 200


def order_of_request(request: HttpRequest, order_id: UUID) -> Order:
    """The signed-in person's order; somebody else's is not there."""
    order = selectors.order_of(_person(request), order_id)
    if order is None:
        raise NotFound
    return order


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
