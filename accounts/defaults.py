"""What every installation starts with: legal documents in plain language; an operator replaces them by their own."""

from datetime import UTC, datetime
from pathlib import Path

from accounts.models import LegalDocument

TEXTS = Path(__file__).parent / "legal"
TITLES = {
    LegalDocument.Kind.TERMS: "Terms of service",
    LegalDocument.Kind.PRIVACY: "Privacy notice",
    LegalDocument.Kind.COINS: "Coin terms",
    LegalDocument.Kind.CREATOR: "Creator terms",
}
# Version 1 has been in force as long as anybody could have joined, whatever the business clock says.
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


def install(now: datetime) -> None:
    """Make version 1 of each legal document where its kind has none yet. Safe to run again and again."""
    for kind, title in TITLES.items():
        if LegalDocument.objects.filter(kind=kind).exists():
            continue
        LegalDocument.objects.get_or_create(
            kind=kind,
            version=1,
            defaults={
                "title": title,
                "starts_at": min(now, BEGINNING),
                "body": (TEXTS / f"{kind.value}.txt").read_text(encoding="utf-8").strip(),
            },
        )
