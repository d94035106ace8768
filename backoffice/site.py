"""The admin site: nobody gets a page of it without a verified second factor."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.csp import csp_override
from django_otp.admin import OTPAdminSite
from unfold.sites import UnfoldAdminSite

from accounts.models import User
from accounts.selectors import has_second_factor
from backoffice import home
from ground.errors import Forbidden

# Unfold's Alpine build evaluates expressions and sets styles; only these pages may. Everything still comes from us.
ADMIN_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
}

type View = Callable[..., HttpResponse]


class BackOfficeSite(OTPAdminSite, UnfoldAdminSite):  # type: ignore[misc]
    """Unfold's look on django-otp's gate. Signing in, out and changing a password happen on the site's own pages."""

    site_title = "Ovation back office"
    site_header = "Ovation"
    index_title = "Home"
    index_template = "backoffice/home.html"

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Every page of the back office: behind the gate, with the content policy that Unfold needs."""
        return cast(View, csp_override(ADMIN_CSP)(super().admin_view(view, cacheable)))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The operators' home."""
        page = home.page(cast(User, request.user))
        return cast(HttpResponse, super().index(request, {**page, **(extra_context or {})}))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send a person to what is missing: signing in, a code in this session, or an authenticator at all."""
        wanted = self._wanted(request)
        if not request.user.is_authenticated:
            return redirect_to_login(wanted, reverse("account_login"))
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if not (request.user.is_active and request.user.is_staff):
            raise Forbidden("The back office is for this site's operators.")
        missing = "mfa_reauthenticate" if has_second_factor(request.user) else "mfa_activate_totp"
        return HttpResponseRedirect(f"{reverse(missing)}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The site's own sign-out ends the session everywhere it is known."""
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The site's own page, which asks for a fresh second factor first."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def _wanted(self, request: HttpRequest) -> str:
        """Where the person was going, when that is on this site."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            return wanted
        return reverse("admin:index")
