"""What a case can be about: own orders, gifts, cash-outs and lines of the account's activity, for both its readers.

Everything is found through its owner, so that a guessed id leads nowhere.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from accounts import activity_words
from accounts.models import SecurityEvent, User
from accounts.sessions import device_name
from care.errors import TooManySubjects, UnknownSubject
from care.models import CaseItem
from care.states import SubjectKind
from gifts.models import SentGift
from look import money
from payouts.models import Payout
from wallet.models import Order

MOST_SUBJECTS = 20
LARGEST_ID = 2**63


@dataclass(frozen=True)
class Subject:
    """One thing as pages show it."""

    kind: SubjectKind
    ref: str
    title: str
    at: datetime
    url: str  # its page for the person; empty if it has none
    admin_url: str
    chip: tuple[str, str] | None  # (kind, state) of look.states
    facts: tuple[tuple[str, str], ...]  # what support reads beside the thread
    is_own_doing: bool = True  # a gift that came in was somebody else's doing, and is nothing to dispute
    is_disputed: bool = False

    @property
    def about(self) -> str:
        """The name that addresses and requests use."""
        return f"{self.kind}:{self.ref}"

    @property
    def kind_words(self) -> str:
        return str(self.kind.label)


def find(person: User, abouts: Sequence[str]) -> list[Subject]:
    """The person's own things by their names ("order:<id>"), in the order given, each once.

    Raises:
        TooManySubjects: more than one case holds.
        UnknownSubject: one is not there, or is somebody else's.
    """
    wanted = list(dict.fromkeys(abouts))
    if len(wanted) > MOST_SUBJECTS:
        raise TooManySubjects
    pairs = [_split(about) for about in wanted]
    found = _found(person, pairs)
    missing = [pair for pair in pairs if pair not in found]
    if missing:
        raise UnknownSubject
    return [found[pair] for pair in pairs]


def of_items(person: User, items: Iterable[CaseItem]) -> list[Subject]:
    """What a case of `person` points at, as it stands now; what is gone is left out. At most four queries."""
    disputed = {(SubjectKind(item.kind), item.ref): item.is_disputed for item in items}
    found = _found(person, list(disputed))
    return [replace(found[pair], is_disputed=disputed[pair]) for pair in disputed if pair in found]


def recent(person: User, *, each: int = 5) -> list[Subject]:
    """What happened last on the account and may be disputed, newest first."""
    orders = Order.objects.filter(user=person).order_by("-created_at")[:each]
    gifts = SentGift.objects.filter(sender=person).select_related("gift", "creator").order_by("-id")[:each]
    payouts = Payout.objects.filter(creator=person).order_by("-requested_at")[:each]
    events = SecurityEvent.objects.filter(user=person)[:each]
    shown = [
        *map(_order, orders),
        *(_gift(gift, person) for gift in gifts),
        *map(_payout, payouts),
        *map(_activity, events),
    ]
    return sorted(shown, key=lambda subject: subject.at, reverse=True)


type _Pair = tuple[SubjectKind, str]


def _split(about: str) -> _Pair:
    kind, _, ref = about.partition(":")
    if kind not in SubjectKind.values or not ref:
        raise UnknownSubject
    return SubjectKind(kind), ref


def _found(person: User, pairs: Sequence[_Pair]) -> dict[_Pair, Subject]:
    readers: dict[SubjectKind, Callable[[User, list[str]], list[Subject]]] = {
        SubjectKind.ORDER: _orders,
        SubjectKind.GIFT: _gifts,
        SubjectKind.PAYOUT: _payouts,
        SubjectKind.SIGN_IN: _activities,
    }
    found: dict[_Pair, Subject] = {}
    for kind, read in readers.items():
        refs = [ref for wanted, ref in pairs if wanted == kind]
        if refs:
            found |= {(kind, subject.ref): subject for subject in read(person, refs)}
    return found


def _orders(person: User, refs: list[str]) -> list[Subject]:
    return [_order(order) for order in Order.objects.filter(user=person, pk__in=_uuids(refs))]


def _gifts(person: User, refs: list[str]) -> list[Subject]:
    mine = SentGift.objects.filter(Q(sender=person) | Q(creator=person), pk__in=_numbers(refs))
    return [_gift(gift, person) for gift in mine.select_related("gift", "creator")]


def _payouts(person: User, refs: list[str]) -> list[Subject]:
    return [_payout(payout) for payout in Payout.objects.filter(creator=person, pk__in=_uuids(refs))]


def _activities(person: User, refs: list[str]) -> list[Subject]:
    return [_activity(event) for event in SecurityEvent.objects.filter(user=person, pk__in=_numbers(refs))]


def _order(order: Order) -> Subject:
    return Subject(
        kind=SubjectKind.ORDER,
        ref=str(order.pk),
        title=f"{money.spoken(order.coins, money.COIN)} for {money.money(order.gross_minor, order.currency)}",
        at=order.created_at,
        url=reverse("wallet:order", args=[order.pk]),
        admin_url=reverse("admin:wallet_order_change", args=[order.pk]),
        chip=("order", "held" if order.held_reason else order.state),
        facts=_without_empty(
            ("Paid at", _time(order.paid_at)),
            ("Credited at", _time(order.credited_at)),
            ("Declined with", order.decline_code),
            ("Held because", order.held_reason),
            ("Checkout session", order.session_id or ""),
            ("Payment", order.payment_intent_id),
        ),
    )


def _gift(gift: SentGift, person: User) -> Subject:
    is_sender = gift.sender_id == person.pk
    what = f"{gift.gift.name} ×{gift.quantity}" if gift.quantity > 1 else gift.gift.name
    words = f"{what} to {gift.creator.name}" if is_sender else f"{what}, received"
    return Subject(
        kind=SubjectKind.GIFT,
        ref=str(gift.pk),
        title=f"{money.spoken(gift.coins, money.COIN)}: {words}",
        at=gift.at,
        url=reverse("gifts:receipt", args=[gift.pk]),
        admin_url=reverse("admin:gifts_sentgift_change", args=[gift.pk]),
        chip=None,
        facts=_without_empty(
            ("Operation in the books", str(gift.pk)),
            ("Diamonds of the creator", money.diamonds(gift.diamond_units)),
            ("They mature on", gift.matures_on.isoformat()),
        ),
        is_own_doing=is_sender,
    )


def _payout(payout: Payout) -> Subject:
    return Subject(
        kind=SubjectKind.PAYOUT,
        ref=str(payout.pk),
        title=f"Cash-out of {money.money(payout.net_minor, payout.currency)}",
        at=payout.requested_at,
        url=reverse("payouts:payout", args=[payout.pk]),
        admin_url=reverse("admin:payouts_payout_review", args=[payout.pk]),
        chip=("payout", payout.state),
        facts=_without_empty(
            ("Diamonds", money.diamonds(payout.diamond_units)),
            ("Expected on", payout.arrives_on.isoformat()),
            ("Waits for", payout.get_wait_reason_display() if payout.wait_reason else ""),
            ("Failed with", payout.failure_code),
        ),
    )


def _activity(event: SecurityEvent) -> Subject:
    device = device_name(event.user_agent) if event.user_agent else ""
    return Subject(
        kind=SubjectKind.SIGN_IN,
        ref=str(event.pk),
        title=", ".join(part for part in (activity_words.title(event.kind, event.facts), device) if part),
        at=event.at,
        url="",
        admin_url="",
        chip=None,
        facts=_without_empty(("Address", event.ip or "")),
    )


def _without_empty(*facts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in facts if value)


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _uuids(refs: list[str]) -> list[UUID]:
    found = []
    for ref in refs:
        try:
            found.append(UUID(ref))
        except ValueError:
            continue
    return found


def _numbers(refs: list[str]) -> list[int]:
    return [int(ref) for ref in refs if ref.isascii() and ref.isdecimal() and int(ref) < LARGEST_ID]
