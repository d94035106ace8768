"""REST about guardians: the young person's side under /me/, the guardian's side by the token of their mail.

The token travels in the header `X-Guardian-Token`, never in an address.
"""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import guardian_pages, services
from accounts.client import origin_of
from accounts.guardian_budget import MOST_COINS, Budget, budget_of
from accounts.guardian_errors import GuardianLinkInvalid
from accounts.guardian_links import management_token
from accounts.models import GuardianAsk, Guardianship, User
from accounts.services.guardians import Promise
from ground import clock

MY_STATES = [(state, state) for state in ("not_needed", "needed", "asked", "active", "revoked")]
STATES = [(state, state) for state in ("asked", "active", "revoked", "ended")]
TOKEN = OpenApiParameter(
    "X-Guardian-Token",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="What stands behind the # in the guardian's mail.",
)


def _coins() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MOST_COINS, allow_null=True, default=None)


class BudgetIn(serializers.Serializer[Any]):
    """Coins a day, a week, a month, and for one gift; null is no limit. One of the periods is needed."""

    day = _coins()
    week = _coins()
    month = _coins()
    gift = _coins()


class GuardianBudgetOut(serializers.Serializer[Any]):
    """Coins; null is no limit of that sort."""

    day = serializers.IntegerField(allow_null=True)
    week = serializers.IntegerField(allow_null=True)
    month = serializers.IntegerField(allow_null=True)
    gift = serializers.IntegerField(allow_null=True)


class AskIn(serializers.Serializer[Any]):
    """Whom to ask; the same address again makes its earlier link void."""

    email = serializers.EmailField()


class AskOut(serializers.ModelSerializer[GuardianAsk]):
    """An asking that waits for an answer."""

    email = serializers.EmailField(source="guardian_email")

    class Meta:
        model = GuardianAsk
        fields = ["email", "asked_at", "expires_at"]


class MyGuardianOut(serializers.Serializer[Any]):
    """How the caller stands with a guardian."""

    state = serializers.ChoiceField(choices=MY_STATES)
    budget = GuardianBudgetOut(allow_null=True)
    asks = AskOut(many=True)


class GuardianshipOut(serializers.Serializer[Any]):
    """What a guardian's token opens: an asking to answer (`state` "asked"), or what they manage."""

    state = serializers.ChoiceField(choices=STATES)
    handle = serializers.CharField()
    name = serializers.CharField()
    budget = GuardianBudgetOut(allow_null=True)


class ConsentIn(BudgetIn):
    """The budget, and what the guardian says of themselves."""

    guardian_name = serializers.CharField(max_length=120)
    relation = serializers.ChoiceField(choices=Guardianship.Relation.choices)
    is_adult = serializers.BooleanField()


class ConsentOut(GuardianshipOut):
    """What stands now, and the token to manage it with."""

    management_token = serializers.CharField()


class MyGuardianView(APIView):
    """The caller's guardian."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: MyGuardianOut})
    def get(self, request: Request) -> Response:
        """Read whether one needs a guardian, whom one asked, and what is allowed."""
        return Response(_mine(cast(User, request.user)))


class MyGuardianAsksView(APIView):
    """Asking somebody."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=AskIn, responses={201: MyGuardianOut})
    def post(self, request: Request) -> Response:
        """Ask somebody to be one's guardian, or send them the mail again."""
        asked = AskIn(data=request.data)
        asked.is_valid(raise_exception=True)
        user = cast(User, request.user)
        services.ask_guardian(
            user=user, now=clock.now(), origin=origin_of(request._request), request=request._request,
            **asked.validated_data,
        )  # fmt: skip
        return Response(_mine(user), status=status.HTTP_201_CREATED)


class GuardianSide(APIView):
    """Anybody with the token."""

    permission_classes = [AllowAny]

    def opened(self, request: Request) -> guardian_pages.Opened:
        """What the caller's token opens."""
        return guardian_pages.open_token(request._request, request.headers.get("X-Guardian-Token", ""))

    def managed(self, request: Request) -> Guardianship:
        """The guardianship that the caller's token manages."""
        guardianship = self.opened(request).guardianship
        if guardianship is None:
            raise GuardianLinkInvalid
        return guardianship


