"""REST of offers, challenges, quotes and badges."""

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from ground import clock
from ground.errors import NotFound
from wallet import offer_pages
from wallet.models import Challenge, ChallengeAward, Offer
from wallet.offers_views import reader_of
from wallet.services.challenges import show_badge
from wallet.services.create import quote_order

LARGEST_REQUEST = 2_000_000_000
STATES = ["draft", "upcoming", "running", "used_up", "ended"]


class RechargeOfferOut(serializers.Serializer[Any]):
    """A published offer. What is in percent is given in basis points, hundredths of a percent."""

    slug = serializers.CharField(source="offer.slug")
    version = serializers.IntegerField(source="offer.version")
    name = serializers.CharField(source="offer.name")
    summary = serializers.CharField(source="offer.summary")
    state = serializers.ChoiceField(choices=STATES)
    kind = serializers.ChoiceField(source="offer.kind", choices=Offer.Kind.choices)
    way = serializers.ChoiceField(source="offer.way", choices=Offer.Way.choices)
    basis_points = serializers.IntegerField(source="offer.basis_points")
    bonus_coins = serializers.IntegerField(source="offer.bonus_coins")
    storefronts = serializers.ListField(
        child=serializers.CharField(), source="offer.storefronts", help_text="Empty: all."
    )
    packages = serializers.ListField(
        child=serializers.CharField(), source="offer.packages", help_text="Empty: all, and exact amounts."
    )
    min_coins = serializers.IntegerField(source="offer.min_coins")
    per_user_limit = serializers.IntegerField(source="offer.per_user_limit", allow_null=True)
    starts_at = serializers.DateTimeField(source="offer.starts_at")
    ends_at = serializers.DateTimeField(source="offer.ends_at", allow_null=True)
    conditions = serializers.ListField(child=serializers.CharField())
    terms = serializers.CharField(source="offer.terms")


class ChallengeOut(serializers.Serializer[Any]):
    """A challenge; `reached` and `is_won` are the caller's, null for strangers."""

    slug = serializers.CharField(source="challenge.slug")
    name = serializers.CharField(source="challenge.name")
    summary = serializers.CharField(source="challenge.summary")
    state = serializers.ChoiceField(choices=["upcoming", "running", "ended"])
    counts = serializers.ChoiceField(source="challenge.counts", choices=Challenge.Counts.choices)
    goal = serializers.IntegerField(source="challenge.goal")
    badge_name = serializers.CharField(source="challenge.badge_name")
    reward = serializers.SerializerMethodField(help_text="The offer that the winner's next recharge has.")
    starts_at = serializers.DateTimeField(source="challenge.starts_at")
    ends_at = serializers.DateTimeField(source="challenge.ends_at")
    reached = serializers.SerializerMethodField()
    is_won = serializers.SerializerMethodField()

    def get_reward(self, view: offer_pages.ChallengeView) -> str | None:
        return view.challenge.reward.slug if view.challenge.reward else None

    def get_reached(self, view: offer_pages.ChallengeView) -> int | None:
        return view.progress.reached if view.progress else None

    def get_is_won(self, view: offer_pages.ChallengeView) -> bool | None:
        return view.progress.award is not None if view.progress else None


