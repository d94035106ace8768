"""Settings, Account: the ways into one's account."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import services
from accounts.models import Phone, User
from accounts.models.phone import masked
from accounts.social_sign_in import PROVIDERS


def ways_in(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the settings page shows of how `user` signs in."""
    configured = {provider.id: provider for provider in get_social_adapter().list_providers(request)}
    connected = {account.provider: account for account in SocialAccount.objects.filter(user=user)}
    connections = [
        {
            "name": name,
            "picture": static(f"art/providers/{provider_id}.svg"),
            "account": connected.get(provider_id),
            "connect_url": configured[provider_id].get_login_url(request, process="connect")
            if provider_id in configured
            else "",
        }
        for provider_id, name in PROVIDERS.items()
        if provider_id in configured or provider_id in connected
    ]
    return {"phone": Phone.objects.filter(user=user).first(), "connections": connections}


@login_required
@require_GET
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """For who has no password and no second factor: only their provider can say that it is them."""
    asked = request.GET.get("next", "")
    back = asked if get_adapter().is_safe_url(asked) else reverse("accounts:account")
    connected = set(
        SocialAccount.objects.filter(user=cast(User, request.user)).values_list("provider", flat=True)
    )
    ways = [
        {"name": provider.name, "url": provider.get_login_url(request, process="login")}
        for provider in get_social_adapter().list_providers(request)
        if provider.id in connected
    ]
    return render(request, "account/sign_in_again.html", {"ways": ways, "next": back})


@login_required
@require_POST
def remove_phone(request: HttpRequest) -> HttpResponse:
    """Take the number away, after a fresh proof of who asks."""
    give_up_phone(request)
    messages.success(request, "The number is removed.")
    return redirect("accounts:account")


def give_up_phone(request: HttpRequest) -> None:
    """The step-up, the service and the mail of a removal, for page and API alike."""
    raise_if_reauthentication_required(request, app="allauth.account")
    user = cast(User, request.user)
    number = services.remove_phone(user=user, now=timezone.now(), request=request)
    get_adapter().send_notification_mail("account/email/phone_removed", user, {"number": masked(number)})


@login_required
@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    """Disconnect a sign-in of Google or Facebook, unless nobody could get in without it."""
    form = DisconnectForm(request.POST, request=request)
    if form.is_valid():
        form.save()
    else:
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
    return redirect("accounts:account")
