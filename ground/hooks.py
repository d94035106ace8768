"""Typed hooks: how a lower floor asks what only a higher floor knows. Values travel down, imports never do.

The lower floor owns a `Hook`; the higher one registers a function in its `AppConfig.ready`.
"""

from collections.abc import Callable


class Hook[**P, R]:
    """An ordered list of functions of one type."""

    def __init__(self) -> None:
        self._functions: list[Callable[P, R]] = []

    def register(self, function: Callable[P, R]) -> Callable[P, R]:
        """Add `function`, once; usable as a decorator."""
        if function not in self._functions:
            self._functions.append(function)
        return function

    def call_all(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """Call every registered function in order and return their answers. An exception is not caught."""
        return [function(*args, **kwargs) for function in self._functions]
