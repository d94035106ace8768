"""One thing of each kind that an address can name, of one person, made by the services that requests reach."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image

from accounts.models import TrustedBrowser, User
from accounts.services.avatars import set_avatar
from accounts.unsubscribing import token_of as unsubscribe_token
from care import services as care
from care.files import clean_files
from care.models import CaseFile, Dispute
from care.services.exports import ask_for_export
from care.services.opening import NewCase
from care.states import CaseKind
from gifts.budgets import Which, set_budget
from gifts.models import Gift, GiftPrice
from gifts.services import send_gift
from ground import clock
from ledger import books
from live.comments import post_comment
from live.models import Room
from live.services import start_room
from payouts.models import CashOutTerms, ConnectedAccount, Payout, PayoutQuote
from tests.fixtures.keys import SoftKey
from tests.fixtures.wallet import unpaid_order
from wallet import bookings, rates
from wallet.models import Challenge, ChallengeAward, Coupon, Offer, Order
from wallet.services.steps import Source, advance
from wallet.states import OrderState

type Things = Mapping[str, object]

COINS = 700


def things_of(person: User, stage: Room, gift: Gift) -> Things:
    """Argument of an address → the person's own one. What only creators have is missing for who is none."""
    reference, file_id = _case(person)
    order = _order(person)
    made: dict[str, object] = {
        "handle": person.handle,
        "order_id": order.pk,
        "award_id": _award(person).pk,
        "dispute_id": _inquiry(order).pk,
        "unpaid_order_id": unpaid_order(person, COINS).pk,
        "sent_id": _sent(person, stage, gift),
        "comment_id": _comment(person, stage.creator),
        "session_id": _session(person).pk,
        "trusted_browser": _trusted_browser(person).pk,
        "key": _key(person).pk,
        "reference": reference,
        "file_id": file_id,
        "change_id": _budget_change(person),
        "export_id": ask_for_export(user=person, now=timezone.now()).pk,
        "token": unsubscribe_token(person, "offers"),
        "seed": person.handle,
        "user_id": person.pk,
    }
    return made | (_creators_things(person) if person.is_creator else {})


def _budget_change(person: User) -> int:
    """A budget that the person wants to take away, waiting for its day."""
    now = clock.now()
    set_budget(fan=person, which=Which("month"), coins=10**6, now=now)
    change = set_budget(fan=person, which=Which("month"), coins=None, now=now)
    assert change is not None
    return change.pk


def stage_of(creator: User, title: str = "Late piano") -> Room:
    """The creator's open room."""
    return start_room(creator=creator, title=title, category="music", playback="placeholder", now=clock.now())


def rose() -> Gift:
    """A gift of ten coins."""
    since = clock.now() - timedelta(days=1)
    made = Gift.objects.create(
        slug="matrix-rose", name="Rose", animation="bloom", price_class=2, available_from=since
    )
    GiftPrice.objects.create(gift=made, coins=10, starts_at=since)
    return made


def wear_picture(person: User) -> str:
    """Give the person an avatar; the path of its file."""
    drawn = BytesIO()
    Image.new("RGB", (600, 600), "teal").save(drawn, "PNG")
    name = set_avatar(user=person, content=drawn.getvalue()).avatar
    return f"/media/avatars/{name[:2]}/{name}-64.webp"


def _award(person: User) -> ChallengeAward:
    """A badge of the matrix's challenge, which comes with its offer and a code."""
    now = clock.now()
    dates = {"starts_at": now, "ends_at": now + timedelta(days=7), "published_at": now}
    offer, _ = Offer.objects.get_or_create(
        slug="matrix-offer",
        defaults={
            "name": "Fifth more",
            "kind": "bonus_percent",
            "basis_points": 2000,
            "way": "coupon",
            **dates,
        },
    )
    Coupon.objects.get_or_create(
        digest=b"matrix", defaults={"offer": offer, "hint": "MATRIX", "created_at": now}
    )
    challenge, _ = Challenge.objects.get_or_create(
        slug="matrix-challenge",
        defaults={"name": "Five gifts", "goal": 5, "badge_name": "Bouquet", "reward": offer, **dates},
    )
    return ChallengeAward.objects.create(challenge=challenge, user=person, reached=5, at=now)


