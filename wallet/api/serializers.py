"""What the wallet's part of the API takes and gives. Amounts in minor units, coins as whole numbers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from wallet import declines
from wallet.models import Order, OrderEvent
from wallet.states import OrderState

LARGEST_REQUEST = 2_000_000_000


class OrderIn(serializers.Serializer[Any]):
    """A package by its code, or an exact number of coins: one of the two."""

    package = serializers.CharField(max_length=40, required=False)
    coins = serializers.IntegerField(min_value=1, max_value=LARGEST_REQUEST, required=False)

    return_to = serializers.CharField(
        max_length=200,
        required=False,
        help_text="The path of a live room, with ?gift= and &quantity= chosen there: the buyer is led back to it.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs.keys() - {"return_to"}) != 1:
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
    decline = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = [
            "id",
            "status",
            "package",
            "coins",
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
    tax_basis_points = serializers.IntegerField(help_text="Included in every price.")
    base_price_micro = serializers.IntegerField(
        help_text="Of one coin, in millionths of the currency's major unit."
    )
    min_minor = serializers.IntegerField()
    max_minor = serializers.IntegerField()


class PackageOut(serializers.Serializer[Any]):
    code = serializers.CharField(source="package.code")
    coins = serializers.IntegerField(source="package.coins")
    price_minor = serializers.IntegerField(source="package.price_minor")
    currency = serializers.CharField(source="package.storefront.currency")
    per_hundred_minor = serializers.IntegerField(help_text="The price of 100 coins, rounded.")
    saving_basis_points = serializers.IntegerField(help_text="Against the base price.")
    creator_minor = serializers.IntegerField(
        help_text="What creators can cash out for all of it, in the settlement currency."
    )
    is_preselected = serializers.BooleanField(source="package.is_preselected")


class PackagesOut(serializers.Serializer[Any]):
    storefront = StorefrontOut()
    packages = PackageOut(many=True)


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
