"""Two payments that a bank disputed: one stood, one was taken back before what it paid for had matured."""

from accounts.models import User
from care.models import Dispute
from care.services.disputes import look_at_dispute
from demo.seed.cast import Cast
from demo.seed.provider import Provider
from gifts.models import SentGift
from ground import clock
from provider.alerts import resolve_alert
from provider.models import OperatorAlert
from wallet.models import Order
from wallet.services.steps import Source
from wallet.states import OrderState


def dispute_two(cast: Cast, provider: Provider) -> None:
    """Let a bank dispute the demo fan's newest payment and lose, and that of somebody who gave lately, and win."""
    demo_fan = cast.fans[0]
    somebody = _gave_lately(cast)
    _decided(_newest_order(demo_fan), provider, "product_not_received", "win")
    _decided(_newest_order(somebody), provider, "fraudulent", "lose")
    for alert in OperatorAlert.objects.filter(code="dispute_to_answer", resolved_at=None):
        resolve_alert(alert_id=alert.pk, operator=cast.operators[0], resolution="Answered at the provider.")


def _gave_lately(cast: Cast) -> User:
    """Whoever of the other fans last gave the demo creator something that has not matured."""
    others = cast.fans[1:]
    gifts = SentGift.objects.filter(
        creator=cast.creators[0], sender__in=others, matures_on__gt=clock.today()
    ).select_related("sender")
    newest = gifts.order_by("-pk").first()
    return newest.sender if newest else others[0]


def _newest_order(fan: User) -> Order:
    return Order.objects.filter(user=fan, state=OrderState.CREDITED).latest("created_at")


def _decided(order: Order, provider: Provider, kind: str, decision: str) -> Dispute:
    opened = provider.dispute(payment_intent=order.payment_intent_id, action="open", kind=kind)
    look_at_dispute(provider_id=opened, source=Source.WEBHOOK, now=clock.now())
    provider.dispute(dispute=opened, action=decision)
    return look_at_dispute(provider_id=opened, source=Source.WEBHOOK, now=clock.now())
