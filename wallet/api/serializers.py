"""What the wallet's part of the API takes and gives. Amounts in minor units, coins as whole numbers."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from wallet import declines
from wallet.history import Wanted
from wallet.models import Order, OrderEvent, TaxMode
from wallet.selectors import Tile
from wallet.states import OrderState

LARGEST_REQUEST = 2_000_000_000


class OrderIn(serializers.Serializer[Any]):
    """A package by its code, or an exact number of coins: one of the two."""

    package = serializers.CharField(max_length=40, required=False)
    coins = serializers.IntegerField(min_value=1, max_value=LARGEST_REQUEST, required=False)
    price_book = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_REQUEST,
        required=False,
        help_text="The `price_book.number` whose prices were shown: other ones in force are refused.",
    )
    code = serializers.CharField(max_length=60, required=False, allow_blank=True, help_text="A coupon's.")
    shown_minor = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_REQUEST,
        required=False,
        help_text="The total that was shown, with its offer: if it is another one now, nothing is ordered.",
    )
    shown_bonus = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_REQUEST,
        required=False,
        help_text="The bonus coins that were shown: if they are fewer now, nothing is ordered.",
    )

    return_to = serializers.CharField(
        max_length=200,
        required=False,
        help_text="The path of a live room, with ?gift= and &quantity= chosen there: the buyer is led back to it.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("package" in attrs) == ("coins" in attrs):
            raise serializers.ValidationError("Name either a package or a number of coins.")
        return attrs


class DeclineOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    next_step = serializers.CharField()


class OrderOut(serializers.ModelSerializer[Order]):
    """An order as its buyer sees it."""

    status = serializers.ChoiceField(source="state", choices=OrderState.choices)
    package = serializers.SerializerMethodField()
    checkout_url = serializers.SerializerMethodField()
    is_held = serializers.SerializerMethodField()
    price_book = serializers.IntegerField(
        source="price_book.number", help_text="The version of the price book that was sold at."
    )
    tax_mode = serializers.ChoiceField(choices=TaxMode.choices)
    offer = serializers.CharField(source="offer.slug", default=None, help_text="The offer in it.")
    decline = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = [
            "id",
            "status",
            "package",
            "coins",
            "bonus_coins",
            "offer",
            "price_book",
            "price_minor",
            "tax_mode",
            "tax_name",
            "is_tax_automatic",
            "gross_minor",
            "tax_minor",
            "net_minor",
            "currency",
            "refunded_coins",
            "refunded_minor",
            "checkout_url",
            "return_to",
            "is_bank_checking",
            "is_held",
            "decline",
            "created_at",
            "expires_at",
            "paid_at",
            "credited_at",
        ]

    def get_package(self, order: Order) -> str | None:
        return order.package.code if order.package else None

    def get_checkout_url(self, order: Order) -> str | None:
        return order.checkout_url or None

    def get_is_held(self, order: Order) -> bool:
        return bool(order.held_reason)

    @extend_schema_field(DeclineOut(allow_null=True))
    def get_decline(self, order: Order) -> dict[str, str] | None:
        if order.state != OrderState.DECLINED:
            return None
        words = declines.explain(order.decline_code)
        return {"code": order.decline_code, "message": words.message, "next_step": words.next_step}


class OrderEventOut(serializers.ModelSerializer[OrderEvent]):
    words = serializers.CharField(source="get_kind_display")

    class Meta:
        model = OrderEvent
        fields = ["kind", "words", "source", "code", "at"]


class OrderDetailOut(OrderOut):
    """An order with everything that happened to it."""

    timeline = serializers.SerializerMethodField()

    class Meta(OrderOut.Meta):
        fields = [*OrderOut.Meta.fields, "timeline"]

    @extend_schema_field(OrderEventOut(many=True))
    def get_timeline(self, order: Order) -> Any:
        return OrderEventOut(self.context["timeline"], many=True).data


class TraceLineOut(serializers.Serializer[Any]):
    party = serializers.ChoiceField(choices=["provider", "webhook", "ledger"])
    is_settled = serializers.BooleanField()
    words = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class OpenedCaseOut(serializers.Serializer[Any]):
    reference = serializers.CharField()
    url = serializers.CharField()


class RecheckedOut(serializers.Serializer[Any]):
    """The order after the check, and where its coins are by the three who know.

    `case`: only a person can bring the order in order, and this support case was opened for it, once.
    """

    order = OrderOut()
    trace = TraceLineOut(many=True)
    case = OpenedCaseOut(allow_null=True)


class StorefrontOut(serializers.Serializer[Any]):
    """Where the caller buys."""

    code = serializers.CharField()
    name = serializers.CharField()
    country = serializers.CharField()
    currency = serializers.CharField()
    tax_name = serializers.CharField()
    tax_mode = serializers.ChoiceField(
        choices=TaxMode.choices, help_text="Whether listed prices include the tax or it is added."
    )
    tax_basis_points = serializers.IntegerField(help_text="Not used where the tax is automatic.")
    is_tax_automatic = serializers.BooleanField(
        help_text="The payment page works the tax out by the buyer's address."
    )
    min_minor = serializers.IntegerField(help_text="The least one order may cost, as listed.")
    max_minor = serializers.IntegerField()
    settlement_rate_micro = serializers.IntegerField(
        help_text="One unit of the currency in millionths of the settlement currency's."
    )
    settlement_rate_source = serializers.CharField()
    settlement_rate_on = serializers.DateField(allow_null=True)


class PriceBookOut(serializers.Serializer[Any]):
    """One version of a storefront's prices."""

    number = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    base_price_micro = serializers.IntegerField(
        help_text="Of one coin, in millionths of the currency's major unit."
    )


