"""Any number of rows of each kind for the lists of one person, straight into the database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.models import (
    Acceptance,
    AgeRule,
    AuthenticatorDevice,
    Block,
    Follow,
    FormerHandle,
    GuardianAsk,
    GuardianRecord,
    Guardianship,
    LegalDocument,
    OwedMail,
    Phone,
    PrivacySettings,
    SecurityEvent,
    SpendingFreeze,
    TextMessage,
    TrustedBrowser,
    User,
)
from care.models import SupportCase
from ground import clock
from ground.batches import settle
from live.batch import MESSAGE, Say
from live.models import Comment, CommentLike, Room
from tests.matrix.objects import Things

type Numbers = range  # of the rows to make


@dataclass(frozen=True)
class Stage:
    """Whose lists are read, and what of theirs the rows hang on."""

    owner: User
    token: str  # of their session
    things: Things  # argument of an address → theirs
    case: SupportCase
    key: Authenticator
    guardianship: Guardianship


type Fill = Callable[[Stage, Numbers], object]


def crowd(stage: Stage, numbers: Numbers) -> list[User]:
    """Other people; every one a creator."""
    now, names = clock.now(), [f"many{token_hex(6)}" for _ in numbers]
    made = [User(handle=name, email=f"{name}@example.com", password="x", creator_since=now) for name in names]
    return User.objects.bulk_create(made)


def follows(stage: Stage, numbers: Numbers) -> None:
    now, people = clock.now(), crowd(stage, numbers)
    Follow.objects.bulk_create(
        [Follow(follower=stage.owner, followed=one, since=now) for one in people]
        + [Follow(follower=one, followed=stage.owner, since=now) for one in people]
    )


def blocks(stage: Stage, numbers: Numbers) -> None:
    now = clock.now()
    Block.objects.bulk_create(
        [Block(blocker=stage.owner, blocked=one, since=now) for one in crowd(stage, numbers)]
    )


def privacy(stage: Stage, numbers: Numbers) -> None:
    PrivacySettings.objects.bulk_create([PrivacySettings(user=one) for one in crowd(stage, numbers)])


def phones(stage: Stage, numbers: Numbers) -> None:
    people = zip(numbers, crowd(stage, numbers), strict=True)
    Phone.objects.bulk_create(
        [Phone(user=one, number=f"+4930{n:07d}", verified_at=clock.wall()) for n, one in people]
    )


def events(stage: Stage, numbers: Numbers) -> None:
    now = clock.wall()
    SecurityEvent.objects.bulk_create(
        [SecurityEvent(user=stage.owner, kind="signed_in", at=now, ip="192.0.2.1") for _ in numbers]
    )


def sessions(stage: Stage, numbers: Numbers) -> None:
    """Signed in by each of them, as by the one that asks."""
    mine = Session.objects.get(session_key=stage.token)
    keys = [f"session-of-lists-{n}" for n in numbers]
    Session.objects.bulk_create(
        [
            Session(session_key=key, session_data=mine.session_data, expire_date=mine.expire_date)
            for key in keys
        ]
    )
    UserSession.objects.bulk_create(
        [
            UserSession(user=stage.owner, ip="192.0.2.1", session_key=key, user_agent="A browser")
            for key in keys
        ]
    )


def trusted_browsers(stage: Stage, numbers: Numbers) -> None:
    now = clock.wall()
    facts = {"user": stage.owner, "trusted_at": now, "until": now + timedelta(days=30)}
    TrustedBrowser.objects.bulk_create([TrustedBrowser(token_digest=f"lists-{n}", **facts) for n in numbers])


def keys(stage: Stage, numbers: Numbers) -> None:
    """Passkeys with the devices that stand for them."""
    made = Authenticator.objects.bulk_create(
        [Authenticator(user=stage.owner, type=stage.key.type, data=stage.key.data) for _ in numbers]
    )
    AuthenticatorDevice.objects.bulk_create(
        [AuthenticatorDevice(user=stage.owner, authenticator=one, name="A key") for one in made]
    )


def email_addresses(stage: Stage, numbers: Numbers) -> None:
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=stage.owner, email=f"more{n}@example.com", verified=True) for n in numbers]
    )


def social_accounts(stage: Stage, numbers: Numbers) -> None:
    SocialApp.objects.get_or_create(provider="google", defaults={"name": "Google", "client_id": "lists"})
    SocialAccount.objects.bulk_create(
        [SocialAccount(user=stage.owner, provider="google", uid=f"lists-{n}") for n in numbers]
    )


def social_apps(stage: Stage, numbers: Numbers) -> None:
    SocialApp.objects.bulk_create(
        [SocialApp(provider="openid_connect", name=f"App {n}", client_id=str(n)) for n in numbers]
    )


def texts(stage: Stage, numbers: Numbers) -> None:
    now = clock.wall()
    facts: dict[str, Any] = {"user": stage.owner, "number": "+4930123456", "due_at": now, "good_until": now}
    TextMessage.objects.bulk_create(
        [TextMessage(kind="sign_in", state="sent", sent_at=now, **facts) for _ in numbers]
    )


def owed_mails(stage: Stage, numbers: Numbers) -> None:
    now = clock.now()
    OwedMail.objects.bulk_create(
        [OwedMail(user=stage.owner, kind="phrase_set", owed_at=now, due_at=now) for _ in numbers]
    )


def former_handles(stage: Stage, numbers: Numbers) -> None:
    now = clock.now()
    facts = {"user": stage.owner, "changed_at": now, "held_until": now + timedelta(days=30)}
    FormerHandle.objects.bulk_create([FormerHandle(handle=f"former{n}", **facts) for n in numbers])


def documents(stage: Stage, numbers: Numbers) -> list[LegalDocument]:
    """Versions that were in force one after the other."""
    since = clock.now() - timedelta(days=1)
    made = [
        LegalDocument(
            kind="coins",
            version=100 + n,
            starts_at=since + timedelta(seconds=n),
            title="Coins",
            body="Words.",
        )
        for n in numbers
    ]
    return LegalDocument.objects.bulk_create(made)


def acceptances(stage: Stage, numbers: Numbers) -> None:
    now = clock.now()
    Acceptance.objects.bulk_create(
        [Acceptance(user=stage.owner, document=one, accepted_at=now) for one in documents(stage, numbers)]
    )


def age_rules(stage: Stage, numbers: Numbers) -> None:
    facts: dict[str, Any] = {
        "country": "DE",
        "made_at": clock.now(),
        "made_by": stage.owner,
        "reason": "A test.",
    }
    AgeRule.objects.bulk_create([AgeRule(**facts) for _ in numbers])


def spending_freezes(stage: Stage, numbers: Numbers) -> None:
    now = clock.now()
    SpendingFreeze.objects.bulk_create(
        [SpendingFreeze(user=stage.owner, reason="age", at=now, lifted_at=now) for _ in numbers]
    )


def guardianships(stage: Stage, numbers: Numbers) -> None:
    now = clock.now()
    facts: dict[str, Any] = {
        "guardian_email": "parent@example.com",
        "guardian_name": "Jane",
        "relation": "parent",
    }
    Guardianship.objects.bulk_create(
        [Guardianship(minor=one, since=now, day_coins=100, **facts) for one in crowd(stage, numbers)]
    )


def guardian_asks(stage: Stage, numbers: Numbers) -> None:
    now = clock.wall()
    facts: dict[str, Any] = {"guardian_email": "parent@example.com", "asked_at": now, "expires_at": now}
    GuardianAsk.objects.bulk_create(
        [GuardianAsk(minor=stage.owner, token_digest=f"lists-{n}", closed_at=now, **facts) for n in numbers]
    )


def guardian_records(stage: Stage, numbers: Numbers) -> None:
    facts: dict[str, Any] = {"at": clock.now(), "guardian_name": "Jane", "relation": "parent"}
    facts |= {"budget": {"day": 100, "week": 350, "month": 1_000, "gift": 50}}
    GuardianRecord.objects.bulk_create(
        [GuardianRecord(guardianship=stage.guardianship, kind="budget", **facts) for _ in numbers]
    )


def rooms(stage: Stage, numbers: Numbers) -> None:
    """Live ones of others, and the owner's own that were."""
    now = clock.now()
    facts: dict[str, Any] = {"title": "Late piano", "started_at": now}
    Room.objects.bulk_create(
        [Room(creator=one, **facts) for one in crowd(stage, numbers)]
        + [Room(creator=stage.owner, status="ended", ended_at=now, **facts) for _ in numbers]
    )


