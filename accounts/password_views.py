"""Changing or setting the password inside a session."""

from collections.abc import Callable
from functools import wraps

from allauth.account import views
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.errors import NotSignedIn, SecondFactorRequired, StepUpRequired
from accounts.step_up import require_recent_second_factor


def proof_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the second factor before the form is filled in, and forget what was posted without one.

    allauth would keep the request in the session to send it again, with the passwords in it. Who has no second
    factor proves themselves by the present password, which the form asks for.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            require_recent_second_factor(request)
        except StepUpRequired:
            back = urlencode({REDIRECT_FIELD_NAME: request.path})
            return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{back}")
        except (NotSignedIn, SecondFactorRequired):
            pass
        return view(request, *args, **kwargs)

    return guarded


password_change = proof_first(views.password_change)
password_set = proof_first(views.password_set)
