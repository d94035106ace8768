"""The fault plan: which of the coming API requests go wrong, and how."""

import asyncio
import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from fakestripe.errors import ApiError
from fakestripe.shapes import Json

KINDS = (
    "429", "409", "500", "503", "reset", "hang", "slow", "slow_body", "cut_body", "done_but_answer_lost",
    "webhook_first",
)  # fmt: skip


@dataclass
class Fault:
    """`count` times, after `skip` matching requests went well, requests that match go wrong.

    `path` may hold `*`. Of the requests that match, `percent` are hit: the same ones for the same `seed`. `stored`
    says whether a 500 is kept with the idempotency key (Stripe keeps it once the operation began). `seconds` is how
    long hang, slow and slow_body take, and at most how long webhook_first waits.
    """

    kind: str
    method: str = "*"
    path: str = "/v1/*"
    count: int = 1
    skip: int = 0
    seconds: float = 30.0
    stored: bool = True
    percent: int = 100
    seed: int = 0
    drawn: int = 0

    def hits(self) -> bool:
        """Draw whether the next matching request is hit."""
        self.drawn += 1
        chance = random.Random(f"{self.seed}:{self.drawn}").random()  # noqa: S311 - chance to test with
        return chance * 100 < self.percent

    def matches(self, method: str, path: str) -> bool:
        return fnmatchcase(method.upper(), self.method.upper()) and fnmatchcase(path, self.path)


@dataclass
class FaultPlan:
    faults: list[Fault] = field(default_factory=list)

    def add(self, given: Json) -> Fault:
        """Add a fault.

        Raises:
            ApiError: an unknown kind or field.
        """
        try:
            fault = Fault(**given | {"kind": str(given["kind"])})
        except (TypeError, KeyError) as problem:
            raise ApiError(f"Not a fault: {problem}") from None
        if fault.kind not in KINDS:
            raise ApiError(
                f"Unknown kind of fault {fault.kind!r}: use one of {', '.join(KINDS)}", param="kind"
            )
        self.faults.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """Answer the fault that this request meets, and count it."""
        for fault in self.faults:
            if not fault.matches(method, path) or not fault.hits():
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.count -= 1
            if fault.count <= 0:
                self.faults.remove(fault)
            return fault
        return None


class AnswerLost(Exception):
    """Drop the connection without an answer."""


def refusal(fault: Fault) -> ApiError | None:
    """Answer the error that a fault of a plain kind makes, if it is one."""
    match fault.kind:
        case "429":
            return ApiError("Too many requests in a period of time.", status=429, code="rate_limit")
        case "409":
            return ApiError(
                "This object cannot be accessed right now because another API request is accessing it.",
                status=409,
                code="lock_timeout",
            )
        case "500":
            return ApiError("An unknown error occurred.", status=500, type_="api_error")
        case "503":
            return ApiError("The provider is not available right now.", status=503, type_="api_error")
    return None


async def suffer_before(fault: Fault) -> None:
    """Do what goes wrong before the operation begins.

    Raises:
        AnswerLost: the connection is dropped and nothing happened.
    """
    if fault.kind in ("hang", "slow"):
        await asyncio.sleep(fault.seconds)
    if fault.kind in ("hang", "reset"):
        raise AnswerLost
