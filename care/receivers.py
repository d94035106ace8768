"""Where Django's signals reach care."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from accounts.models import User
from care.services.closing import take_back


def connect() -> None:
    """Register every receiver of this module."""
    user_logged_in.connect(keep_who_comes_back)


def keep_who_comes_back(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Signing in within the days of grace takes a closing back."""
    if user.deactivated_at is not None and take_back(user=user, request=request) is not None:
        messages.success(
            request, "Welcome back. Your account stays, and nothing was erased.", fail_silently=True
        )