def _order(person: User) -> Order:
    order = unpaid_order(person, COINS)
    now = order.paid_at = order.created_at
    order.fee_minor = 0
    with transaction.atomic():
        advance(order, OrderState.PAID, source=Source.OPERATOR, now=now)
        books.post_one(bookings.recharge(order, person.ledger_id), now=now)
        order.credited_at = order.receipt_sent_at = now
        advance(order, OrderState.CREDITED, source=Source.OPERATOR, now=now)
    return order


def _inquiry(order: Order) -> Dispute:
    """A bank asks about the order; nothing moved."""
    now = clock.now()
    return Dispute.objects.create(
        provider_id=f"du_{order.pk}",
        order=order,
        status="warning_needs_response",
        reason="fraudulent",
        amount_minor=order.gross_minor,
        currency=order.currency,
        happened_at=now,
        seen_at=now,
        looked_at=now,
    )


def _sent(person: User, stage: Room, gift: Gift) -> int:
    key = str(uuid.uuid4())
    sent = send_gift(
        sender=person, room_id=stage.pk, gift=gift.slug, quantity=1, coins=10, key=key, now=clock.now()
    )
    return sent.id


def _comment(person: User, creator: User) -> int:
    key = str(uuid.uuid4())
    return post_comment(creator=creator, author=person, text="Lovely.", key=key, now=clock.now()).pk


def _session(person: User) -> UserSession:
    """Another device of theirs."""
    return UserSession.objects.create(
        user=person, ip="192.0.2.1", session_key=f"matrix-{person.handle}", user_agent="A browser"
    )


def _trusted_browser(person: User) -> TrustedBrowser:
    now = timezone.now()
    return TrustedBrowser.objects.create(
        user=person, token_digest=f"{person.pk:064x}", trusted_at=now, until=now + timedelta(days=30)
    )


def _key(person: User) -> Authenticator:
    asked = {"challenge": "bWF0cml4", "rp": {"id": "testserver"}, "user": {"id": str(person.pk)}}
    credential = SoftKey().create({"publicKey": asked})
    return Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "A key", "credential": credential}
    )


def _case(person: User) -> tuple[str, uuid.UUID]:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    files = clean_files([SimpleUploadedFile("screen.png", drawn.getvalue(), content_type="image/png")])
    wish = NewCase(kind=CaseKind.OTHER, body="Where is it?", files=files)
    case = care.open_case(person=person, wish=wish, key=str(uuid.uuid4()), now=clock.now())
    return case.reference, CaseFile.objects.get(message__case=case).pk


def _creators_things(creator: User) -> dict[str, object]:
    """A room, a payout, and a quote that nothing was done with."""
    paid, open_quote = _quote(creator), _quote(creator)
    account = ConnectedAccount.objects.create(
        creator=creator,
        country="DE",
        currency="USD",
        created_at=clock.now(),
        provider_account_id=f"acct_{creator.handle}",
    )
    return {
        "room_id": stage_of(creator).pk,
        "quote_id": open_quote.pk,
        "payout_id": _payout(creator, account, paid).pk,
    }


def _quote(creator: User) -> PayoutQuote:
    now, rate = clock.now(), rates.in_force(clock.now())
    terms = CashOutTerms.objects.latest("starts_at")
    sums: dict[str, Any] = {"amount_minor": 2_500, "fee_minor": 100, "net_minor": 2_400}
    return PayoutQuote.objects.create(
        creator=creator,
        terms=terms,
        rate_version_id=rate.rate_version_id,
        diamond_value_micro=rate.diamond_value_micro,
        asked_units=387_597,
        reserved_units=387_597,
        currency="USD",
        arrives_on=now.date(),
        created_at=now,
        expires_at=now + timedelta(hours=1),
        **sums,
    )


def _payout(creator: User, account: ConnectedAccount, quote: PayoutQuote) -> Payout:
    now = clock.now()
    return Payout.objects.create(
        creator=creator,
        account=account,
        quote=quote,
        key=str(uuid.uuid4()),
        request_hash=b"\0" * 32,
        diamond_units=quote.reserved_units,
        currency=quote.currency,
        amount_minor=quote.amount_minor,
        fee_minor=quote.fee_minor,
        net_minor=quote.net_minor,
        requested_at=now,
        state_at=now,
        arrives_on=quote.arrives_on,
    )
