"""What every installation starts with: legal documents in plain language and age rules, for operators to replace."""

from datetime import UTC, datetime
from pathlib import Path

from accounts.models import AgeRule, LegalDocument
from accounts.services.age import BUILT_IN, built_in

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
    """Make version 1 of each legal document, and the age rules, where there are none yet. Safe to run again."""
    for country in BUILT_IN:
        if not AgeRule.objects.filter(country=country).exists():
            rule = built_in(country)
            rule.made_at, rule.reason = min(now, BEGINNING), "What every installation starts with."
            rule.save(force_insert=True)
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
