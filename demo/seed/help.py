"""Three cases, in the states in which support meets them: answered and solved, waiting, and money that is stopped."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.test import RequestFactory

from accounts.models import SecurityEvent, User
from accounts.session_store import SessionStore
from care import services
from care.services.opening import NewCase
from care.services.reporting import NotMe
from care.states import CaseKind
from demo.seed.cast import Cast
from gifts.models import SentGift
from ground import clock
from wallet.models import Order


def ask_for_help(cast: Cast) -> None:
    """This will open the demo fan's two cases, and let another fan report a gift and a sign-in."""
    now, operator = clock.now(), cast.operators[0]
    fan = cast.fans[0]
    _solved(fan, operator, now - timedelta(days=6))
    _waiting(fan, operator, now - timedelta(hours=20))
    _reported(cast.fans[3], now - timedelta(hours=1))


def _solved(fan: User, operator: User, now: datetime) -> None:
    order = Order.objects.filter(user=fan).earliest("created_at")
    words = "My bank shows the payment twice. Was I charged twice?"
    case = _open(fan, CaseKind.PAYMENT_DECLINED, words, now, f"order:{order.pk}")
    answer = (
        "Hello Robin,\n\nthe payment provider has one payment for this order. The second line at your bank is its "
        "reservation; it disappears by itself within a few days."
    )
    services.answer_case(
        case_id=case, operator=operator, body=answer, key="1", now=now + timedelta(hours=3), solves=True
    )


def _waiting(fan: User, operator: User, now: datetime) -> None:
    gift = SentGift.objects.filter(sender=fan).latest("id")
    case = _open(
        fan, CaseKind.GIFT, "I meant to send one, not several. Can you help?", now, f"gift:{gift.pk}"
    )
    services.note_case(
        case_id=case, operator=operator, body="Not mature yet: could be taken back.", key="1", now=now
    )
    services.assign_case(case_id=case, operator=operator, now=now + timedelta(minutes=4))


def _reported(fan: User, now: datetime) -> None:
    """Somebody else used this fan's account: the money is stopped, and the account not secured yet."""
    device = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/130.0"
    entry = SecurityEvent.objects.create(
        user=fan, kind="signed_in", at=now, ip="203.0.113.77", user_agent=device, facts={"method": "password"}
    )
    gift = SentGift.objects.filter(sender=fan).order_by("-id").first()
    services.report_not_me(
        person=fan,
        claim=NotMe(
            [f"sign_in:{entry.pk}", *([f"gift:{gift.pk}"] if gift else [])],
            "I was asleep. I have no Windows computer.",
        ),
        session=SessionStore(),
        request=RequestFactory().get("/"),
        key=str(uuid4()),
        now=now,
    )


def _open(fan: User, kind: CaseKind, words: str, now: datetime, about: str) -> int:
    wish = NewCase(kind=kind, body=words, abouts=[about])
    return services.open_case(person=fan, wish=wish, key=str(uuid4()), now=now).pk
