"""One request as one role, undone afterwards, and what its answer says about the right to make it."""

from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

type Answer = Any  # a response of the test client

API = ("/api/v1/", "/_allauth/")


class Verdict(StrEnum):
    """What an answer says about the right to make the request."""

    YES = "yes"  # served, or refused for another reason than who asks
    SIGN_IN = "sign in"  # a page leads to the sign-in, a program gets 401
    STEP_UP = "step up"  # a second factor is asked for
    GATE = "gate"  # the back office's door, which says why
    NO = "403"
    MISSING = "404"
    BROKEN = "5xx"


def ask(method: str, path: str, *, token: str | None) -> Answer:
    """The answer to an empty request: as a program below API, else as a browser. Limits know nothing of others'."""
    cache.clear()
    client = Client(raise_request_exception=False)
    if path.startswith(API):
        content: dict[str, Any] = (
            {} if method == "GET" else {"data": "{}", "content_type": "application/json"}
        )
        headers = {} if token is None else {"X-Session-Token": token}
        return client.generic(method, path, headers=headers, **content)
    if token is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = token
    return client.post(path) if method == "POST" else client.generic(method, path)


def verdict(answer: Answer) -> Verdict:
    """What the answer says."""
    status = answer.status_code
    if status >= 500:
        return Verdict.BROKEN
    if status == 401:
        known = b'"step_up_required"' in answer.content or b'"is_authenticated": true' in answer.content
        return Verdict.STEP_UP if known else Verdict.SIGN_IN
    if status == 404:
        return Verdict.MISSING
    if status == 403:
        return Verdict.STEP_UP if b'"step_up_required"' in answer.content else Verdict.NO
    if status in (301, 302, 303):
        return _of_redirect(answer.headers["Location"])
    return Verdict.YES


def _of_redirect(location: str) -> Verdict:
    if location.startswith("/accounts/login/?"):
        return Verdict.SIGN_IN
    if location.startswith(("/accounts/2fa/reauthenticate/", "/accounts/reauthenticate/")):
        return Verdict.STEP_UP
    if location.startswith("/admin/login/"):
        return Verdict.GATE
    return Verdict.YES


def written() -> dict[str, int]:
    """Table → rows written in this transaction so far, also by what was taken back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())
