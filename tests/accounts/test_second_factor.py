"""Codes: once each, ever slower after wrong ones, and encrypted at rest."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from accounts import crypto, services
from accounts.errors import TooManyCodes, WrongCode
from accounts.models import AuthenticatorDevice, User
from tests.fixtures.accounts import code_now, new_totp_secret, recovery_codes, totp_code

pytestmark = pytest.mark.django_db


def wrong_code(person: User) -> str:
    """Six digits that no authenticator of the person takes now."""
    taken = {totp_code(person, steps=n) for n in (-1, 0, 1)} | set(recovery_codes(person))
    return next(code for code in (f"{n:06}" for n in range(1000)) if code not in taken)


@pytest.mark.parametrize("later_s", [1, 29, 31, 32, 59, 61, 89])
def test_a_code_passes_once_and_never_again(creator: User, later_s: int) -> None:
    start = time.time() // 30 * 30
    with time_machine.travel(start, tick=False) as traveller:
        code = totp_code(creator)
        services.verify_code(user=creator, code=code)
        cache_is_as_old_as(later_s)
        traveller.move_to(start + later_s)
        with pytest.raises(WrongCode):
            services.verify_code(user=creator, code=code)


def cache_is_as_old_as(seconds: int) -> None:
    """Valkey keeps its own time: let what it would have forgotten by then be forgotten."""
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    for key in client.keys("*allauth.mfa.totp.used*"):
        left_s = client.ttl(key)
        if left_s <= seconds:
            client.delete(key)


@pytest.mark.parametrize("steps", [-1, 1])
def test_the_code_of_another_half_minute_is_refused(creator: User, steps: int) -> None:
    with pytest.raises(WrongCode):
        services.verify_code(user=creator, code=totp_code(creator, steps=steps))


def test_each_wrong_code_doubles_the_wait(creator: User) -> None:
    wrong = wrong_code(creator)
    waits_s = []
    for _ in range(5):
        with pytest.raises(WrongCode):
            services.verify_code(user=creator, code=wrong)
        with pytest.raises(TooManyCodes) as refusal:
            services.verify_code(user=creator, code=totp_code(creator))
        waits_s.append(refusal.value.extra["retry_after_s"])
        let_the_wait_pass(creator)
    assert waits_s == [1, 2, 4, 8, 16]
    assert services.verify_code(user=creator, code=totp_code(creator)).type == "totp"
    assert not AuthenticatorDevice.objects.filter(throttling_failure_count__gt=0).exists()


def let_the_wait_pass(person: User) -> None:
    AuthenticatorDevice.objects.filter(user=person).update(
        throttling_failure_timestamp=timezone.now() - timedelta(hours=1)
    )


def test_the_wait_of_one_person_is_not_anothers(creator: User, stranger: User) -> None:
    with pytest.raises(WrongCode):
        services.verify_code(user=creator, code=wrong_code(creator))
    assert services.verify_code(user=stranger, code=totp_code(stranger)).type == "totp"


def test_somebody_elses_code_is_wrong(creator: User, stranger: User) -> None:
    with pytest.raises(WrongCode):
        services.verify_code(user=creator, code=totp_code(stranger))
    with pytest.raises(TooManyCodes):
        services.verify_code(user=creator, code=recovery_codes(stranger)[0])


@pytest.mark.django_db(transaction=True)
def test_a_recovery_code_passes_once_when_four_race(
    creator: User, race: Callable[[int, Callable[[], Any]], list[Any]]
) -> None:
    code = recovery_codes(creator)[0]
    outcomes = race(4, lambda: services.verify_code(user=creator, code=code))
    assert sum(isinstance(outcome, Authenticator) for outcome in outcomes) == 1
    assert len(recovery_codes(creator)) == 9
    assert code not in recovery_codes(creator)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_counted_one_by_one(
    creator: User, race: Callable[[int, Callable[[], Any]], list[Any]]
) -> None:
    wrong = wrong_code(creator)
    outcomes = race(4, lambda: services.verify_code(user=creator, code=wrong))
    assert outcomes.count(TooManyCodes) == 3
    assert outcomes.count(WrongCode) == 1


def test_secrets_are_encrypted_at_rest(person: Callable[..., User]) -> None:
    secret = new_totp_secret()
    creator = person("dora", totp_secret=secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator WHERE user_id = %s", [creator.pk])
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert secret not in stored
    assert not any(code in stored for code in recovery_codes(creator))
    assert services.verify_code(user=creator, code=code_now(secret)).type == "totp"


def test_keys_rotate_and_a_lost_key_is_noticed(settings: Any) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.OVATION_FERNET_KEYS = [old]
    token = crypto.encrypt("JBSWY3DP")
    settings.OVATION_FERNET_KEYS = [new, old]
    assert crypto.decrypt(token) == "JBSWY3DP"
    rotated = crypto.rotate(token)
    settings.OVATION_FERNET_KEYS = [new]
    assert crypto.decrypt(rotated) == "JBSWY3DP"
    with pytest.raises(InvalidToken):
        crypto.decrypt(token)
