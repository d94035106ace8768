"""What operators do about a dispute: note, send evidence, or accept it. Deciding is the bank's.

A call to the provider is made with no transaction open, under a stored key; what it changed is learnt by looking.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import stripe
from django.db import transaction

from accounts.models import User
from care.dispute_errors import (
    MayNotAcceptDispute,
    MayNotAnswerDispute,
    NothingToAnswer,
    OwnDispute,
    WordsRequired,
)
from care.dispute_states import DisputeStatus
from care.dispute_states import DisputeStepKind as Did
from care.models import Dispute, DisputeStep
from care.services.dispute_effects import record
from care.services.disputes import look_at_dispute
from ground.errors import NotFound
from provider import calls
from provider.client import stripe_client
from provider.errors import ProviderRefused, ProviderUnknown
from provider.models import ProviderCall
from wallet.services.steps import Source

LONGEST_WORDS = 20_000  # of a text of evidence, as the provider allows


def note_dispute(*, dispute_id: UUID, operator: User, body: str, key: str, now: datetime) -> DisputeStep:
    """This will keep a note among operators, once per `key`.

    Raises:
        NotFound, MayNotAnswerDispute, OwnDispute, WordsRequired: nothing was kept.
    """
    case = _answerable(dispute_id, operator)
    return _keep(case, Did.NOTED, operator, _words(body), key, now)


def send_evidence(
    *, dispute_id: UUID, operator: User, text: str, is_final: bool, key: str, now: datetime
) -> Dispute:
    """This will save `text` as evidence at the provider, and send it to the bank if `is_final`; once per `key`.

    Raises:
        NotFound, MayNotAnswerDispute, OwnDispute, WordsRequired: nothing was sent.
        NothingToAnswer: the provider waits for no evidence.
        ProviderUnknown: it may have been sent; the same again with the same key does it once.
    """
    case, words = _answerable(dispute_id, operator), _words(text)
    kind = Did.EVIDENCE_SENT if is_final else Did.EVIDENCE_KEPT
    if case.steps.filter(kind=kind, key=key).exists():
        return case
    if not case.waits_for_answer and not _was_asked(case, f"evidence:{key}"):
        raise NothingToAnswer(dispute_status=case.status)
    params: dict[str, Any] = {"evidence": {"uncategorized_text": words}, "submit": is_final}
    update = stripe_client().v1.disputes.update
    _ask(
        case,
        f"evidence:{key}",
        params,
        lambda options: update(case.provider_id, params, options),  # type: ignore[arg-type]
        now,
    )
    _keep(case, kind, operator, words, key, now)
    return _look(case, now)


def accept_dispute(
    *, dispute_id: UUID, operator: User, verified: bool, reason: str, now: datetime
) -> Dispute:
    """This will tell the provider that we do not contest: the dispute is lost at once, and for good. Twice is once.

    `verified`: the session used a second factor a short while ago.

    Raises:
        NotFound, MayNotAcceptDispute, OwnDispute, WordsRequired: nothing was done.
        NothingToAnswer: it is decided, or evidence was sent.
        ProviderUnknown: it may have been accepted; the same again does it once.
    """
    case = _found(dispute_id)
    if not (verified and _is_operator(operator) and operator.has_perm("care.accept_dispute")):
        raise MayNotAcceptDispute
    _demand_other(case, operator)
    words = _words(reason)
    if case.steps.filter(kind=Did.ACCEPTED).exists():
        return _look(case, now)
    if case.status != DisputeStatus.NEEDS_RESPONSE and not _was_asked(case, "close"):
        raise NothingToAnswer(dispute_status=case.status)
    close = stripe_client().v1.disputes.close
    _ask(case, "close", {}, lambda options: close(case.provider_id, {}, options), now)
    _keep(case, Did.ACCEPTED, operator, words, "close", now)
    return _look(case, now)


def ask_now(*, dispute_id: UUID, operator: User, now: datetime) -> Dispute:
    """This will ask the provider how the dispute stands, and follow.

    Raises:
        NotFound, MayNotAnswerDispute, OwnDispute: nothing was asked.
        ProviderUnknown: it did not answer.
    """
    case = _answerable(dispute_id, operator)
    return look_at_dispute(provider_id=case.provider_id, source=Source.OPERATOR, now=now)


def _ask(
    case: Dispute,
    name: str,
    params: dict[str, Any],
    request: Callable[[stripe.RequestOptions], stripe.StripeObject],
    now: datetime,
) -> None:
    """One call to the provider. A refusal means that it stands otherwise there than here: look, then say so."""
    retrieve = stripe_client().v1.disputes.retrieve
    try:
        calls.call_harmless(
            key=_call_key(case, name),
            purpose=f"dispute_{name.partition(':')[0]}",
            params=params,
            request=request,
            retrieve=lambda _: retrieve(case.provider_id),
        )
    except ProviderRefused as refusal:
        fresh = _look(case, now)
        raise NothingToAnswer(str(refusal), dispute_status=fresh.status) from refusal


def _was_asked(case: Dispute, name: str) -> bool:
    """Whether this very thing left for the provider before, and was not refused: then its answer is still wanted."""
    asked = ProviderCall.objects.filter(key=_call_key(case, name), first_sent_at__isnull=False)
    return asked.exclude(state=ProviderCall.State.REFUSED).exists()


def _call_key(case: Dispute, name: str) -> str:
    return f"dispute:{case.provider_id}:{name}"


def _look(case: Dispute, now: datetime) -> Dispute:
    """What the provider says now; if it is silent, the sweep hears it soon."""
    try:
        return look_at_dispute(provider_id=case.provider_id, source=Source.OPERATOR, now=now)
    except ProviderUnknown:
        Dispute.objects.filter(pk=case.pk).update(next_check_at=now)
        return case


def _keep(case: Dispute, kind: Did, operator: User, body: str, key: str, now: datetime) -> DisputeStep:
    with transaction.atomic(durable=True):
        locked = Dispute.objects.select_for_update().get(pk=case.pk)
        earlier = locked.steps.filter(kind=kind, key=key).first()
        write = partial(record, locked, kind, now=now, actor=operator, body=body, key=key)
        return earlier or write()


def _answerable(dispute_id: UUID, operator: User) -> Dispute:
    case = _found(dispute_id)
    if not (_is_operator(operator) and operator.has_perm("care.answer_dispute")):
        raise MayNotAnswerDispute
    _demand_other(case, operator)
    return case


def _found(dispute_id: UUID) -> Dispute:
    case = Dispute.objects.select_related("order").filter(pk=dispute_id).first()
    if case is None:
        raise NotFound
    return case


def _is_operator(person: User) -> bool:
    return person.is_active and person.is_staff


def _demand_other(case: Dispute, operator: User) -> None:
    if case.order is not None and case.order.user_id == operator.pk:
        raise OwnDispute


def _words(text: str) -> str:
    words = text.strip()[:LONGEST_WORDS]
    if not words:
        raise WordsRequired
    return words
