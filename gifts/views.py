"""Pages: the receipt of a gift, the gifts one sent, and sending without JavaScript."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from gifts import selectors, services
from gifts.errors import InsufficientCoins
from gifts.forms import SendForm
from gifts.money_words import exact_money
from gifts.panel import COUNTDOWN_ABOVE_COINS
from ground import clock
from ground.errors import DomainError
from live import selectors as live_selectors
from wallet import rates

GIFTS_A_PAGE = 30


@login_required
@require_POST
def send(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Send a gift by a plain form: the same service, the same key however often it is pressed."""
    assert isinstance(request.user, User)
    form = SendForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a gift first. Nothing was sent and no coins were taken.")
        return redirect("live:room", room_id)
    wish = form.cleaned_data
    if wish["coins"] > COUNTDOWN_ABOVE_COINS and not wish["confirmed"]:
        shown = live_selectors.room(room_id, viewer=request.user)
        return render(request, "gifts/confirm.html", {"room": shown, "form": form, "coins": wish["coins"]})
    try:
        sent = services.send_gift(
            sender=request.user,
            room_id=room_id,
            gift=wish["gift"],
            quantity=wish["quantity"],
            coins=wish["coins"],
            key=wish["key"],
            now=clock.now(),
        )
    except InsufficientCoins as refusal:
        words = '{} <a href="{}">Recharge, and come back to this gift</a>'
        messages.error(
            request, format_html(words, refusal.message, _recharge_address(room_id, wish, refusal))
        )
    except DomainError as refusal:
        messages.error(request, f"{refusal.message} {refusal.next_step}")
    else:
        receipt = reverse("gifts:receipt", args=[sent.id])
        messages.success(request, format_html('Sent. <a href="{}">Receipt</a>', receipt))
    return redirect("live:room", room_id)


def _recharge_address(room_id: UUID, wish: dict[str, Any], refusal: InsufficientCoins) -> str:
    """The balance page with the right package chosen, and the way back to the room with the gift."""
    chosen = urlencode({"gift": wish["gift"], "quantity": wish["quantity"]})
    back = f"{reverse('live:room', args=[room_id])}?{chosen}"
    asked = urlencode({"coins": refusal.extra["missing_coins"], "return_to": back})
    return f"{reverse('wallet:balance')}?{asked}"


@login_required
@require_GET
def receipt(request: HttpRequest, sent_id: int) -> HttpResponse:
    """Who paid what and who got what, exactly."""
    assert isinstance(request.user, User)
    sent = selectors.receipt(sent_id=sent_id, reader=request.user)
    split = selectors.split_of_sent(sent, rates.in_force(clock.now()))
    money = {
        "price": exact_money(split.price_parts, split.currency),
        "creator": exact_money(split.creator_parts, split.currency),
        "platform": exact_money(split.platform_parts, split.currency),
    }
    is_matured = sent.matures_on <= clock.today()
    is_sender = sent.sender_id == request.user.pk
    return render(
        request,
        "gifts/receipt.html",
        {
            "sent": sent,
            "sender": sent.sender_shown_to(request.user.pk),
            "split": split,
            "money": money,
            "is_sender": is_sender,
            "is_matured": is_matured,
        },
    )


@login_required
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """The gifts one sent, the newest first."""
    assert isinstance(request.user, User)
    before = request.GET.get("before", "")
    sent = selectors.gifts_sent_by(
        request.user,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=GIFTS_A_PAGE + 1,
    )
    page, more = sent[:GIFTS_A_PAGE], len(sent) > GIFTS_A_PAGE
    next_url = f"?before={page[-1].pk}" if more else ""
    previous_url = reverse("gifts:history") if before else ""
    return render(
        request, "gifts/history.html", {"gifts": page, "next_url": next_url, "previous_url": previous_url}
    )