class RechargeQuoteIn(serializers.Serializer[Any]):
    """A package by its code, or an exact number of coins: one of the two. And a coupon code, if there is one."""

    package = serializers.CharField(max_length=40, required=False)
    coins = serializers.IntegerField(min_value=1, max_value=LARGEST_REQUEST, required=False)
    code = serializers.CharField(max_length=60, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("package" in attrs) == ("coins" in attrs):
            raise serializers.ValidationError("Name either a package or a number of coins.")
        return attrs


class RechargeQuoteOut(serializers.Serializer[Any]):
    """What a recharge costs and brings now, with the best offer for the caller in it."""

    coins = serializers.IntegerField()
    bonus_coins = serializers.IntegerField()
    listed_minor = serializers.IntegerField(
        source="listed.gross_minor", help_text="What it costs without an offer."
    )
    asked_minor = serializers.IntegerField(
        help_text="What is asked instead of the listed price, before any tax on top."
    )
    gross_minor = serializers.IntegerField(source="price.gross_minor")
    tax_minor = serializers.IntegerField(source="price.tax_minor")
    discount_minor = serializers.IntegerField()
    currency = serializers.CharField()
    offer = serializers.SerializerMethodField(help_text="The slug of the offer in it.")
    is_code_used = serializers.SerializerMethodField(
        help_text="False: another offer is worth more than the code."
    )

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_offer(self, quote: Any) -> str | None:
        return quote.offer.slug if quote.offer else None

    def get_is_code_used(self, quote: Any) -> bool:
        return bool(quote.deal and quote.deal.coupon)


class BadgeIn(serializers.Serializer[Any]):
    is_shown = serializers.BooleanField()


class BadgeOut(serializers.Serializer[Any]):
    """A badge that the caller won."""

    id = serializers.IntegerField()
    challenge = serializers.CharField(source="challenge.slug")
    name = serializers.CharField(source="challenge.badge_name")
    at = serializers.DateTimeField()
    is_shown = serializers.BooleanField()


class OffersView(APIView):
    """What runs and what is announced."""

    permission_classes = [AllowAny]

    @extend_schema(responses={200: RechargeOfferOut(many=True)})
    def get(self, request: Request) -> Response:
        """List the offers, the running ones first."""
        return Response(
            RechargeOfferOut(offer_pages.offers_shown(reader_of(request), clock.now()), many=True).data
        )


class OfferView(APIView):
    """One offer."""

    permission_classes = [AllowAny]

    @extend_schema(responses={200: RechargeOfferOut})
    def get(self, request: Request, slug: str) -> Response:
        """Read an offer: the version in force, else the next one, else the last."""
        return Response(RechargeOfferOut(offer_pages.offer_shown(slug, reader_of(request), clock.now())).data)


class ChallengesView(APIView):
    """What there is to win."""

    permission_classes = [AllowAny]

    @extend_schema(responses={200: ChallengeOut(many=True)})
    def get(self, request: Request) -> Response:
        """List the challenges, the running ones first, with how far the caller is."""
        found = offer_pages.challenges_shown(reader_of(request), clock.now())
        return Response(ChallengeOut(found, many=True).data)


class ChallengeView(APIView):
    """One challenge."""

    permission_classes = [AllowAny]

    @extend_schema(responses={200: ChallengeOut})
    def get(self, request: Request, slug: str) -> Response:
        """Read a challenge, with how far the caller is."""
        return Response(ChallengeOut(offer_pages.challenge_shown(slug, reader_of(request), clock.now())).data)


class QuotesView(APIView):
    """What a recharge would cost."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        responses={200: RechargeQuoteOut},
        parameters=[
            OpenApiParameter("package", str, description="A package's code."),
            OpenApiParameter("coins", int, description="Instead of a package: an exact number."),
            OpenApiParameter("code", str, description="A coupon code."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Read what a recharge costs and brings now, with a coupon code or without. Nothing is ordered."""
        wanted = RechargeQuoteIn(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        quote = quote_order(user=cast(User, request.user), now=clock.now(), **wanted.validated_data)
        return Response(RechargeQuoteOut(quote).data)


class BadgesView(APIView):
    """The caller's badges."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: BadgeOut(many=True)})
    def get(self, request: Request) -> Response:
        """List the badges that the caller won, the newest first."""
        awards = ChallengeAward.objects.filter(user=cast(User, request.user)).select_related("challenge")
        return Response(BadgeOut(awards[: offer_pages.MOST_LISTED], many=True).data)


class BadgeView(APIView):
    """One badge of the caller."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=BadgeIn, responses={200: BadgeOut})
    def put(self, request: Request, award_id: int) -> Response:
        """Show the badge on the caller's page, or hide it."""
        own = ChallengeAward.objects.filter(user=cast(User, request.user)).select_related("challenge")
        award = own.filter(pk=award_id).first()
        if award is None:
            raise NotFound
        wanted = BadgeIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        show_badge(award=award, is_shown=wanted.validated_data["is_shown"])
        award.is_shown = wanted.validated_data["is_shown"]
        return Response(BadgeOut(award).data)
