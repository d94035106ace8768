"""Pictures that some of the demo's people chose, and what is written on the creators' walls."""

from datetime import datetime, timedelta
from io import BytesIO
from random import Random

from accounts.models import User
from accounts.services import set_avatar
from demo.seed.cast import Cast
from demo.seed.people import CREATORS
from live.comments import like_comment, post_comment
from live.services import COVER_MOTIFS
from look.share_card import emblem

EVERY_THIRD = 3  # of the creators chose a picture; the others keep their drawn portrait
PICTURE_PX = 600
WALL_LINES = (
    ("That last evening kept me going all week.", "That is why I do this. Thank you!"),
    ("Came for ten minutes, stayed for two hours.", ""),
    ("Will you do the slow one again on Sunday?", "Sunday it is."),
    ("My daughter now wants to learn it. Your fault.", "Guilty, and proud of it."),
    ("Greetings from the night shift, you are our radio.", ""),
    ("I finally understood it. Thank you for your patience.", ""),
)


def give_faces(cast: Cast) -> None:
    """This will upload a drawn emblem as the picture of every third creator and of a few fans."""
    chosen = [*zip(cast.creators, CREATORS, strict=True)][::EVERY_THIRD]
    for creator, facts in chosen:
        set_avatar(user=creator, content=_picture(creator, COVER_MOTIFS[facts.category][0]))
    for fan in cast.fans[1:20:6]:
        set_avatar(user=fan, content=_picture(fan, "night"))


def write_walls(cast: Cast, now: datetime, random: Random) -> None:
    """This will write a few comments on each wall, with replies and hearts."""
    fans = list(cast.fans)
    for creator in cast.creators:
        lines = random.sample(WALL_LINES, k=random.randint(2, 4))
        for place, (line, answer) in enumerate(lines):
            at = now - timedelta(hours=5 + 31 * (len(lines) - place), minutes=random.randint(0, 59))
            _thread(creator, random.sample(fans, k=6), line, answer, at)


def _thread(creator: User, people: list[User], line: str, answer: str, at: datetime) -> None:
    key = f"demo:{creator.handle}:{at:%s}"
    opening = post_comment(creator=creator, author=people[0], text=line, key=key, now=at)
    if answer:
        post_comment(
            creator=creator, author=creator, text=answer, key=f"{key}:answer",
            parent_id=opening.pk, now=at + timedelta(minutes=50),
        )  # fmt: skip
    for person in people[1 : 2 + opening.pk % 5]:
        like_comment(comment_id=opening.pk, person=person, now=at + timedelta(hours=1))


def _picture(person: User, motif: str) -> bytes:
    out = BytesIO()
    emblem(person.handle, motif, PICTURE_PX).convert("RGB").save(out, "PNG")
    return out.getvalue()
