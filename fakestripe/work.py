"""One unit of work: what every journey needs at hand, and the timers that wait for the virtual clock."""

from collections.abc import Callable
from dataclasses import dataclass, field

from fakestripe.contract import Contract
from fakestripe.errors import no_such
from fakestripe.settings import Settings
from fakestripe.shapes import Json
from fakestripe.store import Store

PLATFORM = "acct_1FakeP1atformHouse"
MERCHANT = "Ovation"  # what the platform calls itself on the pages


@dataclass(kw_only=True)
class Work:
    """A transaction in progress, at one moment of the virtual clock."""

    store: Store
    contract: Contract
    settings: Settings
    now: int
    request_id: str | None = None
    idempotency_key: str | None = None

    def save(self, kind: str, body: Json, *, account: str = PLATFORM, hidden: Json | None = None) -> Json:
        return self.store.put(kind, body, account=account, hidden=hidden)

    def find(
        self,
        kind: str,
        object_id: str,
        *,
        account: str | None = PLATFORM,
        param: str = "id",
        status: int = 404,
    ) -> Json:
        """Answer an object of an account.

        Raises:
            ApiError: `resource_missing`.
        """
        body = self.store.get(kind, object_id, account=account)
        if body is None:
            raise no_such(kind.replace(".", " ").replace("_", " "), object_id, param=param, status=status)
        return body

    def later(self, due_at: int, kind: str, subject: str) -> None:
        """Let the timer `kind` (timers.py) happen to `subject` when the virtual clock reaches `due_at`."""
        self.store.add_timer(due_at, kind, subject)


@dataclass(kw_only=True)
class Call(Work):
    """A unit of work that an API request asked for, by `account` (the platform, or `Stripe-Account`)."""

    account: str
    params: Json
    path: dict[str, str] = field(default_factory=dict)


type Handler = Callable[[Call], Json]
type Route = tuple[str, str, Handler]  # method, path as stripe_openapi.json writes it, handler
type Timer = Callable[[Work, str], None]
