"""REST of a fan's budgets."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from gifts import budgets
from gifts.budget_models import SCOPES, BudgetChange
from gifts.budget_rows import Budget, budgets_of
from ground import clock
from ground.errors import NotFound
from ledger.models import Limit
from live.api.serializers import PersonOut

MOST_COINS = 10**9


class BudgetChangeOut(serializers.ModelSerializer[BudgetChange]):
    creator = PersonOut(allow_null=True)

    class Meta:
        model = BudgetChange
        fields = [
            "id", "scope", "creator", "period", "coins_before", "coins", "asked_at", "takes_force_at", "state",
        ]  # fmt: skip


class PendingBudgetOut(serializers.ModelSerializer[BudgetChange]):
    """A change that waits for its day. `coins` null: the budget goes."""

    class Meta:
        model = BudgetChange
        fields = ["id", "coins", "asked_at", "takes_force_at"]


class BudgetOut(serializers.Serializer[Budget]):
    """One budget as it stands; `coins` null: there is none."""

    scope = serializers.ChoiceField(choices=SCOPES)
    period = serializers.CharField(help_text="Of a creator's budget: day, week or month; else empty.")
    creator = PersonOut(allow_null=True)
    coins = serializers.IntegerField(allow_null=True)
    spent = serializers.IntegerField(allow_null=True, help_text="In the running period.")
    left = serializers.IntegerField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True, help_text="When the running period ends.")
    guardian_coins = serializers.IntegerField(allow_null=True, help_text="The most that a guardian allows.")
    pending = PendingBudgetOut(allow_null=True)


class BudgetsOut(serializers.Serializer[Any]):
    time_zone = serializers.CharField(help_text="Whose calendar days, weeks and months are.")
    budgets = BudgetOut(many=True)


class FanBudgetIn(serializers.Serializer[Any]):
    coins = serializers.IntegerField(
        min_value=0,
        max_value=MOST_COINS,
        allow_null=True,
        help_text="Null takes the budget away, after 24 hours.",
    )


class BudgetSetOut(serializers.Serializer[Any]):
    """What became of it: null when nothing is changed; in_force at once, or pending until takes_force_at."""

    change = BudgetChangeOut(allow_null=True)


class BudgetsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=BudgetsOut, summary="What you allow yourself, and what is left of it")
    def get(self, request: Request) -> Response:
        person = _person(request)
        answer = {"time_zone": person.time_zone, "budgets": budgets_of(person, clock.now())}
        return Response(BudgetsOut(answer).data)


class BudgetView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        request=FanBudgetIn, responses=BudgetSetOut, summary="Set a budget: day, week, month or gift"
    )
    def put(self, request: Request, scope: str) -> Response:
        """The first one, and a lower one, counts at once; a higher one and none in 24 hours."""
        return _set(request, budgets.Which(scope))


class CreatorBudgetView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(request=FanBudgetIn, responses=BudgetSetOut, summary="Set a budget for one creator")
    def put(self, request: Request, handle: str, period: str) -> Response:
        """As for the others. `period` is day, week or month."""
        creator = User.objects.filter(handle=handle, is_active=True).first()
        if creator is None or period not in Limit.Period.values:
            raise NotFound
        return _set(request, budgets.Which("creator", creator, period))


class BudgetChangeView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses={204: None}, summary="Take back a change that waits for its day")
    def delete(self, request: Request, change_id: int) -> Response:
        budgets.take_back(fan=_person(request), change_id=change_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _set(request: Request, which: budgets.Which) -> Response:
    wish = FanBudgetIn(data=request.data)
    wish.is_valid(raise_exception=True)
    change = budgets.set_budget(
        fan=_person(request), which=which, coins=wish.validated_data["coins"], now=clock.now()
    )
    return Response(BudgetSetOut({"change": change}).data)


def _person(request: Request) -> User:
    return cast(User, request.user)
