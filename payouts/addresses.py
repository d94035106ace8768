"""Where the payment provider sends a creator back to."""

from django.conf import settings
from django.urls import reverse


def onboarding_addresses() -> dict[str, str]:
    """The two whole addresses that an onboarding link needs: when done, and when the link is old or used."""
    return {
        "return_url": settings.SITE_URL + reverse("payouts:onboarding-done"),
        "refresh_url": settings.SITE_URL + reverse("payouts:onboarding-again"),
    }
