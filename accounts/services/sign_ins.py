"""Sign-ins, good and failed, are written down; one from a device not seen before is told by mail."""

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.db import connection, transaction
from django.http import HttpRequest

from accounts import known_devices, mails
from accounts.models import KnownDevice, SecurityEvent, User
from accounts.not_me import not_me_path
from accounts.services.activity import USER_AGENT_MAX, record_security_event
from accounts.services.mail import owe_mail
from ground import clock

DEVICE_KEY = "accounts.known_device"  # in the session: which device it was begun from
FAILURES = ("sign_in_failed", "wrong_code")
NOBODY = 0  # no person's key; the reference is checked at the commit, which does not come
FAILURES_WITHIN = timedelta(hours=1)
FAILURES_FROM_ONE_ADDRESS = 3
FAILURES_MAX = 20  # a stranger cannot fill the list, nor hide a second stranger's first tries


def note_sign_in(*, user: User, request: HttpRequest, method: str, now: datetime) -> None:
    """Write down a sign-in, and owe a mail if it came from a device not seen before. `now` in wall time.

    The very first sign-in of an account is no news to its person.
    """
    with transaction.atomic():
        is_first = not SecurityEvent.objects.filter(user=user, kind__in=("signed_in", "new_device")).exists()
        is_new = _meet_device(user, request, now)
        kind = "new_device" if is_new and not is_first else "signed_in"
        facts = {"method": method} if method else {}
        event = record_security_event(user=user, kind=kind, now=now, request=request, **facts)
        if kind == "new_device":
            notice = mails.notice_facts(at=event.at, ip=event.ip, user_agent=event.user_agent)
            notice["not_me"] = not_me_path(user, f"sign_in:{event.pk}")
            owe_mail(user=user, kind="new_device", facts=notice, now=clock.now())


def note_failed_sign_in(
    *, user: User | None, request: HttpRequest, kind: str, reason: str, now: datetime
) -> None:
    """Write down that somebody could not get in as `user`; the fourth within an hour from one address is left out.

    How long the answer takes must not tell that the account exists: for nobody, and for what is left out, the same
    is done and taken back, and the write does not wait for the disk.
    """
    person = user or User(pk=NOBODY)
    is_flooded = _is_flooded(person, get_adapter().get_client_ip(request), now - FAILURES_WITHIN)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
        record_security_event(user=person, kind=kind, now=now, request=request, reason=reason)
        if user is None or is_flooded:
            transaction.set_rollback(True)


def _meet_device(user: User, request: HttpRequest, now: datetime) -> bool:
    """Know the device from now on; whether it is new to this person."""
    token = known_devices.token_shown(request) or known_devices.new_token()
    known_devices.give_token(request, token)
    device, is_new = KnownDevice.objects.get_or_create(
        user=user,
        token_hash=known_devices.hash_of(token),
        defaults={
            "first_seen_at": now,
            "last_seen_at": now,
            "user_agent": request.headers.get("User-Agent", "")[:USER_AGENT_MAX],
        },
    )
    if not is_new:
        KnownDevice.objects.filter(pk=device.pk).update(last_seen_at=now)
    request.session[DEVICE_KEY] = device.pk
    return is_new


def _is_flooded(user: User, ip: str | None, since: datetime) -> bool:
    failures = SecurityEvent.objects.filter(user=user, kind__in=FAILURES).order_by("-pk")
    recent = [row_ip for row_ip, at in failures.values_list("ip", "at")[:FAILURES_MAX] if at >= since]
    return len(recent) >= FAILURES_MAX or recent.count(ip) >= FAILURES_FROM_ONE_ADDRESS
