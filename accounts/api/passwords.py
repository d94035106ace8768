"""How good a password would be, asked while it is typed. It is rated and forgotten: neither stored nor logged."""

from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.passwords.strength import rate
from accounts.passwords.validators import known_words

WAIT_S = 60


class PasswordIn(serializers.Serializer[Any]):
    """What is typed so far, and by whom."""

    password = serializers.CharField(max_length=256, trim_whitespace=False, write_only=True)
    email = serializers.CharField(max_length=254, required=False, default="", allow_blank=True)
    handle = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)


class PasswordStrengthOut(serializers.Serializer[Any]):
    """How hard it is to guess, and whether it would be taken."""

    score = serializers.IntegerField(help_text="0 (very easy to guess) to 4 (very strong).")
    words = serializers.CharField(help_text="The score as people say it.")
    is_accepted = serializers.BooleanField(help_text="It would be taken as a new password.")
    problems = serializers.ListField(
        child=serializers.CharField(), help_text="Why it would not be taken, and what to do."
    )


class PasswordStrengthView(APIView):
    """Rates a password before it is chosen."""

    permission_classes = [AllowAny]

    @extend_schema(
        request=PasswordIn,
        responses={200: PasswordStrengthOut},
        summary="Rate a password before it is chosen; it is neither stored nor logged",
    )
    def post(self, request: Request) -> Response:
        if not _may_ask(request):
            raise Throttled(wait=WAIT_S)
        typed = PasswordIn(data=request.data)
        typed.is_valid(raise_exception=True)
        return Response(PasswordStrengthOut(_rated(request, **typed.validated_data)).data)


def _may_ask(request: Request) -> bool:
    config = {"password_strength": settings.STRENGTH_RATE}
    usage = ratelimit.consume(request._request, app="accounts", action="password_strength", config=config)
    return usage is not None


def _rated(request: Request, *, password: str, email: str, handle: str) -> dict[str, Any]:
    person = request.user if isinstance(request.user, User) else User(email=email, handle=handle.lower())
    strength = rate(password, known_words(person))
    try:
        validate_password(password, person)
        problems: list[str] = []
    except ValidationError as refusal:
        problems = list(refusal.messages)
    return {
        "score": strength.score,
        "words": strength.words,
        "is_accepted": not problems,
        "problems": problems,
    }
