"""The demo's pictures and walls are made by the services a person would use."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from accounts.models import User
from demo.seed.cast import Cast
from demo.seed.people import CREATORS
from demo.seed.walls import give_faces, write_walls
from ground import clock
from live.models import Comment


@pytest.mark.django_db(transaction=True)
def test_some_have_pictures_and_every_creator_a_wall(person: Callable[..., User]) -> None:
    fans = tuple(person(f"fan{name}", totp_secret=None) for name in "abcdefghjkmnopqrstuvwxyz")
    creators = tuple(person(facts.handle, creator=True) for facts in CREATORS)
    cast = Cast(fans=fans, creators=creators, operators=(), logins={})

    give_faces(cast)
    write_walls(cast, clock.now() - timedelta(hours=1), Random(7))

    assert User.objects.exclude(avatar="").count() == 4 + 4
    for creator in creators:
        threads = Comment.objects.filter(creator=creator, parent=None)
        assert 2 <= threads.count() <= 4
        assert all(thread.likes > 0 for thread in threads)
