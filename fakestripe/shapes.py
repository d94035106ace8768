"""The one loose type of this program: a JSON object as Stripe sends it."""

from typing import Any

type Json = dict[str, Any]
