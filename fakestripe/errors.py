"""Refusals in Stripe's own words: one exception that becomes `{"error": {…}}`."""

from fakestripe.shapes import Json


class ApiError(Exception):
    """A refusal that the caller is told about.

    `keeps_effects` marks a refusal that is itself an event of the journey (a declined card leaves a failed
    charge): the transaction is committed. Every other refusal rolls it back.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type_: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keeps_effects: bool = False,
        extra: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type_
        self.code = code
        self.param = param
        self.keeps_effects = keeps_effects
        self.extra = extra or {}

    def body(self) -> Json:
        """Answer the JSON that goes over the wire."""
        error: Json = {"type": self.type, "message": self.message}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        return {"error": error | self.extra}


def no_such(noun: str, object_id: str, *, param: str = "id", status: int = 404) -> ApiError:
    """Answer Stripe's refusal for an id that names nothing; `status` 400 when the id came in a body."""
    message = f"No such {noun}: '{object_id}'"
    return ApiError(message, status=status, code="resource_missing", param=param)


def missing(param: str) -> ApiError:
    return ApiError(f"Missing required param: {param}.", code="parameter_missing", param=param)


def unsupported(what: str, param: str | None = None) -> ApiError:
    """Refuse what this stand-in does not simulate, rather than answer it wrongly."""
    return ApiError(f"fakestripe does not simulate {what}.", code="parameter_not_simulated", param=param)


class ContractViolation(Exception):
    """Our own answer or event breaks stripe_openapi.json: a bug of this program (500, recorded)."""
