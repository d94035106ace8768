"""Pages: which optional mails a person gets, and the link that ends them."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import mails, services
from accounts.models import User
from accounts.selectors import wanted_topics
from accounts.unsubscribing import read_token


@login_required
@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """A switch for each topic of optional mails."""
    user = cast(User, request.user)
    if request.method == "POST":
        services.set_topics(user=user, topics=set(request.POST.getlist("topics")))
        messages.success(request, "Saved.")
        return redirect("accounts:notifications")
    wanted = wanted_topics(user)
    topics = [
        {"code": code, "topic": mails.TOPICS[code], "wanted": code in wanted}
        for code in mails.topics_in_use()
    ]
    return render(request, "accounts/notifications.html", {"section": "notifications", "topics": topics})


@csrf_exempt  # a mail program posts it, without a session; the signed token is the right to do so
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails of one topic. Opening the link asks first: programs that look ahead open links too."""
    user_id, topic = read_token(token)
    if request.method == "POST":
        services.unsubscribe(user_id=user_id, topic=topic)
    facts = {"topic": mails.TOPICS[topic], "is_done": request.method == "POST"}
    return render(request, "accounts/unsubscribe.html", facts)
