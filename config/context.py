"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str | bool]:
    """The mode (pages mark a demo), the site's own address, for links that leave the page, and how one may join."""
    return {
        "ovation_mode": settings.OVATION_MODE,
        "site_url": settings.SITE_URL,
        "phone_sign_up": settings.PHONE_SIGN_UP,
    }
