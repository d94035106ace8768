"""Care in the back office."""

from care import data_admin  # noqa: F401 (its pages register themselves)
