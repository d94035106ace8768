"""Care in the back office."""

from care import data_admin  # noqa: F401 (its pages register themselves)
from care.admin import cases, disputes, house  # noqa: F401 (they register themselves)
