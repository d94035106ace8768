"""What the endpoints of one's own data take and answer."""

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.hooks import Hindrance
from care.models import Closing, DataExport
from ledger.books import COIN, DIAMOND, LARGEST_AMOUNT


class DataExportOut(serializers.ModelSerializer[DataExport]):
    """One copy of the caller's data. `state`: requested, building, ready, expired."""

    class Meta:
        model = DataExport
        fields: ClassVar = [
            "id", "state", "asked_at", "parts_total", "parts_done", "part", "rows", "ready_at", "expires_at",
            "size_bytes", "sha256",
        ]  # fmt: skip


class HindranceOut(serializers.Serializer[Hindrance]):
    """Something to settle before the account can be closed."""

    code = serializers.CharField()
    message = serializers.CharField()
    next_step = serializers.CharField()
    url = serializers.CharField(help_text="The page where it is done; empty where waiting is all there is.")
    amount = serializers.IntegerField(help_text="What is in the way, in `unit`; 0 where there is no amount.")
    unit = serializers.CharField(help_text="COIN, DIAMOND (hundredths) or empty.")
    can_give_up = serializers.BooleanField(help_text="`POST /forfeits/` with exactly this amount settles it.")


class ClosingOut(serializers.ModelSerializer[Closing]):
    """A closing under way. Signing in before `erase_at` takes it back."""

    class Meta:
        model = Closing
        fields: ClassVar = ["id", "state", "asked_at", "erase_at"]


class ClosingOutlookOut(serializers.Serializer[Any]):
    """What closing the account would need and bring."""

    grace_days = serializers.IntegerField(help_text="How long signing in takes a closing back.")
    hindrances = HindranceOut(many=True)


class ForfeitIn(serializers.Serializer[Any]):
    """All coins, or all available diamonds if they are too few to be cashed out."""

    unit = serializers.ChoiceField(choices=[COIN, DIAMOND])
    amount = serializers.IntegerField(
        min_value=1, max_value=LARGEST_AMOUNT, help_text="Exactly what is there; diamonds in hundredths."
    )


class ForfeitOut(serializers.Serializer[Any]):
    unit = serializers.CharField()
    amount = serializers.IntegerField()
