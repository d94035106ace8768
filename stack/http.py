"""Small HTTP questions to our own loopback servers."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from stack.errors import StackError

TIMEOUT_S = 10.0


def is_ok(url: str) -> bool:
    """This will say whether the address answers 200 now."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310 (always our own loopback address)
            return bool(answer.status == 200)
    except OSError:
        return False


def call(
    url: str,
    *,
    json_body: Any = None,
    form: Mapping[str, str] | None = None,
    bearer: str = "",
    method: str = "",
) -> Any:
    """This will GET the address, or POST the body given, and return the answer's JSON.

    Raises:
        StackError: no answer, or one that is not 2xx.
    """
    headers = {"Accept": "application/json"}
    body = None
    if json_body is not None:
        body = json.dumps(json_body).encode()
        headers["Content-Type"] = "application/json"
    elif form is not None:
        body = urllib.parse.urlencode(form).encode()
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    request = urllib.request.Request(url, data=body, headers=headers, method=method or None)  # noqa: S310 (as above)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 (as above)
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        words = error.read().decode("utf-8", "replace")[:500]
        raise StackError(f"{url.split('?')[0]} answered {error.code}: {words}") from error
    except OSError as error:
        raise StackError(f"{url.split('?')[0]} did not answer: {error}") from error
