"""Is this session verified by a second factor? django-otp answers, for authenticators that allauth owns."""

from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django_otp.middleware import OTPMiddleware


class PurgeSafeOTPMiddleware(OTPMiddleware):
    """OTPMiddleware whose lazy user asks the session anew, so that a headless session loaded later is seen."""

    def _install_lazy_accessors(self, request: HttpRequest) -> None:
        super()._install_lazy_accessors(request)
        request.user = SimpleLazyObject(lambda: self._verify_user_sync(request, get_user(request)))
