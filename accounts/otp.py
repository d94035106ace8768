"""Is this session verified by a second factor? django-otp answers, for authenticators that allauth owns."""

from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.middleware import OTPMiddleware
from django_otp.models import Device

from accounts.models import AuthenticatorDevice, User


class PurgeSafeOTPMiddleware(OTPMiddleware):  # type: ignore[misc]
    """OTPMiddleware whose lazy user asks the session anew, so that a headless session loaded later is seen."""

    def _install_lazy_accessors(self, request: HttpRequest) -> None:
        super()._install_lazy_accessors(request)
        request.user = SimpleLazyObject(  # type: ignore[assignment]
            lambda: self._verify_user_sync(request, get_user(request))
        )


def attach_verification(user: User, session: SessionBase) -> None:
    """Give `user` the device that verified `session`, as OTPMiddleware does for a page's session."""
    persistent_id = session.get(DEVICE_ID_SESSION_KEY)
    device = Device.from_persistent_id(persistent_id) if persistent_id else None
    is_theirs = isinstance(device, AuthenticatorDevice) and device.user_id == user.pk and device.confirmed
    user.otp_device = device if is_theirs else None
