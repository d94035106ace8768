"""Which optional mails a person gets."""

from collections.abc import Collection

from django.db import transaction

from accounts import mails
from accounts.models import User, WantedTopic
from ground.errors import NotFound


def want_topic(*, user: User, topic: str, wanted: bool) -> None:
    """Have `user` get the optional mails of `topic` from now on, or no longer. Twice does no harm.

    Raises:
        NotFound: there is no such topic.
    """
    if topic not in mails.TOPICS:
        raise NotFound()
    if wanted:
        WantedTopic.objects.bulk_create([WantedTopic(user=user, topic=topic)], ignore_conflicts=True)
    else:
        WantedTopic.objects.filter(user=user, topic=topic).delete()


def set_topics(*, user: User, topics: Collection[str]) -> None:
    """Have `user` get the optional mails of exactly `topics`. Topics that do not exist are ignored."""
    with transaction.atomic():
        for topic in mails.TOPICS:
            want_topic(user=user, topic=topic, wanted=topic in topics)


def unsubscribe(*, user_id: int, topic: str) -> None:
    """End the mails of `topic` for the person of an unsubscribe link. Twice does no harm."""
    WantedTopic.objects.filter(user_id=user_id, topic=topic).delete()
