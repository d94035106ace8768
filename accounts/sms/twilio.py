"""A gateway that speaks Twilio's REST protocol: Twilio itself, or whoever is compatible.

POST {base}/2010-04-01/Accounts/{sid}/Messages.json, HTTP basic auth, a form with To, Body and From or
MessagingServiceSid; 201 with a `sid`, else JSON with `code` and `message`.
https://www.twilio.com/docs/messaging/api/message-resource
"""

import math
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from django.utils import timezone

from accounts.sms.gateway import GatewayBusy, GatewayRefused, GatewaySilent, NumberRefused

TIMEOUT_S = 10.0
BUSY_WAIT_S = 30  # when a busy gateway does not say how long
MOST_WAIT_S = 300
# Twilio's error numbers that speak of the receiver, not of us.
ABOUT_THE_NUMBER = frozenset({21211, 21214, 21217, 21265, 21408, 21421, 21610, 21612, 21614})


class TwilioGateway:
    """One account at a Twilio-compatible provider."""

    def __init__(
        self, *, base_url: str, account_sid: str, auth_token: str, sender: str, timeout_s: float = TIMEOUT_S
    ) -> None:
        """`sender` is a number (+…), a name of up to 11 letters, or a messaging service (MG…)."""
        self._url = f"{base_url}/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._auth = httpx.BasicAuth(account_sid, auth_token)
        self._sender = {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}
        self._timeout_s = timeout_s

    def send(self, *, number: str, text: str) -> str:
        """See TextGateway.send."""
        form = {"To": number, "Body": text, **self._sender}
        try:
            answer = httpx.post(
                self._url, data=form, auth=self._auth, timeout=self._timeout_s, follow_redirects=False
            )
        except httpx.TimeoutException as error:
            raise GatewaySilent("timeout") from error
        except httpx.ConnectError as error:
            raise GatewayBusy("unreachable", retry_after_s=BUSY_WAIT_S) from error
        except httpx.HTTPError as error:
            raise GatewaySilent("broken_off") from error
        return _reference(answer)


def _reference(answer: httpx.Response) -> str:
    facts = _facts(answer)
    if answer.status_code in (200, 201):
        reference = facts.get("sid")
        if not isinstance(reference, str) or not reference:
            raise GatewaySilent("unreadable")
        return reference[:64]
    if answer.status_code == 429:
        raise GatewayBusy("rate_limited", retry_after_s=_wait_s(answer))
    if answer.status_code >= 500:
        raise GatewayBusy(f"status_{answer.status_code}", retry_after_s=_wait_s(answer))
    reason = (
        f"error_{facts['code']}" if isinstance(facts.get("code"), int) else f"status_{answer.status_code}"
    )
    if facts.get("code") in ABOUT_THE_NUMBER:
        raise NumberRefused(reason)
    raise GatewayRefused(reason)


def _facts(answer: httpx.Response) -> dict[str, Any]:
    try:
        facts = answer.json()
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _wait_s(answer: httpx.Response) -> int:
    """Retry-After in seconds or as a date, within reason."""
    given = answer.headers.get("Retry-After", "").strip()
    if given.isdecimal():
        wait = float(given)
    else:
        try:
            wait = (parsedate_to_datetime(given) - timezone.now()).total_seconds()
        except (TypeError, ValueError):
            wait = BUSY_WAIT_S
    return min(MOST_WAIT_S, max(1, math.ceil(wait)))
