"""A new password by a code that was mailed or texted."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import password_reset_by_code
from django.http import HttpResponse
from django.utils import timezone

from accounts import limits
from accounts.sms.delivery import owe_text


class ResetProcess(password_reset_by_code.PasswordResetVerificationProcess):  # type: ignore[misc]
    """allauth's, which knows mail only. `state["email"]` is what was typed: an address or a number (E.164)."""

    @property
    def is_by_phone(self) -> bool:
        return "@" not in self.state["email"]

    def send(self) -> None:
        """Send the code, or tell an address that has no account so; the answer on the page is the same."""
        address = self.state["email"]
        if not self.is_by_phone:
            limits.count_mail(self.request, address=address, person=self.user)
            super().send()
        elif self.user is None:
            get_adapter().send_unknown_account_sms(address)
        else:
            self.state["code"] = get_adapter().generate_password_reset_code()
            get_adapter().send_verification_code_sms(user=self.user, phone=address, code=self.code)

    def confirm_code(self) -> None:
        """The code proves the address or number, too."""
        if not self.is_by_phone:
            super().confirm_code()
        elif not self.state.get("code_confirmed"):
            self.state |= {"code_confirmed": True, "at": time.time()}
            self.persist()
            get_adapter().set_phone_verified(self.user, self.state["email"])

    def finish(self) -> HttpResponse | None:
        """Tell the person, and forget the wrong passwords that brought them here."""
        if self.is_by_phone:
            number = self.state["email"]
            limits.forget_passwords(self.request, login=number)
            owe_text(number=number, kind="password_reset", now=timezone.now(), user=self.user)
        done: HttpResponse | None = super().finish()
        return done


def install() -> None:
    """Make allauth's views, of pages and API alike, use ours: they take the class from its module."""
    password_reset_by_code.PasswordResetVerificationProcess = ResetProcess
