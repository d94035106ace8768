"""The event streams that are about people."""

# What the gateway follows, to end what somebody may not listen to any more. Nobody is given a way to read it.
PRIVACY_STREAM = "privacy"


def creator_stream(creator_id: int) -> str:
    """The name of a creator's own event stream."""
    return f"creator:{creator_id}"
