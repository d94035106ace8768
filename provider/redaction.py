"""Emptying our copies of what the provider told of a person: amounts, states and ids stay, everything else goes.

Copies are the inbox's payloads, dj-stripe's mirror, the errors of calls and the operators' alerts. What may stay is
listed (KEPT_TEXT): a member that the provider adds tomorrow is emptied too.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import batched
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from provider.models import InboxEvent, OperatorAlert, ProviderCall

# Members that may keep a short text: ids of the provider, words of its own lists.
_KEPT = """
    id object type currency status payment_status mode account api_version client_reference_id order payment_intent
    charge latest_charge balance_transaction customer payment_method destination transfer transfer_group payout
    source_transaction source source_type reporting_category capture_method confirmation_method reason code
    decline_code failure_code network_status risk_level interval schedule transfers card_payments
    ovation_account ovation_payout ovation_attempt method automatic disabled_reason pending_webhooks request
    idempotency_key default_currency business_type
"""
KEPT_TEXT = frozenset(_KEPT.split())
# Members that are about a person as a whole: nothing in them stays, not even a number.
_EMPTIED = """
    individual person company business_profile billing_details customer_details shipping shipping_details address dob
    verification owner card us_bank_account sepa_debit paypal link payment_method_details external_accounts
    tos_acceptance custom_fields custom_text collected_information relationship receipt_email receipt_number
"""
EMPTIED = frozenset(_EMPTIED.split())
SHORT_TEXT = re.compile(r"[A-Za-z0-9_.:-]{1,255}")
# What one object names and is about the same person: found in a first round, looked for in the next.
RELATED = re.compile(r"\b(?:pm|cus|card|ba|src|ch|py|pi|cs|re|pyr|seti)_[A-Za-z0-9_]{6,}\b")
ROUNDS = 4
AT_ONCE = 200  # terms in one scan
ROWS_AT_ONCE = 200
ERASED_WORDS = "About a person who was erased since."


def redacted(value: Any, name: str = "") -> Any:
    """`value` without what could name a person: short texts of KEPT_TEXT, numbers and the structure stay."""
    if name in EMPTIED:
        return None
    if isinstance(value, dict):
        return {key: redacted(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted(item, name) for item in value]
    if isinstance(value, str):
        return value if name in KEPT_TEXT and SHORT_TEXT.fullmatch(value) else None
    return value


def redact(*, ids: Iterable[str], words: Iterable[str]) -> int:
    """Empty every copy that is about one of the provider's `ids` or has one of `words` in it; how many rows.

    Joins the caller's transaction. Doing it twice does no harm: what comes later is emptied by the second time.
    """
    known, wanted = set(ids), sorted({word for word in words if word})
    done = _inbox(known, wanted) + _calls(known, wanted) + _alerts(known, wanted)
    fresh: Collection[str] = known
    for _ in range(ROUNDS):
        related = {one for model in mirrored() for one in _mirror(model, fresh, wanted)}
        done += len(related)
        fresh = related - known
        known |= fresh
        if not fresh:
            break
        done += _inbox(fresh, [])
        wanted = []
    return done


def copies(ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What the provider told about these ids, as it stands in our copies: for a person's export."""
    terms = sorted(set(ids))
    for some in batched(terms, AT_ONCE):
        events = InboxEvent.objects.filter(Q(object_id__in=some) | Q(account__in=some)).order_by("pk")
        for event in events.iterator(chunk_size=ROWS_AT_ONCE):
            yield {
                "id": event.event_id,
                "kind": event.type,
                "at": event.happened_at,
                "content": event.payload,
            }
        for model in mirrored():
            for row in model._default_manager.filter(id__in=some).iterator(chunk_size=ROWS_AT_ONCE):
                kind = f"mirror of a {model._meta.model_name}"
                yield {"id": row.id, "kind": kind, "at": row.created, "content": row.stripe_data}


def mirrored() -> list[Any]:
    """dj-stripe's models that hold copies of the provider's objects."""
    tables = apps.get_app_config("djstripe").get_models()
    return [
        model for model in tables if {"stripe_data", "id"} <= {f.name for f in model._meta.concrete_fields}
    ]


def _inbox(ids: Collection[str], words: Collection[str]) -> int:
    rows = InboxEvent.objects.annotate(text=Cast("payload", models.TextField()))
    done = 0
    for wanted in _searches("text", ids, words):
        about = wanted | Q(object_id__in=ids) | Q(account__in=ids)
        for row in rows.filter(about).iterator(chunk_size=ROWS_AT_ONCE):
            InboxEvent.objects.filter(pk=row.pk).update(
                payload=redacted(row.payload), error="", mirror_error=""
            )
            done += 1
    return done


def _calls(ids: Collection[str], words: Collection[str]) -> int:
    done = ProviderCall.objects.exclude(error_message="").filter(response_id__in=ids).update(error_message="")
    for wanted in _searches("error_message", ids, words):
        done += ProviderCall.objects.filter(wanted).update(error_message="")
    return done


def _alerts(ids: Collection[str], words: Collection[str]) -> int:
    texts = ("message", "resolution", "facts_text")
    rows = OperatorAlert.objects.annotate(facts_text=Cast("facts", models.TextField()))
    done = 0
    for text in texts:
        for wanted in _searches(text, ids, words):
            found = list(rows.filter(wanted).values_list("pk", flat=True))
            closed = OperatorAlert.objects.filter(pk__in=found)
            closed.exclude(resolution="").update(resolution=ERASED_WORDS)
            done += closed.update(message=ERASED_WORDS, facts={})
    return done


def _mirror(model: Any, ids: Collection[str], words: Collection[str]) -> set[str]:
    """Empty the rows of one mirrored table; the ids that they named."""
    names = [f.name for f in model._meta.concrete_fields if isinstance(f, models.JSONField)]
    free = [f for f in model._meta.concrete_fields if f.name in ("email", "fingerprint")]
    casts = {f"{name}_text": Cast(name, models.TextField()) for name in names}
    related: set[str] = set()
    for name in names:
        for wanted in _searches(f"{name}_text", ids, words):
            rows = model._default_manager.annotate(**casts).filter(wanted | Q(id__in=ids))
            for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
                related |= {row.id, *RELATED.findall(" ".join(getattr(row, key) or "" for key in casts))}
                emptied = {key: redacted(getattr(row, key)) for key in names}
                emptied |= {field.name: None if field.null else "" for field in free}
                model._default_manager.filter(pk=row.pk).update(**emptied)
    return related


def _searches(column: str, ids: Iterable[str], words: Iterable[str]) -> Iterator[Q]:
    """Conditions that find the terms in a text column, some hundred terms in each scan."""
    for some in batched(sorted(ids), AT_ONCE):
        yield Q(**{f"{column}__regex": rf"\m({'|'.join(map(re.escape, some))})\M"})
    for some in batched(sorted(words), AT_ONCE):
        # Whole addresses: not the one that ends or begins with a shorter one.
        terms = "|".join(map(re.escape, some))
        yield Q(**{f"{column}__iregex": rf"(?<![A-Za-z0-9._%+-])({terms})(?![A-Za-z0-9-])"})
