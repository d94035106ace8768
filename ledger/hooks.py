"""What the books ask of the floors above."""

from ground.hooks import Hook

# Each function looks over its own app's tables against the books and returns what is wrong, a sentence each.
checks: Hook[[], list[str]] = Hook()
