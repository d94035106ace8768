"""Sign-in with Google and Facebook: what we take from them, and what not."""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.db import transaction
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User

PROVIDERS = {"google": "Google", "facebook": "Facebook"}
KEPT_FACTS = frozenset({"email", "name"})  # of all that a provider tells about a person


class NotOffered(Http404, SocialApp.DoesNotExist):  # type: ignore[misc]
    """This installation has no application at the provider: its addresses are not there."""


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Our sign-up behind a provider's, and no account opened by an address that nobody proved."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "connected_other": "This sign-in already opens another account.",
        "no_password": "Set a password first: without it, nobody could get into your account.",
        "no_verified_email": "Confirm an email address first: without it, nobody could get into your account.",
    }

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """Our application at the provider.

        Raises:
            NotOffered: there is none. allauth's own error would be a 500 on its pages.
        """
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist as none:
            raise NotOffered from none

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        """A person to be. allauth keeps them as JSON between two requests, and a database default is none."""
        return User(joined_at=timezone.now())

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Whether the provider's word is enough to open the account of `email`.

        Google alone knows who owns a Google mailbox (gmail.com, or a domain of its customers, which `hd` names); of
        other addresses it knows who owned them once. Facebook does not say that it verified one.
        https://developers.google.com/identity/siwg/verify-google-id-token
        """
        if login.account.provider != "google":
            return False
        domain = email.rpartition("@")[2].lower()
        is_googles = domain in ("gmail.com", "googlemail.com") or domain == str(
            login.account.extra_data.get("hd", "")
        )
        # An address that our person never proved may have been typed by anybody.
        return is_googles and EmailAddress.objects.filter(email=email.lower(), verified=True).exists()

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Sign the person up by our service, with the address that the provider proved or one still to prove."""
        assert form is not None, "nobody joins without the form: it asks for age and consent"
        email = form.cleaned_data["email"]
        with transaction.atomic():
            person: User = get_account_adapter().save_user(request, sociallogin.user, form)
            is_proved = email == form.proved_email
            sociallogin.user = person
            sociallogin.email_addresses = [EmailAddress(email=email, verified=is_proved, primary=True)]
            sociallogin.save(request)
        return person

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("accounts:account")


def keep_little(sender: type[SocialAccount], instance: SocialAccount, **kwargs: Any) -> None:
    """Of what the provider tells, save what the settings page shows."""
    facts = instance.extra_data or {}
    instance.extra_data = {name: facts[name] for name in sorted(KEPT_FACTS & facts.keys())}
