"""Identifiers shaped like Stripe's: a prefix that tells the kind, then random letters and digits."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def token(length: int = 24) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{token(length)}"
