"""What the gift endpoints take and answer. Coins are whole; diamonds in hundredths; values in millionths."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gifts.models import MOST_AT_ONCE, SentGift
from gifts.selectors import Offer
from gifts.services import Sent
from gifts.split import PARTS_PER_MICRO
from live.api.serializers import PersonOut
from live.feed import ANONYMOUS


class OfferOut(serializers.Serializer[Offer]):
    """A gift on offer. `value_micro` and `creator_value_micro`: millionths of `currency`, the latter rounded down."""

    gift = serializers.CharField(source="gift.slug")
    name = serializers.CharField(source="gift.name")
    category = serializers.CharField(source="gift.category")
    price_class = serializers.IntegerField(source="gift.price_class")
    alt = serializers.CharField(source="gift.alt", help_text="The drawing in words.")
    art = serializers.SerializerMethodField()
    animation = serializers.CharField(source="gift.animation")
    coins = serializers.IntegerField()
    value_micro = serializers.SerializerMethodField()
    diamond_units = serializers.IntegerField(source="split.diamond_units")
    creator_value_micro = serializers.SerializerMethodField()
    currency = serializers.CharField(source="split.currency")

    @extend_schema_field(str)
    def get_art(self, offer: Offer) -> str:
        art: str = self.context["art_address"](offer.gift)
        return art

    @extend_schema_field(int)
    def get_value_micro(self, offer: Offer) -> int:
        return offer.split.price_parts // PARTS_PER_MICRO

    @extend_schema_field(int)
    def get_creator_value_micro(self, offer: Offer) -> int:
        return offer.split.creator_parts // PARTS_PER_MICRO


class CatalogueOut(serializers.Serializer[Any]):
    results = OfferOut(many=True)


class SendGiftIn(serializers.Serializer[Any]):
    gift = serializers.CharField(max_length=40, help_text="The gift's slug, from GET /gifts/.")
    quantity = serializers.IntegerField(default=1, help_text=f"1 to {MOST_AT_ONCE}.")
    coins = serializers.IntegerField(help_text="The total that the person was shown.")


class SentOut(serializers.Serializer[Sent]):
    id = serializers.IntegerField()
    coins = serializers.IntegerField()
    diamond_units = serializers.IntegerField(help_text="The creator's part, in hundredths of a diamond.")
    balance = serializers.IntegerField(help_text="The sender's coins right after this gift.")


class SenderOut(serializers.Serializer[Any]):
    """Who sent a gift. Where that is not told, `id` is null and the handle empty."""

    id = serializers.IntegerField(allow_null=True)
    handle = serializers.CharField()
    name = serializers.CharField()
    avatar = serializers.CharField()


class SentGiftOut(serializers.ModelSerializer[SentGift]):
    """One settled gift, as its sender and its creator see it."""

    gift = serializers.CharField(source="gift.slug")
    sender = serializers.SerializerMethodField()
    creator = PersonOut(read_only=True)

    class Meta:
        model = SentGift
        fields = [
            "id", "room", "sender", "creator", "gift", "quantity", "coins", "diamond_units", "rate_version",
            "matures_on", "at", "is_anonymous",
        ]  # fmt: skip

    @extend_schema_field(SenderOut)
    def get_sender(self, sent: SentGift) -> dict[str, Any]:
        sender = sent.sender_shown_to(self.context["request"].user.pk)
        return ANONYMOUS if sender is None else dict(PersonOut(sender).data)
