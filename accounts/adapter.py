"""How allauth meets our people."""

from typing import Any, cast
from urllib.parse import urlparse

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import crypto, limits, mails
from accounts.age_gate import is_refused
from accounts.errors import PhoneTaken
from accounts.form_fields import PhoneField, number_or_error
from accounts.models import Phone, User
from accounts.models.phone import masked
from accounts.selectors import has_second_factor, people_of, person_by_phone
from accounts.services import phones
from accounts.services.mail import owe_mail
from accounts.services.people import sign_up
from accounts.sessions import device_name
from accounts.sms.delivery import owe_text
from accounts.step_up import is_recent, second_factor_age_s, sign_in_age_s
from ground import clock

NO_MATCH = "This sign-in name and the password do not belong together."
USER_AGENT_MAX = 300
OUR_STAGES = {
    "allauth.account.stages.EmailVerificationStage": "accounts.stages.EmailUnlessPhoneStage",
    "allauth.mfa.stages.AuthenticateStage": "accounts.stages.AuthenticateStage",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our sign-up in allauth's flow, and no password where a second factor is due."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": NO_MATCH,
        "phone_password_mismatch": NO_MATCH,
        "username_password_mismatch": NO_MATCH,
        "phone_taken": PhoneTaken.message,
        "incorrect_code": "That code is not right. Codes are good once and for a short time.",
        "password_is_not_enough": "Your account has a second factor: use a code from your authenticator app.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again.",
    }

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Sign the person up by our service; allauth adds the address to be verified and sends the code."""
        facts = form.cleaned_data
        return sign_up(
            email=facts.get("email") or None,
            phone=facts.get("phone") or None,
            handle=facts["handle"],
            password=facts.get("password1") or facts.get("password"),
            country=facts["country"],
            birth_date=facts["birth_date"],
            display_name=facts.get("display_name", ""),
            now=clock.now(),
            ip=self.get_client_ip(request),
            user_agent=request.headers.get("User-Agent", ""),
        )

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Not for a browser that was refused for age in the last 24 hours."""
        return not is_refused(request)

    def get_login_stages(self) -> list[str]:
        """allauth's, but: a phone proved is enough, and a trusted browser passes over the second factor."""
        stages: list[str] = super().get_login_stages()
        return [OUR_STAGES.get(stage, stage) for stage in stages]

    # ── Phone numbers, as allauth asks for them ──

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def clean_phone(self, phone: str) -> str:
        """E.164 of what was typed, or the reason why we cannot text to it."""
        return number_or_error(phone)

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """allauth would save an unproved number of its own accord only where we do not let it."""
        raise NotImplementedError("sign_up claims a number, set_phone_verified gives it")

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        phone = Phone.objects.filter(user=user).first()
        return None if phone is None else (str(phone.number), phone.is_verified)

    def set_phone_verified(self, user: User, phone: str) -> None:
        if self.get_phone(user) != (phone, True):
            phones.verify_phone(user=user, number=phone, now=timezone.now(), request=context.request)
            self.send_notification_mail("account/email/phone_changed", user, {"number": masked(phone)})

    def get_user_by_phone(self, phone: str) -> User | None:
        return person_by_phone(phone)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        self._text("code", phone, user, code=code)

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._text("account_exists", phone, None)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        self._text("unknown_account", phone, None)

    def _text(self, kind: str, number: str, user: User | None, **facts: str) -> None:
        limits.count_text(context.request, number=number, person=user)
        now = timezone.now()
        good_for_s = settings.ACCOUNT_PHONE_VERIFICATION_TIMEOUT
        owe_text(number=number, kind=kind, now=now, user=user, good_for_s=good_for_s, **facts)

    # ── Passwords ──

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try by account and place; with the device known, apart from what strangers try."""
        login = credentials.get("email") or credentials.get("phone") or credentials.get("username") or ""
        self._counted = limits.count_password(
            request, login=login.lower(), person=next(iter(people_of(login)), None)
        )

    def _rollback_login_failed_rl_usage(self) -> None:
        for usage in self._counted:
            usage.rollback()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        limits.forget_passwords(request, login=credentials["email"].lower())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """With a second factor its age decides; without one, how long ago the person signed in.

        Raises:
            ReauthenticationRequired: a second factor is due. allauth would go on to look for a password given
                again in the last minutes, one of before the factor was enrolled elsewhere.
        """
        request = context.request
        user = cast(User, request.user)
        if not has_second_factor(user):
            if not is_recent(sign_in_age_s(request.session)) and not user.has_usable_password():
                raise ReauthenticationRequired()  # allauth lets through who has nothing here to prove themselves by
            return not is_recent(sign_in_age_s(request.session))
        if not is_recent(second_factor_age_s(request.session, user)):
            raise ReauthenticationRequired()
        return False

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Where a second factor exists, a password is no way to prove oneself again."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if any(method["id"].startswith("mfa_") for method in methods):
            # One page asks for either a code or a key.
            return [{"id": "mfa_reauthenticate", "description": "", "url": reverse("mfa_reauthenticate")}]
        if methods or not user.is_authenticated:
            return methods
        return [
            {"id": "sign_in_again", "description": "Sign in again", "url": reverse("accounts:sign-in-again")}
        ]

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password again, for people without a second factor only."""
        if has_second_factor(user):
            raise self.validation_error("password_is_not_enough")
        return bool(super().reauthenticate(user, password))

    def set_password(self, user: User, password: str) -> None:
        """Save the new password. Inside a session this moves security, so it needs a fresh second factor.

        Who has none proved themselves by the present password.
        """
        request = context.request
        if request.user.is_authenticated and has_second_factor(user):
            raise_if_reauthentication_required(request, app="allauth.account")
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:security")

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Every mail of allauth in our words and our layout.

        The phrase stands in it unless the address is not proven yet to be the person's.
        """
        to = [email] if isinstance(email, str) else email
        person = None if template_prefix in mails.TO_UNPROVEN else User.objects.filter(email=to[0]).first()
        return mails.render(template_prefix, to, context, self.get_from_email(), person)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """A notice of a change is owed with the change and sent after it, until it is out."""
        if not email and not user.email:
            return  # joined by phone: a change of the number is told by text
        facts = {name: str(value) for name, value in (context or {}).items()}
        request = self.request
        notice = mails.notice_facts(
            at=clock.wall(),
            ip=self.get_client_ip(request),
            user_agent=self.get_http_user_agent(request)[:USER_AGENT_MAX],
        )
        owe_mail(user=user, kind=template_prefix, facts=facts | notice, now=clock.now(), to=email or "")

    def get_user_search_fields(self) -> list[str]:
        return ["handle", "email"]


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets encrypted at rest, and a calm word for a wrong code."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right, or it was used already. Wait for the next one.",
    }

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whom a key is for: this site's name. A test or demo answers at several names of this machine."""
        named = urlparse(settings.SITE_URL).hostname if settings.PRODUCTION else None
        return {"id": named or context.request.get_host().partition(":")[0], "name": "Ovation"}

    def generate_authenticator_name(self, user: User, *args: Any, **kwargs: Any) -> str:
        """“Chrome on Mac”: the device that a key was made on is what people look for in the list."""
        return device_name(context.request.headers.get("User-Agent", ""))[:60]

    def build_totp_svg(self, url: str) -> str:
        """A QR code as SVG, dark on light whatever the theme: cameras need the contrast."""
        svg: str = super().build_totp_svg(url)
        return svg.replace("<svg ", '<svg role="img" aria-label="QR code for your authenticator app" ', 1)
