"""Which addresses a room may play."""

from urllib.parse import urlsplit

from django.conf import settings

from live.errors import InvalidRoom
from live.models import Room


def require_playable(*, playback: str, address: str) -> None:
    """Refuse an address that the page could not show, or that an operator did not allow.

    Raises:
        InvalidRoom: the kind is unknown, the address is not https, no HLS playlist, or not an allowed player.
    """
    if playback not in Room.Playback.values:
        raise InvalidRoom(
            "Choose how the picture comes: a stream address, a player of another site, or the stage."
        )
    if playback == Room.Playback.PLACEHOLDER:
        if address:
            raise InvalidRoom("The stage without a picture takes no address. Leave it empty.")
        return
    _require_https(address)
    if playback == Room.Playback.HLS:
        _require_playlist(address)
    else:
        _require_allowed_player(address)


def _require_https(address: str) -> None:
    try:
        parts = urlsplit(address)
        port_is_readable = parts.port is None or parts.port > 0
    except ValueError:
        raise InvalidRoom("This is not an address.") from None
    if parts.scheme != "https" or not parts.hostname or parts.username or not port_is_readable:
        raise InvalidRoom("The address of the stream must start with https:// and hold no password.")
    if any(char in address for char in "\"'<> \\\t\r\n"):
        raise InvalidRoom("The address of the stream holds a character that no address has.")


def _require_playlist(address: str) -> None:
    if not urlsplit(address).path.endswith(".m3u8"):
        raise InvalidRoom(
            "A stream address ends in .m3u8. Your streaming server shows it as its HLS address."
        )


def _require_allowed_player(address: str) -> None:
    parts = urlsplit(address)
    origin = f"https://{parts.netloc.lower()}"
    if origin not in settings.LIVE_EMBED_ORIGINS:
        allowed = ", ".join(urlsplit(known).netloc for known in settings.LIVE_EMBED_ORIGINS)
        raise InvalidRoom(f"Players of this site are not allowed here. Allowed: {allowed}.")
