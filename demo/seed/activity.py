"""What those with a login did with their accounts before the visitor comes."""

from datetime import timedelta

from accounts import services
from accounts.models import SecurityEvent, User
from demo.seed.cast import Cast
from ground import clock

LAPTOP = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1 Version/18.6 Mobile Safari/604.1"
STRANGER = "python-requests/2.32"
PHRASE = "seven clapping herons"

# Days ago, kind, device, address, facts. The addresses are of the ranges kept for examples.
STORY: tuple[tuple[float, str, str, str, dict[str, str | int]], ...] = (
    (27.9, "signed_in", LAPTOP, "198.51.100.24", {"method": "password"}),
    (27.8, "authenticator_app_added", LAPTOP, "198.51.100.24", {}),
    (27.8, "recovery_codes_made", LAPTOP, "198.51.100.24", {}),
    (21.4, "new_device", PHONE, "198.51.100.24", {"method": "password and an authenticator app"}),
    (12.1, "signed_in", LAPTOP, "198.51.100.24", {"method": "password and an authenticator app"}),
    (6.6, "sign_in_failed", STRANGER, "203.0.113.77", {"reason": "Wrong password"}),
    (6.6, "sign_in_failed", STRANGER, "203.0.113.77", {"reason": "Wrong password"}),
    (5.9, "password_changed", LAPTOP, "198.51.100.24", {}),
    (0.9, "signed_in", PHONE, "198.51.100.31", {"method": "password and an authenticator app"}),
)


def look_after_accounts(cast: Cast) -> None:
    """Give the demo fan and the demo creator an activity to read, and the fan a phrase for their mails."""
    for person in (cast.fans[0], cast.creators[0]):
        _tell(person)
    services.set_phrase(user=cast.fans[0], phrase=PHRASE, now=clock.now())


def _tell(person: User) -> None:
    now = clock.wall()
    rows = [
        SecurityEvent(
            user=person, kind=kind, at=now - timedelta(days=days), user_agent=device, ip=ip, facts=facts
        )
        for days, kind, device, ip, facts in STORY
    ]
    SecurityEvent.objects.bulk_create(rows)
