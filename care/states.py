"""What a support case can be, and what may follow what."""

from django.db import models


class CaseKind(models.TextChoices):
    """What a case is about, in the words of whoever asks."""

    PAYMENT_DECLINED = "payment_declined", "A payment was declined"
    COINS_NOT_CREDITED = "coins_not_credited", "My coins did not arrive"
    UNAUTHORIZED = "unauthorized", "I did not do this"
    SECURITY = "security", "My account or its security"
    PAYOUT = "payout", "A cash-out"
    GIFT = "gift", "A gift"
    OTHER = "other", "Something else"


class CaseState(models.TextChoices):
    """Whose turn it is. The words are what people read."""

    OPEN = "open", "Open"
    WAITING_FOR_YOU = "waiting_for_you", "Waiting for you"
    WAITING_FOR_US = "waiting_for_us", "Waiting for us"
    SOLVED = "solved", "Solved"

    def may_become(self, other: "CaseState") -> bool:
        """Whether the step from here to `other` exists."""
        return other in FOLLOWING[self]


FOLLOWING: dict[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset({CaseState.WAITING_FOR_YOU, CaseState.SOLVED}),
    CaseState.WAITING_FOR_YOU: frozenset({CaseState.WAITING_FOR_US, CaseState.SOLVED}),
    CaseState.WAITING_FOR_US: frozenset({CaseState.WAITING_FOR_YOU, CaseState.SOLVED}),
    CaseState.SOLVED: frozenset({CaseState.WAITING_FOR_US, CaseState.WAITING_FOR_YOU}),
}
OURS = (CaseState.OPEN, CaseState.WAITING_FOR_US)  # the next word is support's


class SubjectKind(models.TextChoices):
    """What a case can point at."""

    ORDER = "order", "Recharge"
    GIFT = "gift", "Gift"
    PAYOUT = "payout", "Cash-out"
    SIGN_IN = "sign_in", "Account activity"


# The kind of case that a thing suggests when help is asked from its own page.
SUGGESTED = {
    SubjectKind.ORDER: CaseKind.COINS_NOT_CREDITED,
    SubjectKind.GIFT: CaseKind.GIFT,
    SubjectKind.PAYOUT: CaseKind.PAYOUT,
    SubjectKind.SIGN_IN: CaseKind.SECURITY,
}


class Step(models.TextChoices):
    """What happened to a case."""

    OPENED = "opened", "You wrote to us"
    REPLIED = "replied", "You answered"
    ANSWERED = "answered", "Support answered"
    SOLVED = "solved", "Solved"
    REOPENED = "reopened", "Opened again"
    ITEMS_ADDED = "items_added", "More was reported"
    FROZEN = "frozen", "Spending and cash-out were stopped"
    SECURED = "secured", "The account was secured"
    LIFT_PROPOSED = "lift_proposed", "Lifting the stop was proposed"
    LIFTED = "lifted", "Spending and cash-out are possible again"
    ASSIGNED = "assigned", "Taken by somebody"
    NOTED = "noted", "An internal note"


# What operators do among themselves.
INTERNAL = (Step.ASSIGNED, Step.NOTED, Step.LIFT_PROPOSED)
