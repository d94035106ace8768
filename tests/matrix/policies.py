"""Who may: each policy says what every role is answered, for an own object and for somebody else's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.matrix.asking import Verdict

type Policy = Callable[[str, bool], Verdict]  # role, whether the object is their own → the answer

BLOCKED = "other fan"  # by Zoe, whose things are the others' objects
STAFF = ("support", "finance", "auditor", "superuser")


@dataclass(frozen=True)
class Row:
    """One route with some of its methods.

    `at` gives arguments that are no object of a person, or names the object where the argument's name does not.
    `is_step_up`: the same person is refused who signed in by password alone.
    `writes`: tables that an answer which looks like a refusal may write to.
    `calls_outside`: whoever may is not asked here, as the view talks to the provider, which no transaction may do.
    """

    route: str
    methods: str
    policy: Policy
    is_step_up: bool = False
    calls_outside: bool = False
    writes: frozenset[str] | set[str] = frozenset()
    at: Mapping[str, object] = field(default_factory=dict)


def anybody(role: str, own: bool) -> Verdict:
    return Verdict.YES


def signed_in(role: str, own: bool) -> Verdict:
    return Verdict.SIGN_IN if role == "anonymous" else Verdict.YES


def owner_else_404(role: str, own: bool) -> Verdict:
    return Verdict.SIGN_IN if role == "anonymous" else Verdict.YES if own else Verdict.MISSING


def owner_else_403(role: str, own: bool) -> Verdict:
    return Verdict.SIGN_IN if role == "anonymous" else Verdict.YES if own else Verdict.NO


def owner_or_support(role: str, own: bool) -> Verdict:
    return Verdict.YES if role in ("support", "superuser") else owner_else_404(role, own)


def seen(role: str, own: bool) -> Verdict:
    """Whom the owner did not block."""
    return Verdict.MISSING if role == BLOCKED and not own else Verdict.YES


def seen_signed_in(role: str, own: bool) -> Verdict:
    return Verdict.SIGN_IN if role == "anonymous" else seen(role, own)


def creator(role: str, own: bool) -> Verdict:
    return Verdict.SIGN_IN if role == "anonymous" else Verdict.YES if role == "creator" else Verdict.NO


def signed_link(role: str, own: bool) -> Verdict:
    """Who followed a mailed link in this session; of the roles nobody did."""
    return Verdict.NO


def not_there(role: str, own: bool) -> Verdict:
    """Nothing answers, whoever asks: it is switched off, or there is nothing that could be named."""
    return Verdict.MISSING


def signed_in_not_there(role: str, own: bool) -> Verdict:
    return Verdict.SIGN_IN if role == "anonymous" else Verdict.MISSING


def unfinished_sign_in(role: str, own: bool) -> Verdict:
    """For a sign-in between two steps; 401 to whoever is in none."""
    return Verdict.SIGN_IN


def proves_again(role: str, own: bool) -> Verdict:
    """Leads to the page that asks for the second factor."""
    return Verdict.SIGN_IN if role == "anonymous" else Verdict.STEP_UP


def always_proves_again(role: str, own: bool) -> Verdict:
    """The same, before it looks at who asks: that page does."""
    return Verdict.STEP_UP


def signs_out(role: str, own: bool) -> Verdict:
    """401 is how allauth says that nobody is signed in any more."""
    return Verdict.SIGN_IN


def demo_token(role: str, own: bool) -> Verdict:
    """Who shows the token of the console, of any role; shown here is none."""
    return Verdict.NO


def staff(*roles: str) -> Policy:
    """Of the back office these roles, with a second factor; other staff is refused, nobody else gets in."""
    unknown = set(roles) - set(STAFF)
    assert not unknown, unknown

    def policy(role: str, own: bool) -> Verdict:
        return Verdict.GATE if role not in STAFF else Verdict.YES if role in roles else Verdict.NO

    return policy


def staff_proves_again(role: str, own: bool) -> Verdict:
    """Whoever works in the back office gives a code first; then the role decides."""
    return Verdict.STEP_UP if role in STAFF else Verdict.GATE


def staff_else_404(*roles: str) -> Policy:
    """The same, and other staff is told that there is nothing."""
    given = staff(*roles)
    return lambda role, own: Verdict.MISSING if given(role, own) is Verdict.NO else given(role, own)
