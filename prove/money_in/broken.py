"""Broken towns: the proof of money in, run against each of these, must fail.

This module is the settings of such a town (`DJANGO_SETTINGS_MODULE`) and the app that breaks it: every process of it,
web, worker and beat, is broken alike. What is replaced must be there, so that no mutant turns healthy unnoticed.
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.apps import AppConfig, apps

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as HEALTHY_APPS

CHOSEN = "PROOF_MUTANT"  # the environment variable that names one of MUTANTS


class Broken(AppConfig):
    name = "prove.money_in"
    label = "broken"

    def ready(self) -> None:
        MUTANTS[os.environ[CHOSEN]].apply()


INSTALLED_APPS = [*HEALTHY_APPS, f"{__name__}.Broken"]


@dataclass(frozen=True)
class Mutant:
    """One way to break it. `found_by`: the check that must not hold (prove/money_in/audit.py)."""

    why: str
    found_by: str
    apply: Callable[[], None]


def _credit_the_unpaid() -> None:
    payments = _module("wallet.payments")
    _replace(payments.Payment, "is_paid", property(lambda payment: True))


def _forget_the_fee() -> None:
    _replace(_module("wallet.bookings"), "provider_fee", lambda order, fee: None)


def _forget_the_key() -> None:
    calls = _module("provider.calls")
    options = calls.Options.stripe.fget
    _replace(
        calls.Options,
        "stripe",
        property(lambda own: options(replace(own, idempotency_key=secrets.token_hex(8)))),
    )


MUTANTS = {
    "unpaid": Mutant(
        "whoever opened a payment page has the coins",
        "nobody has coins without a payment",
        _credit_the_unpaid,
    ),
    "no-fee": Mutant(
        "what the provider keeps is not booked",
        "our cash is what the provider's own journal says",
        _forget_the_fee,
    ),
    "no-key": Mutant(
        "a call that is asked again is another call: a refund whose answer was lost is made twice",
        "refunds are the provider's",
        _forget_the_key,
    ),
}


def _module(name: str) -> Any:
    """A module that Django has loaded by now."""
    assert apps.models_ready
    return __import__(name, fromlist=["*"])


def _replace(owner: Any, name: str, instead: Any) -> None:
    assert hasattr(owner, name), f"{owner} has no {name} any more: the mutant has to follow the program"
    setattr(owner, name, instead)
