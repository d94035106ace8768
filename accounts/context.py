"""What every page says of consent: new terms that come, and a guardian who is awaited."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import LegalDocument, User
from accounts.selectors import coming_for
from accounts.services.age import age_on
from accounts.services.guardian_asks import Standing, guardian_standing
from ground import clock

GUARDED_UNTIL = 30  # no rule keeps anybody longer; who is older costs no query


def consent(request: HttpRequest) -> dict[str, Any]:
    """`coming_terms` and `guardian_notice`, read when a page draws them."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) and not getattr(user, "is_authenticated", False):
        return {}
    return {
        "coming_terms": SimpleLazyObject(lambda: _coming(user)),
        "guardian_shown": SimpleLazyObject(lambda: _standing(user) is not None),
        "guardian_notice": SimpleLazyObject(lambda: _guardian(user)),
    }


def _coming(user: Any) -> list[LegalDocument]:
    return coming_for(user, clock.now())


def _guardian(user: Any) -> Standing | bool:
    """How a young person stands, while their guardian has something to do; False otherwise."""
    standing = _standing(user)
    return standing if standing and standing.state in ("needed", "asked", "revoked") else False


def _standing(user: Any) -> Standing | None:
    """How a young person stands; None for everybody whom no guardian concerns."""
    now = clock.now()
    if user.birth_date is None or age_on(user.birth_date, now.date()) >= GUARDED_UNTIL:
        return None
    standing = guardian_standing(user, now)
    return None if standing.state == "not_needed" else standing
