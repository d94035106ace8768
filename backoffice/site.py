"""The admin site: nobody gets a page of it without a verified second factor."""

from django_otp.admin import OTPAdminSite
from unfold.sites import UnfoldAdminSite


class BackOfficeSite(OTPAdminSite, UnfoldAdminSite):
    """Unfold's look on django-otp's gate."""
