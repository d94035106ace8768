"""The suite's fixtures, by what they give: each module in tests/fixtures/ says what its own are for.

`python3 dev.py test` starts the servers that all of this needs.
"""

import os

import pytest

pytest_plugins = [
    "tests.fixtures.network",
    "tests.fixtures.database",
    "tests.fixtures.stripe",
    "tests.fixtures.time",
    "tests.fixtures.races",
    "tests.fixtures.accounts",
    "tests.fixtures.guardians",
    "tests.fixtures.texts",
    "tests.fixtures.social_sign_in",
    "tests.fixtures.wallet",
    "tests.fixtures.gifts",
    "tests.fixtures.gateway",
    "tests.fixtures.payouts",
    "tests.fixtures.processes",
    "tests.fixtures.browser",
]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "tampers: leaves the books wrong on purpose; they are not checked afterwards"
    )
    config.addinivalue_line("markers", "browser: walks the site in a real Chromium")
    if "OVATION_SUPERUSER_URL" not in os.environ:
        pytest.exit("These tests need their own servers. Run them by: python3 dev.py test", returncode=4)
