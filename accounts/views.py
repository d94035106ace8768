"""Pages: the settings' menu and security."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.security_page import security_facts


@login_required
@require_GET
def settings_menu(request: HttpRequest) -> HttpResponse:
    """The menu on a phone; on a desktop it stands beside each page."""
    return render(request, "accounts/settings.html", {"section": "menu"})


@login_required
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Password, second factor, recovery codes and trusted browsers."""
    facts = security_facts(request, _person(request)) | {"section": "security"}
    return render(request, "accounts/security.html", facts)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
