"""What stops a command of the stack, in words for the person who typed it."""


class StackError(Exception):
    """Something that keeps the command from going on; the message says what happened and what to do."""
