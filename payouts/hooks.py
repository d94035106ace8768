"""What cash-outs ask of the floors above."""

from collections.abc import Iterable

from accounts.hooks import Panel
from accounts.models import User
from ground.hooks import Hook

# What upper floors show in a creator's studio, below the sums; nothing: no panel.
studio_panels: Hook[[User], Iterable[Panel]] = Hook()


def panels_of(creator: User) -> list[Panel]:
    """The panels of the studio."""
    return [panel for panels in studio_panels.call_all(creator) for panel in panels]
