"""The two addresses at which the simulated provider delivers its events, registered as one would at Stripe."""

from pathlib import Path

from stack import http
from stack.errors import StackError
from stack.files import read_json, write_json

# The platform's own events, and those of the creators' connected accounts: two endpoints, two secrets, as at Stripe.
ENDPOINTS = {
    "STRIPE_WEBHOOK_SECRET": ("/webhooks/stripe/", "false"),
    "STRIPE_CONNECT_WEBHOOK_SECRET": ("/webhooks/stripe/connect/", "true"),
}


def register(*, provider: str, key: str, site: str, kept_in: Path) -> dict[str, str]:
    """This will make sure both endpoints exist and lead to `site`, and return their secrets by variable name.

    A new endpoint is disabled until `enable`: the demo's past is lived first, and nobody is there yet to be told of
    it. A secret is told only once, so both are kept in `kept_in` (mode 0600).
    """
    known = read_json(kept_in)
    for variable, (path, connect) in ENDPOINTS.items():
        before = known.get(variable)
        if before is not None and _moved(provider, key, before["id"], site + path):
            continue
        form = {"url": site + path, "connect": connect, "enabled_events[]": "*"}
        made = http.call(f"{provider}/v1/webhook_endpoints", form=form, bearer=key)
        _update(provider, key, made["id"], disabled="true")
        known[variable] = {"id": made["id"], "secret": made["secret"]}
    write_json(kept_in, known)
    return secrets_of(kept_in)


def enable(*, provider: str, key: str, kept_in: Path) -> None:
    """This will have the provider deliver what happens from now on."""
    for endpoint in read_json(kept_in).values():
        _update(provider, key, endpoint["id"], disabled="false")


def secrets_of(kept_in: Path) -> dict[str, str]:
    """This will read the endpoints' secrets, by variable name."""
    return {variable: endpoint["secret"] for variable, endpoint in read_json(kept_in).items()}


def _moved(provider: str, key: str, endpoint: str, url: str) -> bool:
    """Point a known endpoint at `url`; False when the provider does not know it (its folder was emptied)."""
    try:
        _update(provider, key, endpoint, url=url)
    except StackError:
        return False
    return True


def _update(provider: str, key: str, endpoint: str, **form: str) -> None:
    http.call(f"{provider}/v1/webhook_endpoints/{endpoint}", form=form, bearer=key)
