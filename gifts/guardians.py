"""What a guardian lets one gift of a young person cost becomes the fan's limit, which the sending obeys."""

from accounts.guardian_budget import following
from accounts.models import User
from gifts.models import GiftLimit


def follow_guardian(minor: User, before: int | None, after: int | None) -> None:
    """Move the limit for one gift from the guardian's `before` to `after`; a lower one of the fan's own stays.

    Joins the guardian's transaction, which has locked the person.
    """
    present = GiftLimit.objects.filter(fan=minor).values_list("coins", flat=True).first()
    wanted = following(present, before, after)
    if wanted is None:
        GiftLimit.objects.filter(fan=minor).delete()
    elif wanted != present:
        GiftLimit.objects.update_or_create(fan=minor, defaults={"coins": wanted})