def messages(stage: Stage, numbers: Numbers) -> None:
    said = [
        Say(stage.owner.pk, UUID(str(stage.things["room_id"])), f"Words {n}", f"lists-{n}") for n in numbers
    ]
    settle(MESSAGE, said, now=clock.now())


def comments(stage: Stage, numbers: Numbers) -> None:
    """Threads of as many people with a reply and a heart each."""
    now, owner = clock.now(), stage.owner
    facts: dict[str, Any] = {"creator": owner, "text": "Lovely.", "at": now}
    made = Comment.objects.bulk_create(
        [Comment(author=one, key=str(one.pk), **facts) for one in crowd(stage, numbers)]
    )
    Comment.objects.bulk_create(
        [Comment(author=owner, parent=one, key=f"lists-{one.pk}", **facts) for one in made]
    )
    CommentLike.objects.bulk_create([CommentLike(comment=one, person=owner, at=now) for one in made])


def replies(stage: Stage, numbers: Numbers) -> None:
    """In one thread, by as many people."""
    now, owner = clock.now(), stage.owner
    facts: dict[str, Any] = {"creator": owner, "text": "Lovely.", "at": now}
    thread, _ = Comment.objects.get_or_create(author=owner, key="thread", defaults=facts)
    Comment.objects.bulk_create(
        [Comment(author=one, parent=thread, key=str(one.pk), **facts) for one in crowd(stage, numbers)]
    )