class OfferedOut(serializers.Serializer[Any]):
    """What a package costs and brings with the best offer for the caller."""

    offer = serializers.CharField(source="offer.slug")
    gross_minor = serializers.IntegerField(source="price.gross_minor")
    bonus_coins = serializers.IntegerField()


class PackageOut(serializers.Serializer[Any]):
    code = serializers.CharField(source="package.code")
    coins = serializers.IntegerField(source="package.coins")
    price_minor = serializers.IntegerField(source="package.price_minor", help_text="As listed.")
    tax_minor = serializers.IntegerField(
        source="price.tax_minor", help_text="In the listed price or on top of it; 0 while automatic."
    )
    gross_minor = serializers.IntegerField(source="price.gross_minor", help_text="What is paid.")
    currency = serializers.CharField(source="package.book.storefront.currency")
    per_hundred_minor = serializers.IntegerField(help_text="The listed price of 100 coins, rounded.")
    saving_basis_points = serializers.IntegerField(help_text="Against the base price.")
    creator_minor = serializers.IntegerField(
        help_text="What creators can cash out for all of it, in the settlement currency."
    )
    abroad_minor = serializers.IntegerField(
        allow_null=True, help_text="About what is paid, in the caller's own currency (`abroad`)."
    )
    is_preselected = serializers.BooleanField(source="package.is_preselected")
    offered = serializers.SerializerMethodField(help_text="Null: no offer does anything for it.")

    @extend_schema_field(OfferedOut(allow_null=True))
    def get_offered(self, tile: Tile) -> Any:
        return OfferedOut(tile.quote).data if tile.quote and tile.quote.deal else None


class AbroadOut(serializers.Serializer[Any]):
    """The caller's own currency, for showing only."""

    currency = serializers.CharField()
    minor_per_minor = serializers.CharField(
        help_text="What one minor unit of the storefront's currency is in minor units of this one: a decimal."
    )
    source = serializers.CharField()
    on = serializers.DateField()


class ChangeOut(serializers.Serializer[Any]):
    code = serializers.CharField(source="tile.package.code")
    coins = serializers.IntegerField(source="tile.package.coins")
    price_minor = serializers.IntegerField(source="tile.package.price_minor")
    price_now_minor = serializers.IntegerField(allow_null=True)


class ComingOut(serializers.Serializer[Any]):
    """The announced version that begins next, and what is other in it."""

    price_book = PriceBookOut(source="book")
    changes = ChangeOut(many=True)
    ending = serializers.ListField(
        child=serializers.CharField(), source="ending_codes", help_text="Packages it has no more."
    )


class PackagesOut(serializers.Serializer[Any]):
    storefront = StorefrontOut()
    price_book = PriceBookOut(source="book")
    packages = PackageOut(many=True, source="tiles")
    least_coins = serializers.IntegerField(help_text="The smallest exact amount.")
    most_coins = serializers.IntegerField()
    minimum_age = serializers.IntegerField(
        help_text="The country's rule or the storefront's, the stricter one."
    )
    abroad = AbroadOut(allow_null=True)
    coming = ComingOut(allow_null=True)


class WalletOut(serializers.Serializer[Any]):
    """What the caller has, and what it is worth."""

    coins = serializers.IntegerField()
    value_minor = serializers.IntegerField(
        help_text="The coins at their base value, in the settlement currency."
    )
    settlement_currency = serializers.CharField()
    diamond_units_per_coin = serializers.IntegerField(
        help_text="Hundredths of a diamond that one coin brings."
    )
    creator_share_basis_points = serializers.IntegerField()
    storefront = StorefrontOut(allow_null=True)


FILTERS = [
    OpenApiParameter("state", str, enum=OrderState.values),
    OpenApiParameter("since", OpenApiTypes.DATE, description="The first day."),
    OpenApiParameter("until", OpenApiTypes.DATE, description="The last day."),
    OpenApiParameter("storefront", str, description="The code of a storefront."),
]


class WantedIn(serializers.Serializer[Any]):
    """The filters of the recharges; days are days of the caller's time zone."""

    state = serializers.ChoiceField(choices=OrderState.choices, required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    storefront = serializers.SlugField(max_length=20, required=False)

    @classmethod
    def read(cls, request: Request) -> Wanted:
        """The filters of a request's address."""
        asked = cls(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Wanted(**asked.validated_data)
