"""Pages: every recharge with filters, as CSV; a receipt as page and as PDF."""

from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET
from rest_framework.request import Request

from accounts.models import User
from ground import clock
from wallet import history, pages
from wallet.api.views import OrderPages
from wallet.history import Wanted
from wallet.history_forms import HistoryForm
from wallet.receipt_pdf import pdf_answer
from wallet.services.receipts import receipt_of


@login_required
@require_GET
def recharges(request: HttpRequest) -> HttpResponse:
    """Everything one ever recharged, by state, days and storefront. What cannot be understood is said."""
    person = cast(User, request.user)
    form = HistoryForm(request.GET or None, person=person)
    wanted = form.wanted() if form.is_valid() else Wanted()
    cursor = OrderPages()
    orders = cursor.paginate_queryset(history.recharges(person, wanted), Request(request))
    facts = {
        "form": form,
        "wanted": wanted,
        "orders": [(order, pages.standing(order)) for order in orders or []],
        "previous_url": cursor.get_previous_link(),
        "next_url": cursor.get_next_link(),
        "csv_query": urlencode({name: value for name, value in form.asked().items() if value}),
    }
    return render(request, "wallet/history.html", facts, status=400 if form.errors else 200)


@login_required
@require_GET
def recharges_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a file."""
    person = cast(User, request.user)
    form = HistoryForm(request.GET or None, person=person)
    if form.errors:
        return HttpResponse(
            "A filter was not understood.", status=400, content_type="text/plain; charset=utf-8"
        )
    return history.csv_answer(request, person, form.wanted() if form.is_valid() else Wanted())


@login_required
@require_GET
def receipt(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The receipt of a credited order, to read and to print."""
    order, facts = receipt_of(cast(User, request.user), order_id, now=clock.now())
    return render(request, "wallet/receipt.html", {"order": order, "receipt": facts})


@login_required
@require_GET
def receipt_file(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The receipt as a PDF."""
    _, facts = receipt_of(cast(User, request.user), order_id, now=clock.now())
    return pdf_answer(facts)
