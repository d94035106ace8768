"""Asking something of the provider in three steps, so that a crash or a lost answer never does it twice.

1. The intent is committed: our key, the provider's idempotency key, a hash of the parameters.
2. The call is made, with no transaction open and no row locked.
3. The outcome is committed: done, refused, or unknown. Unknown is asked again with the same idempotency key.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import stripe
from django.db import transaction
from django.db.models import F

from ground import clock
from provider.alerts import raise_alert
from provider.errors import (
    ProviderKeyTooOld,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderUnknown,
    RequestChanged,
)
from provider.models import ProviderCall

KEY_LIFETIME = timedelta(hours=23)  # the provider forgets idempotency keys after 24 h (stripe.md, R10)

State = ProviderCall.State


@dataclass(frozen=True)
class Options:
    """What a request must carry: pass `options.stripe` as the client's `options`."""

    idempotency_key: str
    account: str

    @property
    def stripe(self) -> stripe.RequestOptions:
        options: stripe.RequestOptions = {"idempotency_key": self.idempotency_key}
        if self.account:
            options["stripe_account"] = self.account
        return options


def call(
    *,
    key: str,
    purpose: str,
    params: Mapping[str, Any],
    request: Callable[[stripe.RequestOptions], stripe.StripeObject],
    retrieve: Callable[[str], stripe.StripeObject],
    account: str = "",
) -> dict[str, Any]:
    """This will do what `request` asks exactly once per `key` and return the object made, as plain values.

    `request` gets the options to pass on; `retrieve` fetches the object by id when the call was done before.
    `params` are what `request` sends, for the hash. Opens its own transactions and must not run inside one.

    Raises:
        ProviderUnknown: it may have happened; call again with the same key and parameters.
        ProviderKeyTooOld: the same, but so old that the provider may have forgotten the key: look up first.
        ProviderRefused: nothing happened; a corrected request may be sent under the same `key`.
        RequestChanged: the outcome is open and these are not the parameters it was made with.
    """
    _demand_no_transaction()
    row = _intend(key=key, purpose=purpose, request_hash=_hash(params), account=account)
    if row.state == State.DONE:
        return read(lambda: retrieve(row.response_id))
    if row.first_sent_at is not None and row.first_sent_at < clock.now() - KEY_LIFETIME:
        raise ProviderKeyTooOld
    _note_sending(row)
    try:
        answer = request(Options(row.idempotency_key, account).stripe)
    except stripe.StripeError as error:
        raise _record_failure(row, error) from error
    return _record_done(row, answer)


def call_harmless(*, key: str, **how: Any) -> dict[str, Any]:
    """As `call`, for what may be done twice and harms nobody: an old key that cannot help any more is renewed.

    Raises:
        ProviderUnknown, ProviderRefused: as `call`. After a failure that the provider only repeats for the old key,
            the next try has a new one.
    """
    try:
        return call(key=key, **how)
    except (ProviderKeyTooOld, RequestChanged):
        renew(key=key)
        return call(key=key, **how)
    except ProviderUnknown as silence:
        if silence.replayed:
            renew(key=key)
        raise


def read(request: Callable[[], stripe.StripeObject]) -> dict[str, Any]:
    """This will make a call that changes nothing (a GET) and return the object as plain values.

    Must not run inside a transaction.

    Raises:
        ProviderUnknown, ProviderRefused: as `call`, without a record.
    """
    _demand_no_transaction()
    try:
        return plain(request())
    except stripe.StripeError as error:
        raise translate(error) from error


def _demand_no_transaction() -> None:
    assert not transaction.get_connection().in_atomic_block, "no transaction is held during an outside call"


def renew(*, key: str) -> None:
    """This will let the next `call` of `key` use a fresh idempotency key.

    Only after a look-up proved that nothing was made, or where a second object harms nobody.
    """
    with transaction.atomic(durable=True):
        row = ProviderCall.objects.select_for_update().get(key=key)
        if row.state != State.DONE:
            _start_afresh(row, row.request_hash)


def plain(answer: stripe.StripeObject) -> dict[str, Any]:
    """This will turn the library's object into dicts, lists and plain values."""
    return answer.to_dict()


def translate(error: stripe.StripeError) -> ProviderUnknown | ProviderRefused:
    """This will say what a failure of the client library means (stripe.md, R10, R11)."""
    status = error.http_status or 0
    words = str(error.user_message or error)[:500]
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return ProviderMisconfigured(words)
    if isinstance(error, stripe.RateLimitError) or status in (0, 409, 429) or status >= 500:
        replayed = (error.headers or {}).get("idempotent-replayed") == "true"
        return ProviderUnknown(words, replayed=replayed and status != 409)
    return ProviderRefused(
        words,
        provider_code=error.code or type(error).__name__,
        param=str(getattr(error, "param", None) or ""),
        http_status=status,
    )


def _intend(*, key: str, purpose: str, request_hash: str, account: str) -> ProviderCall:
    with transaction.atomic(durable=True):
        ProviderCall.objects.bulk_create(
            [
                ProviderCall(
                    key=key,
                    idempotency_key=f"{key}:0",
                    purpose=purpose,
                    request_hash=request_hash,
                    account=account,
                )
            ],
            ignore_conflicts=True,
        )
        row = ProviderCall.objects.select_for_update().get(key=key)
        if row.state == State.REFUSED:
            _start_afresh(row, request_hash)  # the provider would only repeat its refusal for the old key
        elif row.request_hash != request_hash and row.state != State.DONE:
            if row.first_sent_at is not None:
                raise RequestChanged
            _start_afresh(row, request_hash)
    return row


def _start_afresh(row: ProviderCall, request_hash: str) -> None:
    row.renewals += 1
    row.idempotency_key = f"{row.key}:{row.renewals}"
    row.request_hash = request_hash
    row.state = State.PENDING
    row.first_sent_at = row.finished_at = None
    row.save()


def _note_sending(row: ProviderCall) -> None:
    row.first_sent_at = row.first_sent_at or clock.now()
    ProviderCall.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, first_sent_at=row.first_sent_at)


def _record_done(row: ProviderCall, answer: stripe.StripeObject) -> dict[str, Any]:
    body = plain(answer)
    response = getattr(answer, "last_response", None)
    ProviderCall.objects.filter(pk=row.pk).update(
        state=State.DONE,
        response_id=str(body["id"]),
        provider_request_id=getattr(response, "request_id", None) or "",
        http_status=getattr(response, "code", None) or 200,
        error_code="",
        error_message="",
        finished_at=clock.wall(),
    )
    return body


def _record_failure(row: ProviderCall, error: stripe.StripeError) -> ProviderUnknown | ProviderRefused:
    """Write the outcome unless another worker with the same key already got the answer."""
    meaning = translate(error)
    refused = isinstance(meaning, ProviderRefused)
    ProviderCall.objects.filter(pk=row.pk, idempotency_key=row.idempotency_key).exclude(
        state=State.DONE
    ).update(
        state=State.REFUSED if refused else State.UNKNOWN,
        provider_request_id=error.request_id or "",
        http_status=error.http_status,
        error_code=(error.code or type(error).__name__)[:100],
        error_message=str(meaning)[:500],
        finished_at=clock.wall() if refused else None,
    )
    if isinstance(meaning, ProviderMisconfigured):
        raise_alert(
            code="provider_misconfigured", key="key", message=f"The provider refuses our key: {meaning}"
        )
    return meaning


def _hash(params: Mapping[str, Any]) -> str:
    canonical = json.dumps(params, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
