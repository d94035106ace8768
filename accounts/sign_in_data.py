"""What accounts knows of how a person signs in: for their export, and erased with them."""

from collections.abc import Iterable

from allauth.socialaccount.models import SocialAccount

from accounts.hooks import ExportPart
from accounts.models import Phone, TextMessage, User


def export_ways_in(user: User) -> Iterable[ExportPart]:
    """Number, texts and connected sign-ins."""
    phones = Phone.objects.filter(user=user)
    yield ExportPart(
        "phone",
        "Your phone number.",
        [{"number": str(one.number), "verified_at": _iso(one.verified_at)} for one in phones],
    )
    texts = TextMessage.objects.filter(user=user).order_by("pk")
    yield ExportPart(
        "texts",
        "Texts we sent to your phone in the last days. What they said is not kept.",
        [
            {"number": str(one.number), "kind": one.kind, "state": one.state, "at": _iso(one.created_at)}
            for one in texts
        ],
    )
    accounts = SocialAccount.objects.filter(user=user).order_by("pk")
    yield ExportPart(
        "connected-sign-ins",
        "Accounts elsewhere that open yours.",
        [
            {"provider": one.provider, "id": one.uid, "told": one.extra_data, "since": _iso(one.date_joined)}
            for one in accounts
        ],
    )


def erase_ways_in(user: User) -> None:
    """Delete texts and connected sign-ins; the number goes last (services.leaving). In the caller's transaction."""
    numbers = list(Phone.objects.filter(user=user).values_list("number", flat=True))
    TextMessage.objects.filter(user=user).delete()
    TextMessage.objects.filter(number__in=numbers).delete()
    SocialAccount.objects.filter(user=user).delete()


def _iso(moment: object) -> str | None:
    return moment.isoformat() if hasattr(moment, "isoformat") else None
