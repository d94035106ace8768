"""The picture beside a link to a room, drawn once for each state of what it shows."""

from accounts.share_cards import drawn_once, face_of, fingerprint
from live.models import Room
from look.share_card import ShareCard


def of_room(room: Room) -> bytes:
    """The PNG for `room`, which comes with its creator."""
    return drawn_once(version_of(room), lambda: _card(room))


def version_of(room: Room) -> str:
    """Changes whenever the card does."""
    creator = room.creator
    return fingerprint(
        "room", str(room.pk), room.title, room.status, creator.handle, creator.name, creator.avatar
    )


def _card(room: Room) -> ShareCard:
    return ShareCard(
        title=room.title,
        byline=f"{room.creator.name} · @{room.creator.handle}",
        label="Live now" if room.is_live else room.get_category_display(),
        face_seed=str(room.creator_id),
        face=face_of(room.creator),
        cover_seed=str(room.pk),
        motif=room.cover_motif,
    )
