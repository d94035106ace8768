"""What the demo shows of consent."""

import pytest
from django.test import Client

from accounts.models import Guardianship, LegalDocument, SpendingFreeze, User
from accounts.services.age import rule_for
from accounts.services.guardian_asks import guardian_standing
from demo.seed.cast import MINOR, Login
from demo.seed.consent import show_consent
from ground import clock

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_demo_has_a_guardian_one_who_waits_and_terms_that_come(operator: User) -> None:
    now = clock.now()
    guardians_page = show_consent(operator, Login.of(MINOR), now)

    assert (rule_for("GB").guardian_from, rule_for("DE").guardian_from) == (13, None)
    guarded = Guardianship.objects.get()
    assert (guarded.minor.handle, guarded.state, guarded.week_coins) == ("poppy.lane", "active", 350)
    assert list(SpendingFreeze.objects.filter(lifted_at=None).values_list("user__handle", flat=True)) == [
        "alfie"
    ]
    assert guardian_standing(User.objects.get(handle="alfie"), now).state == "asked"
    (coming,) = LegalDocument.objects.coming(now)
    assert (coming.kind, coming.version, coming.needs_acceptance) == ("coins", 2, True)
    address, token = guardians_page.split("#")
    opened = Client().post(address, {"token": token}, follow=True)
    assert opened.context["minor"] == guarded.minor
