"""What proves a person a second time."""

from allauth.mfa.models import Authenticator
from django.db import models
from django_otp.models import Device, ThrottlingMixin

from accounts.models.person import User


class AuthenticatorDevice(ThrottlingMixin, Device):  # type: ignore[misc]
    """django-otp's view of one allauth authenticator: one row each, made and deleted with it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="otp_devices")
    authenticator = models.OneToOneField("mfa.Authenticator", models.CASCADE, related_name="otp_device")

    # SHA-256 of a passkey's credential id: one key belongs to one account, and to it once.
    key_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)

    def get_throttle_factor(self) -> int:
        """Wait 1, 2, 4, 8 … seconds after each further wrong code."""
        return 1

    def verify_token(self, token: str) -> bool:
        """Whether `token` is right now and was not used before. Must run under a lock on this row."""
        if not self.takes_codes or not self.verify_is_allowed()[0]:
            return False
        if self.authenticator.wrap().validate_code(str(token)):
            self.throttle_reset()
            return True
        self.throttle_increment()
        return False

    @property
    def takes_codes(self) -> bool:
        """Whether a code can be typed for it; a passkey or security key signs a challenge instead."""
        return bool(self.authenticator.type != Authenticator.Type.WEBAUTHN)
