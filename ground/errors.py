"""What a refusal is. Services raise one; pages and the API render it in one place (ground/problems.py)."""

from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal that a person can understand and act on; nothing was changed.

    Subclasses set the four class attributes. `code` is stable and part of the API; `status` is the HTTP status;
    `message` says what was refused and why; `next_step` says what to do now.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: str = "This was refused."
    next_step: str = ""

    def __init__(self, message: str = "", *, next_step: str = "", **extra: Any) -> None:
        """`message` and `next_step` replace the class's words; `extra` (JSON values) joins the problem document."""
        if message:
            self.message = message
        if next_step:
            self.next_step = next_step
        self.extra = extra
        super().__init__(self.message)

    def as_problem(self) -> dict[str, Any]:
        """The RFC 9457 members of this refusal, `extra` included."""
        return {
            "type": f"urn:ovation:problem:{self.code}",
            "title": self.message,
            "status": self.status,
            "code": self.code,
            "detail": self.message,
            "next_step": self.next_step,
            **self.extra,
        }


class NotFound(DomainError):
    """Nothing is there, or it is somebody else's: the answer is the same."""

    code = "not_found"
    status = 404
    message = "There is nothing here, or it is not yours to see."
    next_step = "Check the address, or go back to the list."


class NotOpenedLikeThis(DomainError):
    """The address does not take this method."""

    code = "method_not_allowed"
    status = 405
    message = "This address cannot be opened by itself."
    next_step = "Go back and use the button or form that leads here."


class Forbidden(DomainError):
    """The caller is known, and may not."""

    code = "forbidden"
    status = 403
    message = "Your account may not do this."
    next_step = "Sign in with an account that may."


class ServedByGateway(DomainError):
    """The views that describe the gateway's routes raise this: the gateway answers before Django is asked."""

    code = "served_by_gateway"
    status = 421
    message = "This address is served by the gateway, and this server runs without it."
    next_step = "Run config.asgi:application, as docs/operations.md says."
