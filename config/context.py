"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """The mode (pages mark a demo) and the site's own address, for links that leave the page."""
    return {"ovation_mode": settings.OVATION_MODE, "site_url": settings.SITE_URL}
