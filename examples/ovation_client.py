"""A small client of Ovation's REST API, as a program of yours might have one: httpx and the standard library."""

import base64
import hashlib
import hmac
import json
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Self
from urllib.parse import urljoin

import httpx

CODE_PERIOD_S = 30
HEADLESS = "/_allauth/app/v1"


class Unexpected(Exception):
    """An answer that is not the one the API promises."""


def one_time_code(secret: str, at: float | None = None) -> str:
    """RFC 6238: the six digits that an authenticator app shows for the base32 `secret`."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // CODE_PERIOD_S)
    digest = hmac.new(base64.b32decode(secret, casefold=True), counter, hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def wait_for[T](what: str, question: Callable[[], T | None], timeout_s: float = 20) -> T:
    """Ask until the answer is not None.

    Raises:
        Unexpected: it did not come within `timeout_s`.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        answer = question()
        if answer is not None:
            return answer
        time.sleep(0.15)
    raise Unexpected(f"{what} did not come within {timeout_s:g} s")


@dataclass
class Form:
    """One HTML form as a browser would read it: where it goes and what its fields hold."""

    action: str
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The forms of an HTML page."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.address = str(response.url)
        self.forms: list[Form] = []
        self._select = ""
        self.feed(response.text)

    def form_with(self, *names: str) -> Form:
        """The first form that has all the fields or buttons `names`."""
        for form in self.forms:
            if set(names) <= form.fields.keys() | {name for name, _ in form.buttons}:
                return form
        raise Unexpected(f"{self.address} has no form with {', '.join(names)}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, values.get("action") or self.address)
            self.forms.append(Form(action, values.get("method", "get").lower()))
        elif self.forms:
            self._read_field(tag, values)

    def _read_field(self, tag: str, values: dict[str, str]) -> None:
        fields, name, kind = self.forms[-1].fields, values.get("name", ""), values.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in values or self._select not in fields):
            fields[self._select] = values.get("value", "")
        elif tag == "button" or (tag == "input" and kind == "submit"):
            self.forms[-1].buttons.append((name, values.get("value", "")))
        elif name and (tag == "textarea" or kind not in ("checkbox", "radio") or "checked" in values):
            fields[name] = values.get("value", "")
        elif name and kind == "radio":
            fields.setdefault(name, values.get("value", ""))


class Browser:
    """What a person's browser does, without the pictures: cookies, forms, redirects."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=30)

    def open(self, address: str) -> Page:
        return self._read(self.http.get(address))

    def submit(self, form: Form, **values: str) -> Page:
        """Send `form` with `values` filled in, as its button would."""
        body = form.fields | values
        if form.method == "get":
            return self._read(self.http.get(form.action, params=body))
        return self._read(self.http.post(form.action, data=body, headers={"Referer": form.action}))

    def _read(self, response: httpx.Response) -> Page:
        if response.status_code >= 400:
            raise Unexpected(f"{response.url} answered {response.status_code}: {response.text[:300]}")
        return Page(response)


class Client:
    """One person's session with the API."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=30)
        self.secret = ""

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, method: str, path: str, body: Any = None, *, expect: int = 200, key: str = "") -> Any:
        """Send a request and return the JSON of its answer.

        Raises:
            Unexpected: another status than `expect`; says which problem the server named.
        """
        headers = {"Idempotency-Key": key} if key else {}
        response = self.http.request(method, path, json=body, headers=headers)
        answer = response.json() if response.content else {}
        self._keep_token(answer)
        if response.status_code != expect:
            raise Unexpected(
                f"{method} {path} answered {response.status_code}, not {expect}: {response.text[:500]}"
            )
        return answer

    def sign_up(self, person: dict[str, Any], mailed_code: Callable[[], str]) -> None:
        """Register, then confirm the address with the code that came by mail."""
        self.call(
            "POST", f"{HEADLESS}/auth/signup", person, expect=401
        )  # 401: the address is still to be proven
        self.call("POST", f"{HEADLESS}/auth/email/verify", {"key": mailed_code()})

    def enrol_second_factor(self) -> None:
        """Add an authenticator app; its secret stays in `self.secret`."""
        offer = self.call("GET", f"{HEADLESS}/account/authenticators/totp", expect=404)
        self.secret = offer["meta"]["secret"]
        self.call("POST", f"{HEADLESS}/account/authenticators/totp", {"code": one_time_code(self.secret)})

    def step_up(self) -> None:
        """Prove the second factor again. A code counts once, so wait for the next one when this one is used up."""
        path = f"{HEADLESS}/auth/2fa/reauthenticate"

        def proven() -> bool | None:
            response = self.http.post(path, json={"code": one_time_code(self.secret)})
            if response.status_code == 429:
                raise Unexpected(f"{path}: too many tries")
            if response.status_code != 200:
                time.sleep(CODE_PERIOD_S - time.time() % CODE_PERIOD_S + 0.1)
                return None
            self._keep_token(response.json())
            return True

        wait_for("the second factor", proven, timeout_s=2.5 * CODE_PERIOD_S)

    def _keep_token(self, answer: Any) -> None:
        meta = answer.get("meta", {}) if isinstance(answer, dict) else {}
        if token := meta.get("session_token"):
            self.http.headers["X-Session-Token"] = token


class Listener:
    """Reads a room's event stream in a thread of its own."""

    def __init__(self, url: str) -> None:
        self.events: list[dict[str, Any]] = []
        self.connected = threading.Event()
        self._url = url
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with httpx.stream("GET", self._url, timeout=httpx.Timeout(10, read=120)) as response:
            self.connected.set()
            for line in response.iter_lines():
                if line.startswith("data:"):
                    self._keep(json.loads(line[5:]))

    def _keep(self, frame: Any) -> None:
        self.events.extend(frame if isinstance(frame, list) else [frame])

    def first(self, kind: str, timeout_s: float = 10) -> dict[str, Any]:
        """The first event of type `kind`, waiting for it."""
        return wait_for(
            kind, lambda: next((e for e in self.events if e.get("type") == kind), None), timeout_s
        )