class GuardianView(GuardianSide):
    """What a token opens."""

    @extend_schema(parameters=[TOKEN], responses={200: GuardianshipOut}, auth=[])
    def get(self, request: Request) -> Response:
        """Read who asks, or what one allows."""
        opened = self.opened(request)
        if opened.ask is not None:
            return Response(_facts("asked", opened.ask.minor, None))
        return Response(_managed(cast(Guardianship, opened.guardianship)))


class GuardianConsentView(GuardianSide):
    """Consenting."""

    @extend_schema(parameters=[TOKEN], request=ConsentIn, responses={201: ConsentOut}, auth=[])
    def post(self, request: Request) -> Response:
        """Consent, within a budget. The token of the asking is used up."""
        said = ConsentIn(data=request.data)
        said.is_valid(raise_exception=True)
        ask = self.opened(request).ask
        if ask is None:
            raise GuardianLinkInvalid
        facts = said.validated_data
        guardianship = services.give_consent(
            ask=ask,
            promise=Promise(facts["guardian_name"], facts["relation"], is_adult=facts["is_adult"]),
            budget=_budget(facts),
            now=clock.now(),
            origin=origin_of(request._request),
        )
        body = _managed(guardianship) | {"management_token": management_token(guardianship)}
        return Response(body, status=status.HTTP_201_CREATED)


class GuardianBudgetView(GuardianSide):
    """The budget."""

    @extend_schema(parameters=[TOKEN], request=BudgetIn, responses={200: GuardianshipOut}, auth=[])
    def put(self, request: Request) -> Response:
        """Set the budget anew, whole; it holds from the answer on."""
        wanted = BudgetIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        guardianship = services.change_budget(
            guardianship=self.managed(request),
            budget=_budget(wanted.validated_data),
            now=clock.now(),
            origin=origin_of(request._request),
        )
        return Response(_managed(guardianship))


class GuardianRevocationView(GuardianSide):
    """Taking the consent back."""

    @extend_schema(parameters=[TOKEN], request=None, responses={201: GuardianshipOut}, auth=[])
    def post(self, request: Request) -> Response:
        """Take the consent back at once; twice does no harm."""
        guardianship = services.revoke_consent(
            guardianship=self.managed(request), now=clock.now(), origin=origin_of(request._request)
        )
        return Response(_managed(guardianship), status=status.HTTP_201_CREATED)

    @extend_schema(parameters=[TOKEN], responses={200: GuardianshipOut}, auth=[])
    def delete(self, request: Request) -> Response:
        """Consent again, with the budget that stood."""
        guardianship = services.restore_consent(
            guardianship=self.managed(request), now=clock.now(), origin=origin_of(request._request)
        )
        return Response(_managed(guardianship))


class GuardianLinksView(APIView):
    """New management links."""

    permission_classes = [AllowAny]

    @extend_schema(request=AskIn, responses={202: None}, auth=[])
    def post(self, request: Request) -> Response:
        """Have a new link mailed to a guardian's address. The answer is the same whether there is one."""
        asked = AskIn(data=request.data)
        asked.is_valid(raise_exception=True)
        email = asked.validated_data["email"]
        guardian_pages.count(request._request, "guardian:link", key=email.lower())
        services.reissue_links(email=email, now=clock.now(), origin=origin_of(request._request))
        return Response(status=status.HTTP_202_ACCEPTED)


def _mine(user: User) -> dict[str, Any]:
    standing = services.guardian_standing(user, clock.now())
    budget = budget_of(standing.guardianship).as_dict() if standing.guardianship else None
    return {"state": standing.state, "budget": budget, "asks": AskOut(standing.open_asks, many=True).data}


def _managed(guardianship: Guardianship) -> dict[str, Any]:
    return _facts(guardianship.state, guardianship.minor, budget_of(guardianship).as_dict())


def _facts(state: str, minor: User, budget: dict[str, int | None] | None) -> dict[str, Any]:
    return {"state": state, "handle": minor.handle, "name": minor.name, "budget": budget}


def _budget(facts: dict[str, Any]) -> Budget:
    return Budget(**{name: facts[name] for name in ("day", "week", "month", "gift")})
