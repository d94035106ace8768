"""A simulated payment provider that speaks Stripe's HTTP protocol, for development, demos and tests.

Its own program with its own state (`python -m fakestripe`). It imports nothing of Ovation and Ovation
imports nothing of it; docs/fakestripe.md is its manual.
"""

API_VERSION = "2026-05-27.dahlia"
