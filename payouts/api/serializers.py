"""What the cash-out endpoints take and answer. Diamonds in hundredths, money in minor units, values in millionths."""

from typing import Any

from rest_framework import serializers

from payouts.models import ConnectedAccount, Payout, PayoutEvent, PayoutQuote
from payouts.selectors import Earnings, Pending

UNITS_MAX = 10**15


class OnboardingIn(serializers.Serializer[Any]):
    accept_terms = serializers.BooleanField(
        default=False, help_text="Accept the terms and the creator terms now in force."
    )


class OnboardingOut(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="The payment provider's page, good once and for a few minutes.")


class PayoutAccountOut(serializers.ModelSerializer[ConnectedAccount]):
    """The payout account as the provider last described it."""

    state = serializers.CharField(help_text="incomplete, pending, restricted, ready or disabled.")

    class Meta:
        model = ConnectedAccount
        fields = [
            "state", "country", "currency", "details_submitted", "payouts_enabled", "requirements_due",
            "requirements_past_due", "disabled_reason", "bank_name", "bank_last4", "read_at",
        ]  # fmt: skip


class CreatorOut(serializers.Serializer[Any]):
    """Whether the caller is a creator and may cash out."""

    creator_since = serializers.DateTimeField(allow_null=True)
    can_cash_out = serializers.BooleanField(help_text="The payout account is ready to receive money.")
    terms_to_accept = serializers.ListField(child=serializers.CharField())
    account = PayoutAccountOut(allow_null=True)


class PendingOut(serializers.Serializer[Pending]):
    matures_on = serializers.DateField(help_text="UTC. This date never moves.")
    units = serializers.IntegerField()


class EarnedOut(serializers.Serializer[Any]):
    day = serializers.DateField()
    units = serializers.IntegerField()


class EarningsOut(serializers.Serializer[Earnings]):
    """Diamonds in hundredths, by where they are; `days` are the last 30 UTC days, oldest first."""

    available_units = serializers.IntegerField()
    pending_units = serializers.IntegerField()
    reserved_units = serializers.IntegerField()
    paid_units = serializers.IntegerField()
    today_units = serializers.IntegerField()
    recent_units = serializers.IntegerField(help_text="Earned in the last 30 days.")
    pending = PendingOut(many=True)
    next_maturity = PendingOut(allow_null=True)
    days = serializers.SerializerMethodField()
    diamond_value_micro = serializers.SerializerMethodField(help_text="Of one whole diamond.")
    currency = serializers.SerializerMethodField()

    def get_days(self, earnings: Earnings) -> list[dict[str, Any]]:
        return [{"day": day.isoformat(), "units": units} for day, units in earnings.days]

    def get_diamond_value_micro(self, earnings: Earnings) -> int:
        return int(self.context["rates"].diamond_value_micro)

    def get_currency(self, earnings: Earnings) -> str:
        return str(self.context["rates"].currency)


class QuoteIn(serializers.Serializer[Any]):
    diamond_units = serializers.IntegerField(
        min_value=1, max_value=UNITS_MAX, help_text="Hundredths of a diamond."
    )


class QuoteOut(serializers.ModelSerializer[PayoutQuote]):
    """What these diamonds bring, promised until `expires_at`. `reserved_units`: what it takes; the rest stays."""

    diamond_units = serializers.IntegerField(source="asked_units")

    class Meta:
        model = PayoutQuote
        fields = [
            "id", "diamond_units", "reserved_units", "amount_minor", "fee_minor", "net_minor", "currency",
            "diamond_value_micro", "arrives_on", "expires_at",
        ]  # fmt: skip


class PayoutIn(serializers.Serializer[Any]):
    quote = serializers.UUIDField()


class PayoutEventOut(serializers.ModelSerializer[PayoutEvent]):
    """One step of its history. `by`: you, operator or platform."""

    status = serializers.CharField(source="state")
    by = serializers.SerializerMethodField()

    class Meta:
        model = PayoutEvent
        fields = ["number", "kind", "status", "by", "reason", "at"]

    def get_by(self, event: PayoutEvent) -> str:
        if event.actor_id is None:
            return "platform"
        return "you" if event.actor_id == event.payout.creator_id else "operator"

    def to_representation(self, event: PayoutEvent) -> dict[str, Any]:
        """An approval's reason is the operators' own note; a creator reads why something was refused or waits."""
        shown: dict[str, Any] = super().to_representation(event)
        return shown if event.kind != "approved" else shown | {"reason": ""}


class PayoutOut(serializers.ModelSerializer[Payout]):
    status = serializers.CharField(source="state")
    diamond_units = serializers.IntegerField(help_text="Reserved for it.")
    wait_reason = serializers.CharField(
        help_text="Why an approved one is not sent yet; empty when it does not wait."
    )

    class Meta:
        model = Payout
        fields = [
            "id", "quote", "status", "diamond_units", "amount_minor", "fee_minor", "net_minor", "currency",
            "requested_at", "state_at", "arrives_on", "reason", "failure_code", "wait_reason",
        ]  # fmt: skip


class PayoutDetailOut(PayoutOut):
    """A cash-out with its history."""

    events = PayoutEventOut(many=True)

    class Meta(PayoutOut.Meta):
        fields = [*PayoutOut.Meta.fields, "events"]
