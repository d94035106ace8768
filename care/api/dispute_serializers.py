"""What the API tells of disputes: to the buyer what is held and why, to the creator which gifts."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from care.dispute_pages import buyers_view
from care.models import Dispute, DisputedGift


class DisputeOut(serializers.ModelSerializer[Dispute]):
    """A dispute or an inquiry about one of the caller's payments."""

    order = serializers.UUIDField(source="order_id")
    bonus_coins_held = serializers.IntegerField(source="held_bonus_coins", help_text="Of `coins_held`.")
    coins_held = serializers.IntegerField(
        source="held_coins", help_text="Unspent coins set aside; back when it is won, gone when it is lost."
    )
    is_inquiry = serializers.BooleanField(help_text="The bank only asks: nothing has moved.")
    message = serializers.SerializerMethodField()
    next_steps = serializers.SerializerMethodField()

    class Meta:
        model = Dispute
        fields = [
            "id",
            "order",
            "status",
            "reason",
            "amount_minor",
            "currency",
            "is_inquiry",
            "coins_held",
            "bonus_coins_held",
            "outcome",
            "seen_at",
            "opened_at",
            "decided_at",
            "message",
            "next_steps",
        ]

    def get_message(self, case: Dispute) -> str:
        return buyers_view(case).title

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_next_steps(self, case: Dispute) -> list[str]:
        return buyers_view(case).next_steps


class DisputedGiftOut(serializers.ModelSerializer[DisputedGift]):
    """A gift to the caller whose diamonds a dispute set aside. The gift's own page tells the rest."""

    gift = serializers.IntegerField(source="gift_id", help_text="The gift that was sent.")
    name = serializers.CharField(source="gift.gift.name")
    quantity = serializers.IntegerField(source="gift.quantity")
    sent_at = serializers.DateTimeField(source="gift.at")
    matures_on = serializers.DateField(source="gift.matures_on")
    diamond_units = serializers.IntegerField(help_text="Hundredths of a diamond that are touched.")

    class Meta:
        model = DisputedGift
        fields = [
            "gift",
            "name",
            "quantity",
            "sent_at",
            "matures_on",
            "diamond_units",
            "fate",
            "held_at",
            "decided_at",
        ]


class HeldDiamondsOut(serializers.Serializer[Any]):
    """What disputes did to the caller's diamonds, in hundredths."""

    held_units = serializers.IntegerField()
    held_gifts = serializers.IntegerField()
    cancelled_units = serializers.IntegerField()
    restored_units = serializers.IntegerField()
