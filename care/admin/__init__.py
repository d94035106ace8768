"""Care in the back office. `data` adds its own pages in files beside these."""

from care.admin import cases, house  # noqa: F401 (they register themselves)
