"""A person's whole life here, with words of their own wherever words can be: an erasing must leave none of them."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import httpx
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client, RequestFactory
from djstripe.models import Customer

from accounts.models import FormerHandle, User
from accounts.services import owe_mail, record_security_event
from accounts.services.consent import accept_document
from accounts.services.phrase import set_phrase
from care.services.opening import NewCase, open_case
from care.services.talking import add_message, mark_solved
from care.states import CaseKind
from gifts.services import send_gift, set_creator_budget, set_gift_limit
from ground import clock
from ground.batches import settle
from ledger import books
from live.batch import MESSAGE, Say
from live.comments import post_comment
from live.models import Room
from live.services import end_room, start_room
from payouts.models import Payout, PayoutAttempt
from payouts.services.account import refresh_account, start_onboarding
from payouts.services.quote import quote_cash_out
from payouts.services.request import request_payout
from provider import mirror
from provider.alerts import raise_alert
from provider.client import stripe_client
from provider.models import InboxEvent, ProviderCall
from tests.fixtures.accounts import PASSWORD, new_totp_secret
from tests.fixtures.payouts import GOOD_BANK, work_off_events
from wallet.models import Order
from wallet.services import create_order

# Every one is looked for, as it is, in a dump of the whole database after the erasing.
WORDS = {
    "handle": "zephyrine_quill",
    "email": "zephyrine.private@mailbox.example",
    "second email": "quill.old@elsewhere.example",
    "display name": "Zephyrine Marrowbone-Quill",
    "bio": "Plays the glass harmonica in Ushguli",
    "time zone": "Asia/Tbilisi",
    "phrase": "seven lanterns over Mestia",
    "accepted from": "203.0.113.71",
    "event from": "203.0.113.72",
    "event browser": "Mozilla/5.0 QuillBrowser/71.3",
    "event fact": "the harmonica phone",
    "session from": "203.0.113.73",
    "session browser": "QuillSessions/9.9",
    "signed in with": "QuillSignIn/4.2",
    "chat": "my aunt Nonna lives at Betlemi street nineteen",
    "chat key": "chat-zephyrine.private@mailbox.example",
    "second chat": "call me on five five one two",
    "room title": "Quill plays for Nonna",
    "room address": "https://video.example/quill-private-stream.m3u8",
    "case": "My bank in Sololaki does not know me",
    "case's answer": "I asked my sister Tamar about it",
    "comment": "Nonna would have loved this wall",
    "comment key": "wall-zephyrine.private@mailbox.example",
    "former handle": "marrowbone_first",
    "order key": "client:order-zephyrine.private@mailbox.example",
    "payer's name": "Z. Marrowbone",
    "payout key": "payout-of-zephyrine",
    "operator's words": "she called from Tbilisi about the harp fund",
    "failure message": "no such account of Marrowbone",
    "first name": "Zephyrinella",
    "last name": "Marrowbonevska",
    "street": "Betlemi Kuchis 19b",
    "city": "Tbilisi-Sololaki",
    "postal code": "GE-0105-Q",
    "customer's name": "Frau Zephyrine M. Quill",
    "customer's phone": "+995555120071",
    "call's error": "Invalid email address: zephyrine.private@mailbox.example.",
    "alert": "The buyer zephyrine.private@mailbox.example wrote twice",
    "log": "Changed the address of @zephyrine_quill after a call",
    "mail": "a mail with Zephyrine's own words",
}


class Life:
    """Zephyrine, who buys, gives, talks, streams, earns and cashes out."""

    customer = ""  # the provider's id of her

    def __init__(self, person: Callable[..., User]) -> None:
        self.her = person(
            WORDS["handle"],
            email=WORDS["email"],
            display_name=WORDS["display name"],
            bio=WORDS["bio"],
            time_zone=WORDS["time zone"],
            birth_date=date(1987, 3, 9),
            totp_secret=None,
            creator=True,
        )

    def settle_in(self) -> None:
        """Addresses, phrase, sign-ins, what she accepted and what happened to her account."""
        EmailAddress.objects.create(user=self.her, email=WORDS["second email"], verified=True)
        set_phrase(user=self.her, phrase=WORDS["phrase"], now=clock.wall())
        request = RequestFactory().get(
            "/", REMOTE_ADDR=WORDS["event from"], headers={"User-Agent": WORDS["event browser"]}
        )
        record_security_event(
            user=self.her, kind="new_device", now=clock.wall(), request=request, device=WORDS["event fact"]
        )
        browser = Client(REMOTE_ADDR=WORDS["session from"], headers={"user-agent": WORDS["signed in with"]})
        signed_in = browser.post("/accounts/login/", {"login": self.her.email, "password": PASSWORD})
        assert signed_in.status_code == 302
        UserSession.objects.filter(user=self.her).update(
            ip=WORDS["session from"], user_agent=WORDS["session browser"]
        )

    def accept(self, kind: str, version: int) -> None:
        """Accept a document from a place of her own."""
        accept_document(user=self.her, kind=kind, version=version, now=clock.now(), ip=WORDS["accepted from"])

    def buy(self, package: str = "coins-700") -> Order:
        """A recharge at the real provider's page, under a key that is an address."""
        order = create_order(user=self.her, key=WORDS["order key"], now=clock.now(), package=package)
        form = {
            "email": self.her.email,
            "card_number": "4242424242424242",
            "exp": "12 / 40",
            "cvc": "123",
            "name": WORDS["payer's name"],
        }
        assert httpx.post(order.checkout_url, data=form, timeout=20).status_code == 303
        return order

    def talk(self, room: Room) -> None:
        """Two lines of chat, one under a key that is an address."""
        said = [
            Say(author_id=self.her.pk, room_id=room.pk, text=WORDS["chat"], key=WORDS["chat key"]),
            Say(author_id=self.her.pk, room_id=room.pk, text=WORDS["second chat"], key="plain"),
        ]
        with transaction.atomic():
            settle(MESSAGE, said, now=clock.now())

    def write(self, creator: User) -> None:
        """On somebody's wall, and to support."""
        post_comment(
            creator=creator, author=self.her, text=WORDS["comment"], key=WORDS["comment key"], now=clock.now()
        )
        wish = NewCase(kind=CaseKind.OTHER, body=WORDS["case"])
        case = open_case(person=self.her, wish=wish, key="case", now=clock.now())
        add_message(
            person=self.her,
            reference=case.reference,
            body=WORDS["case's answer"],
            key="more",
            now=clock.now(),
        )
        mark_solved(person=self.her, reference=case.reference, now=clock.now())
        FormerHandle.objects.create(
            user=self.her,
            handle=WORDS["former handle"],
            changed_at=clock.now(),
            held_until=clock.now() + timedelta(days=9),
        )

    def give(self, room: Room, coins: int, gift: str) -> None:
        """Give, within budgets of her own."""
        now = clock.now()
        set_gift_limit(fan=self.her, coins=10_000)
        set_creator_budget(fan=self.her, creator=room.creator, period="week", coins=20_000, now=now)
        books.limit(self.her.ledger_id, period="month", coins=50_000, zone=self.her.time_zone, now=now)
        send_gift(
            sender=self.her, room_id=room.pk, gift=gift, quantity=coins // 10, coins=coins, key="g1", now=now
        )

    def stream(self) -> Room:
        """A room of her own; closed by `end`."""
        return start_room(
            creator=self.her,
            title=WORDS["room title"],
            category="music",
            playback="hls",
            playback_address=WORDS["room address"],
            now=clock.now(),
        )

    def end(self, room: Room) -> None:
        end_room(room_id=room.pk, creator=self.her, now=clock.now())

    def open_payout_account(self) -> None:
        """The provider's own page, filled in. It needs a second factor."""
        TOTP.activate(self.her, new_totp_secret())
        pages = {"return_url": "http://testserver/done/", "refresh_url": "http://testserver/again/"}
        url = start_onboarding(user=self.her, accept_terms=True, **pages, now=clock.now())
        form = {
            "first_name": WORDS["first name"],
            "last_name": WORDS["last name"],
            "dob": "1987-03-09",
            "city": WORDS["city"],
            "postal_code": WORDS["postal code"],
            "address_line1": WORDS["street"],
            "bank_account": GOOD_BANK,
            "action": "complete",
        }
        with httpx.Client(follow_redirects=False) as browser:
            address = str(httpx.URL(url).join(browser.get(url).headers["location"]))
            assert browser.post(address, data=form).status_code == 303
        account = self.her.payout_accounts.get()
        refresh_account(account_id=account.pk, now=clock.now())

    def ask_for_money(self, units: int, key: str = WORDS["payout key"]) -> Payout:
        """A cash-out, under a key of her own."""
        quote = quote_cash_out(creator=self.her, diamond_units=units, now=clock.now())
        return request_payout(creator=self.her, quote_id=quote.id, key=key, now=clock.now())

    def be_talked_about(self, operator: User) -> None:
        """What operators and the provider's errors say of her."""
        PayoutAttempt.objects.filter(payout__creator=self.her).update(
            failure_message=WORDS["failure message"]
        )
        ProviderCall.objects.filter(purpose="checkout session").update(error_message=WORDS["call's error"])
        raise_alert(code="buyer_wrote", key=str(uuid.uuid4()), message=WORDS["alert"])
        LogEntry.objects.create(
            user=operator,
            content_type=ContentType.objects.get_for_model(User),
            object_id=str(self.her.pk),
            object_repr=f"@{self.her.handle}",
            action_flag=CHANGE,
            change_message=WORDS["log"],
        )
        owe_mail(user=self.her, kind="closing_cancelled", facts={"words": WORDS["mail"]}, now=clock.wall())

    def be_known_to_the_provider(self) -> str:
        """A customer there, and the provider's messages about all of it in inbox and mirror; the customer's id."""
        made = stripe_client().v1.customers.create(
            {
                "email": str(self.her.email),
                "name": WORDS["customer's name"],
                "phone": WORDS["customer's phone"],
            }
        )
        for account in (None, self.her.payout_accounts.get().provider_account_id):
            work_off_events(account)
        for event in InboxEvent.objects.order_by("pk"):
            mirror.feed(event_pk=event.pk)
        Customer.objects.update_or_create(
            id=made.id,
            defaults={
                "stripe_data": made.to_dict(),
                "email": self.her.email,
                "subscriber": self.her,
                "livemode": False,
            },
        )
        return str(made.id)
