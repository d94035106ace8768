"""The demo-only pages: the outbox, the current one-time code of a demo person, and the business clock."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET

from accounts.models import User
from backoffice.difference import difference
from demo.access import demo_only
from demo.models import OutboxMessage
from ground import clock
from ledger import checks
from wallet import rates

SHOWN_MESSAGES = 100
CODE_PERIOD_S = 30
MESSAGE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "frame-ancestors": [CSP.SELF],
}


@require_GET
@demo_only
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, optionally to one recipient (?to=)."""
    return render(
        request, "demo/outbox.html", {"messages_sent": _messages(request), "to": request.GET.get("to", "")}
    )


@require_GET
@demo_only
def outbox_json(request: HttpRequest) -> JsonResponse:
    """The same for programs: newest first, `text` whole."""
    rows = [
        {
            "id": message.pk,
            "channel": message.channel,
            "to": message.recipient,
            "subject": message.subject,
            "text": message.text,
            "html": message.html,
            "sent_at": message.sent_at.isoformat(),
        }
        for message in _messages(request)
    ]
    return JsonResponse({"messages": rows})


@require_GET
@csp_override(settings.SECURE_CSP | {"frame-src": [CSP.SELF]})
@demo_only
def outbox_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message, its HTML part in a frame of its own."""
    return render(request, "demo/message.html", {"message": get_object_or_404(OutboxMessage, pk=message_id)})


@require_GET
@xframe_options_sameorigin
@csp_override(MESSAGE_CSP)
@demo_only
def outbox_html(request: HttpRequest, message_id: int) -> HttpResponse:
    """The HTML part of one message, as a mail program would show it: no script, no outside picture."""
    return HttpResponse(get_object_or_404(OutboxMessage, pk=message_id).html)


@require_GET
@demo_only
def one_time_code(request: HttpRequest, handle: str) -> HttpResponse:
    """The code that the authenticator app of `handle` shows now, and for how many seconds it holds."""
    user = get_object_or_404(User, handle=handle)
    authenticator = get_object_or_404(Authenticator, user=user, type=Authenticator.Type.TOTP)
    now = int(time.time())
    code = {
        "handle": handle,
        "code": _current_code(authenticator, now),
        "valid_for_s": CODE_PERIOD_S - now % CODE_PERIOD_S,
    }
    if request.path.endswith(".json"):
        return JsonResponse(code)
    return render(request, "demo/one_time_code.html", code)


@require_GET
@demo_only
def books_json(request: HttpRequest) -> JsonResponse:
    """ledger_check now, and the cash in our books beside the cash at the provider, in minor units."""
    state = difference(rates.in_force(clock.now()).currency, fresh=True)
    return JsonResponse(
        {
            "ledger_check": checks.run().as_json(),
            "currency": state.currency,
            "books_minor": state.books_minor,
            "provider_minor": state.provider_minor,
            "unexplained_minor": state.unexplained_minor,
            "in_flight": [item.label for item in state.in_flight],
        }
    )


def _messages(request: HttpRequest) -> QuerySet[OutboxMessage]:
    messages = OutboxMessage.objects.all()
    if recipient := request.GET.get("to"):
        messages = messages.filter(recipient=recipient.lower())
    return messages[:SHOWN_MESSAGES]


def _current_code(authenticator: Authenticator, now: int) -> str:
    code: str = format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), now // CODE_PERIOD_S))
    return code
