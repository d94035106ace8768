"""`wsgi_view`: the same gift as an ordinary Django view, one call of our own service per request.

It writes the same rows and checks the same session tokens. Everything that Django lets go of is left out: middleware,
DRF, a pool; the server and its threads are the best of those that gift_http tries.
"""

import json
from uuid import UUID

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

django.setup()
settings.MIDDLEWARE = []  # now, because allauth does not load without its own
application = WSGIHandler()

# What imports models comes after Django has loaded them.
from allauth.headless.internal.sessionkit import authenticate_by_x_session_token  # noqa: E402

from gifts.services import send_gift  # noqa: E402
from ground import clock  # noqa: E402
from ground.errors import DomainError  # noqa: E402


def send(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """This will send one gift."""
    found = authenticate_by_x_session_token(request.headers.get("X-Session-Token", ""))
    if found is None:
        return HttpResponse(status=401)
    wish = json.loads(request.body)
    try:
        sent = send_gift(
            sender=found[0],
            room_id=room_id,
            gift=wish["gift"],
            quantity=wish["quantity"],
            coins=wish["coins"],
            key=request.headers["Idempotency-Key"],
            now=clock.now(),
        )
    except DomainError as refusal:
        return HttpResponse(refusal.code, status=refusal.status)
    answer = {
        "id": sent.id,
        "coins": sent.coins,
        "diamond_units": sent.diamond_units,
        "balance": sent.balance,
    }
    return HttpResponse(json.dumps(answer), content_type="application/json", status=201)


urlpatterns = [path("api/v1/rooms/<uuid:room_id>/gifts/", send)]
