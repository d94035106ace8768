"""Who may: each policy says what every role is answered, for an own object and for somebody else's."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.matrix.asking import Verdict
from tests.matrix.asking import Verdict as V

type Policy = Callable[[str, bool], Verdict]  # role, whether the object is their own → the answer

BLOCKED = "other fan"  # by Zoe, whose things are the others' objects
STAFF = ("support", "finance", "auditor", "superuser")


@dataclass(frozen=True)
class Row:
    """One route with some of its methods. A method that no row of a route names is not served.

    `at` gives arguments that are no object of a person, or names the object where the argument's name does not.
    `is_step_up`: the same person is refused who signed in by password alone.
    `calls_outside`: whoever may is not asked here, as the view talks to the provider, which no transaction may do.
    """

    route: str
    methods: str
    policy: Policy
    is_step_up: bool = False
    calls_outside: bool = False
    at: dict[str, object] = field(default_factory=dict)


def ANYBODY(role: str, own: bool) -> Verdict:
    return V.YES


def SIGNED_IN(role: str, own: bool) -> Verdict:
    return V.SIGN_IN if role == "anonymous" else V.YES


def OWNER_ELSE_404(role: str, own: bool) -> Verdict:
    return V.SIGN_IN if role == "anonymous" else V.YES if own else V.MISSING


def OWNER_ELSE_403(role: str, own: bool) -> Verdict:
    return V.SIGN_IN if role == "anonymous" else V.YES if own else V.NO


def OWNER_OR_SUPPORT(role: str, own: bool) -> Verdict:
    return V.YES if role in ("support", "superuser") else OWNER_ELSE_404(role, own)


def SEEN(role: str, own: bool) -> Verdict:
    """Whom the owner did not block."""
    return V.MISSING if role == BLOCKED and not own else V.YES


def SEEN_SIGNED_IN(role: str, own: bool) -> Verdict:
    return V.SIGN_IN if role == "anonymous" else SEEN(role, own)


def CREATOR(role: str, own: bool) -> Verdict:
    return V.SIGN_IN if role == "anonymous" else V.YES if role == "creator" else V.NO


def SIGNED_LINK(role: str, own: bool) -> Verdict:
    """Who followed a mailed link in this session; of the roles nobody did."""
    return V.NO


def NOT_THERE(role: str, own: bool) -> Verdict:
    """Nothing answers, whoever asks: it is switched off, or there is nothing that could be named."""
    return V.MISSING


def SIGNED_IN_NOT_THERE(role: str, own: bool) -> Verdict:
    return V.SIGN_IN if role == "anonymous" else V.MISSING


def UNFINISHED_SIGN_IN(role: str, own: bool) -> Verdict:
    """For a sign-in between two steps; 401 to whoever is in none."""
    return V.SIGN_IN


def PROVES_AGAIN(role: str, own: bool) -> Verdict:
    """Leads to the page that asks for the second factor."""
    return V.SIGN_IN if role == "anonymous" else V.STEP_UP


def DEMO_TOKEN(role: str, own: bool) -> Verdict:
    """Who shows the token of the console, of any role; shown here is none."""
    return V.NO


def staff(*roles: str) -> Policy:
    """Of the back office these roles, with a second factor; other staff is refused, nobody else gets in."""
    unknown = set(roles) - set(STAFF)
    assert not unknown, unknown

    def policy(role: str, own: bool) -> Verdict:
        return V.GATE if role not in STAFF else V.YES if role in roles else V.NO

    return policy


def staff_else_404(*roles: str) -> Policy:
    """The same, and other staff is told that there is nothing."""
    given = staff(*roles)
    return lambda role, own: V.MISSING if given(role, own) is V.NO else given(role, own)
