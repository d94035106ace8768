"""Where the checkout lies and what the person's own environment says."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def mode() -> str:
    """This will say which mode dev.py runs: the person's choice; else the demo, unless a real Stripe key is given."""
    chosen = os.environ.get("OVATION_MODE")
    if chosen:
        return chosen
    return "production" if os.environ.get("STRIPE_SECRET_KEY") else "demo"


def without_superuser(environment: dict[str, str]) -> dict[str, str]:
    """This will take out the one address that no running program may know."""
    return {name: value for name, value in environment.items() if name != "OVATION_SUPERUSER_URL"}
