"""REST of what limits spending: caps, pauses, and the months behind."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from ground import clock
from wallet import caps, limits_page, spending
from wallet.models import SpendingPause
from wallet.rates import in_force
from wallet.services import pausing


class CapOut(serializers.Serializer[Any]):
    """A cap as it stands. Amounts in `unit`: minor units of a currency, or coins."""

    period = serializers.ChoiceField(choices=list(caps.WORDS))
    unit = serializers.CharField(help_text="An ISO currency (minor units), or COIN.")
    most = serializers.IntegerField()
    used = serializers.IntegerField(help_text="Paid in the period, and what waits for its payment.")
    left = serializers.IntegerField()
    frees_at = serializers.DateTimeField(
        allow_null=True, help_text="When the first of `used` stops to count."
    )


class CapsOut(serializers.Serializer[Any]):
    caps = CapOut(many=True)


class PauseOut(serializers.ModelSerializer[SpendingPause]):
    class Meta:
        model = SpendingPause
        fields = ["id", "kind", "started_at", "term_ends_at", "end_wished_at", "lifts_at"]


class LengthOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=SpendingPause.Kind.choices)
    words = serializers.CharField()


class PausesOut(serializers.Serializer[Any]):
    """The pause that holds now, what can be asked for, and where help is."""

    pause = PauseOut(allow_null=True)
    lengths = LengthOut(many=True)
    help_words = serializers.CharField()
    help_link = serializers.CharField()


class PauseIn(serializers.Serializer[Any]):
    length = serializers.ChoiceField(choices=list(pausing.LENGTHS))


class MonthOut(serializers.Serializer[Any]):
    month = serializers.DateField(source="first", help_text="Its first day, in the person's time zone.")
    coins_spent = serializers.IntegerField(source="coins")
    recharged_minor = serializers.IntegerField(source="minor")


class SpendingOut(serializers.Serializer[Any]):
    currency = serializers.CharField()
    time_zone = serializers.CharField()
    months = MonthOut(many=True)


class RechargeCapsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=CapsOut, summary="How much may be recharged, and what is left of it")
    def get(self, request: Request) -> Response:
        return Response(CapsOut({"caps": caps.caps_of(_person(request), clock.now())}).data)


class PausesView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=PausesOut, summary="Whether a cool-off or self-exclusion holds")
    def get(self, request: Request) -> Response:
        words = limits_page.help_words()
        answer = {
            "pause": pausing.running_pause(_person(request), clock.now()),
            "lengths": list(pausing.LENGTHS.values()),
            "help_words": words.words,
            "help_link": words.link,
        }
        return Response(PausesOut(answer).data)

    @extend_schema(request=PauseIn, responses={201: PauseOut}, summary="Spend nothing for a while, at once")
    def post(self, request: Request) -> Response:
        wish = PauseIn(data=request.data)
        wish.is_valid(raise_exception=True)
        pause = pausing.start_pause(
            user=_person(request), length=wish.validated_data["length"], now=clock.now()
        )
        return Response(PauseOut(pause).data, status=status.HTTP_201_CREATED)


class PauseEndingView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        request=None, responses=PauseOut, summary="Ask for the end of a self-exclusion whose term is over"
    )
    def post(self, request: Request) -> Response:
        return Response(PauseOut(pausing.wish_for_end(user=_person(request), now=clock.now())).data)


class SpendingView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=SpendingOut, summary="Coins given and money recharged in the last 12 months")
    def get(self, request: Request) -> Response:
        person, now = _person(request), clock.now()
        answer = {
            "currency": in_force(now).currency,
            "time_zone": person.time_zone,
            "months": spending.months_of(person, now),
        }
        return Response(SpendingOut(answer).data)


def _person(request: Request) -> User:
    return cast(User, request.user)
