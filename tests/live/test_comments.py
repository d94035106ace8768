"""A creator's wall: what is written, by whom, once; what others see of it; what an operator does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts import hooks, services
from accounts.models import OwedMail, PrivacySettings, User
from events import log
from ground import clock
from ground.errors import DomainError
from live import comment_errors as errors
from live import comments_personal
from live.comments import (
    like_comment,
    post_comment,
    remove_as_operator,
    remove_comment,
    unlike_comment,
)
from live.models import Comment, CommentLike
from tests.fixtures.races import Race

pytestmark = pytest.mark.django_db(transaction=True)


def write(author: User, creator: User, text: str = "Lovely", **facts: Any) -> Comment:
    return post_comment(
        creator=creator, author=author, text=text, now=clock.now(), **({"key": str(uuid4())} | facts)
    )


def seen(creator: User, viewer: User) -> list[tuple[str, list[str]]]:
    """The wall as `viewer` sees it: each thread's text with those of its replies."""
    threads = Comment.objects.on_wall(creator, viewer).order_by("-pk")
    return [("" if t.is_removed else t.text, [reply.text for reply in t.shown_replies]) for t in threads]  # type: ignore[attr-defined]


def many(creator: User, author: User, count: int, parent: Comment | None = None) -> None:
    rows = [
        Comment(
            creator=creator, author=author, parent=parent, key=str(uuid4()), text=f"No. {n}", at=clock.now()
        )
        for n in range(count)
    ]
    Comment.objects.bulk_create(rows)


def test_a_comment_stands_on_the_wall_and_in_the_creators_stream(fan: User, creator: User) -> None:
    comment = write(fan, creator, "  Thank   you\n\n\n\nfor tonight ")
    assert seen(creator, fan) == [("Thank you\n\nfor tonight", [])]
    (event,) = log.since(f"creator:{creator.pk}", 0, 10)
    assert (event.type, event.body) == (
        "comment.posted",
        {"comment": comment.pk, "creator": creator.pk, "author": fan.pk, "parent": None},
    )


def test_a_reply_stands_below_what_it_replies_to_and_goes_no_deeper(fan: User, creator: User) -> None:
    opening = write(fan, creator, "First")
    reply = write(creator, creator, "Thank you", parent_id=opening.pk)
    write(fan, creator, "Second")
    assert seen(creator, fan) == [("Second", []), ("First", ["Thank you"])]
    with pytest.raises(errors.NoSuchThread):
        write(fan, creator, parent_id=reply.pk)
    with pytest.raises(errors.NoSuchThread):
        write(fan, creator, parent_id=2**40)


def test_a_reply_stays_on_its_wall(fan: User, creator: User, stranger: User) -> None:
    elsewhere = write(fan, stranger)
    with pytest.raises(errors.NoSuchThread):
        write(fan, creator, parent_id=elsewhere.pk)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 501, "a\u202eb", "\u3164", "line\n" * 13])
def test_what_cannot_be_shown_is_refused(fan: User, creator: User, text: str) -> None:
    with pytest.raises(errors.InvalidComment):
        write(fan, creator, text)
    assert Comment.objects.count() == 0


def test_the_same_key_writes_once_and_another_text_under_it_is_refused(fan: User, creator: User) -> None:
    first = write(fan, creator, key="k1")
    assert write(fan, creator, key="k1") == first
    with pytest.raises(errors.CommentKeyReused):
        write(fan, creator, "Something else", key="k1")
    assert (Comment.objects.count(), len(log.since(f"creator:{creator.pk}", 0, 10))) == (1, 1)


def test_one_key_that_races_writes_once(fan: User, creator: User, race: Race) -> None:
    written = race(4, lambda: write(fan, creator, key="k1").pk)
    assert written == [Comment.objects.get().pk] * 4
    assert len(log.since(f"creator:{creator.pk}", 0, 10)) == 1


def test_a_full_thread_takes_no_more_also_at_once(fan: User, creator: User, race: Race) -> None:
    opening = write(fan, creator)
    many(creator, fan, 99, opening)
    outcomes = race(3, lambda: write(fan, creator, parent_id=opening.pk).pk)
    assert outcomes.count(errors.ThreadFull) == 2
    assert opening.replies.count() == 100


def test_only_creators_have_a_wall_and_they_choose_who_writes(
    fan: User, creator: User, stranger: User
) -> None:
    with pytest.raises(errors.NoWall):
        write(creator, fan)
    PrivacySettings.objects.create(user=creator, comments_from="followers")
    with pytest.raises(errors.NotWelcome):
        write(fan, creator)
    services.follow(follower=fan, followed=creator, now=clock.now())
    write(fan, creator)
    PrivacySettings.objects.update(comments_from="nobody")
    with pytest.raises(errors.NotWelcome):
        write(fan, creator)
    write(creator, creator, "My own wall")


def test_who_is_blocked_neither_writes_nor_is_seen(fan: User, creator: User, stranger: User) -> None:
    write(fan, creator, "From Alice")
    opening = write(stranger, creator, "From Charlie")
    services.block(blocker=stranger, blocked=fan, now=clock.now())
    assert seen(creator, stranger) == [("From Charlie", [])]
    assert seen(creator, fan) == [("From Alice", [])]
    with pytest.raises(errors.NoSuchThread):
        write(fan, creator, parent_id=opening.pk)
    with pytest.raises(errors.CommentNotFound):
        like_comment(comment_id=opening.pk, person=fan, now=clock.now())
    services.block(blocker=creator, blocked=fan, now=clock.now())
    with pytest.raises(errors.NoWall):
        write(fan, creator)


def test_six_comments_in_a_minute_are_enough(fan: User, creator: User) -> None:
    for _ in range(6):
        write(fan, creator)
    with pytest.raises(errors.TooManyComments) as refusal:
        write(fan, creator)
    assert (refusal.value.status, refusal.value.extra["retry_after_s"]) == (429, 60)


def test_what_an_author_removes_loses_its_words_and_keeps_its_replies(fan: User, creator: User) -> None:
    opening = write(fan, creator, "I regret this")
    write(creator, creator, "No worries", parent_id=opening.pk)
    for _ in range(2):
        remove_comment(comment_id=opening.pk, by=fan, now=clock.now())
    opening.refresh_from_db()
    assert (opening.text, opening.removed_by) == ("", "author")
    assert seen(creator, fan) == [("", ["No worries"])]
    with pytest.raises(errors.NoSuchThread):
        write(fan, creator, parent_id=opening.pk)


def test_a_removed_thread_without_replies_is_gone(fan: User, creator: User) -> None:
    opening = write(fan, creator)
    reply = write(creator, creator, "Hm", parent_id=opening.pk)
    remove_comment(comment_id=opening.pk, by=creator, now=clock.now())
    remove_comment(comment_id=reply.pk, by=creator, now=clock.now())
    assert seen(creator, creator) == []
    opening.refresh_from_db()
    assert (opening.text, opening.removed_by) == ("Lovely", "creator")


def test_others_remove_nothing(fan: User, creator: User, stranger: User) -> None:
    comment = write(fan, creator)
    with pytest.raises(errors.NotYourComment):
        remove_comment(comment_id=comment.pk, by=stranger, now=clock.now())
    with pytest.raises(errors.CommentNotFound):
        remove_comment(comment_id=2**40, by=fan, now=clock.now())
    assert seen(creator, stranger) == [("Lovely", [])]


def test_a_heart_counts_once_and_is_taken_back_once(fan: User, creator: User, stranger: User) -> None:
    comment = write(fan, creator)
    for person in (stranger, stranger, creator):
        like_comment(comment_id=comment.pk, person=person, now=clock.now())
    assert Comment.objects.get().likes == 2
    for _ in range(2):
        unlike_comment(comment_id=comment.pk, person=stranger)
    assert (Comment.objects.get().likes, CommentLike.objects.get().person) == (1, creator)


def test_hearts_that_race_count_once_each(fan: User, creator: User, race: Race) -> None:
    comment = write(fan, creator)
    race(6, lambda: like_comment(comment_id=comment.pk, person=fan, now=clock.now()).likes)
    assert (Comment.objects.get().likes, CommentLike.objects.count()) == (1, 1)


def test_what_is_removed_takes_no_heart(fan: User, creator: User) -> None:
    comment = write(fan, creator)
    remove_comment(comment_id=comment.pk, by=fan, now=clock.now())
    with pytest.raises(errors.CommentNotFound):
        like_comment(comment_id=comment.pk, person=creator, now=clock.now())


def test_whoever_asked_for_mails_gets_one_and_nobody_of_their_own(
    fan: User, creator: User, stranger: User
) -> None:
    for person in (fan, creator):
        services.set_topics(user=person, topics={"comments"})
    opening = write(fan, creator)
    write(stranger, creator, "Me too", parent_id=opening.pk)
    write(creator, creator, "Hello all")
    owed = OwedMail.objects.order_by("pk").values_list("user__handle", "facts__author")
    assert sorted(owed) == [("alice", "Charlie"), ("bob", "Alice"), ("bob", "Charlie")]


def test_an_erased_persons_words_and_hearts_are_gone(fan: User, creator: User) -> None:
    own, other = write(fan, creator, "Mine"), write(creator, creator, "Theirs")
    like_comment(comment_id=other.pk, person=fan, now=clock.now())
    (part, hearts) = (
        p for parts in hooks.export_parts.call_all(fan) for p in parts if p.name.startswith("comment")
    )
    assert [row["text"] for row in part.rows] == ["Mine"]
    assert len(list(hearts.rows)) == 1
    for _ in range(2):
        with transaction.atomic():
            comments_personal.erase(fan)
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.text, own.is_removed, other.likes, CommentLike.objects.count()) == ("", True, 0, 0)


def test_the_page_and_rest_write_reply_like_and_remove_alike(
    fan: User, creator: User, page_as: Callable[[User], Client], as_user: Callable[[User], APIClient]
) -> None:
    page, client = page_as(fan), as_user(creator)
    answer = page.post("/@bob/comments/", {"text": "Hello", "key": "k1"})
    opening = Comment.objects.get()
    assert answer["Location"] == f"/@bob?before={opening.pk + 1}#comment-{opening.pk}"

    reply = client.post(
        "/api/v1/people/bob/comments/",
        {"text": "Hi", "parent": opening.pk},
        headers={"Idempotency-Key": "k2"},
    )
    assert (reply.status_code, reply.json()["author"]["handle"]) == (201, "bob")
    assert client.put(f"/api/v1/comments/{opening.pk}/like/").json() == {"likes": 1}
    assert page.post(f"/comments/{reply.json()['id']}/like/").status_code == 302

    (thread,) = client.get("/api/v1/people/bob/comments/").json()["results"]
    assert (thread["text"], thread["is_liked"], thread["likes"]) == ("Hello", True, 1)
    assert [(r["text"], r["is_liked"], r["likes"]) for r in thread["replies"]] == [("Hi", False, 1)]
    shown = page.get("/@bob").content.decode()
    assert ("Hello" in shown, 'aria-pressed="true"' in shown) == (True, True)

    assert client.delete(f"/api/v1/comments/{opening.pk}/like/").json() == {"likes": 0}
    assert client.delete(f"/api/v1/comments/{opening.pk}/").status_code == 204
    assert page.post(f"/comments/{reply.json()['id']}/removal/").status_code == 403


def test_the_wall_goes_on_by_a_cursor(fan: User, creator: User, client: Client) -> None:
    many(creator, fan, 45)
    address, pages = "/api/v1/people/bob/comments/", []
    while address:
        answer = client.get(address).json()
        pages.append([comment["text"] for comment in answer["results"]])
        address = answer["next"]
    assert ([len(page) for page in pages], pages[0][0], pages[2][-1]) == ([20, 20, 5], "No. 44", "No. 0")
    first = client.get("/@bob").content.decode()
    assert ("No. 25<" in first, "No. 24<" in first) == (True, False)


def test_anybody_reads_and_nobody_writes_without_signing_in(fan: User, creator: User, client: Client) -> None:
    comment = write(fan, creator)
    assert "Lovely" in client.get("/@bob").content.decode()
    assert client.get("/api/v1/people/bob/comments/").json()["results"][0]["is_liked"] is False
    for path in ("/@bob/comments/", f"/comments/{comment.pk}/removal/", f"/comments/{comment.pk}/like/"):
        assert client.post(path)["Location"].startswith("/accounts/login/"), path
    rest = APIClient()
    assert rest.post("/api/v1/people/bob/comments/", {"text": "x"}).status_code == 401
    assert rest.delete(f"/api/v1/comments/{comment.pk}/").status_code == 401
    assert rest.put(f"/api/v1/comments/{comment.pk}/like/").status_code == 401


def test_rest_refuses_without_a_key_and_on_a_hidden_wall(
    fan: User, creator: User, as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(fan)
    missing = client.post("/api/v1/people/bob/comments/", {"text": "x"})
    assert (missing.status_code, missing.json()["code"]) == (400, "invalid_idempotency_key")
    PrivacySettings.objects.create(user=creator, profile_seen_by="nobody")
    assert client.get("/api/v1/people/bob/comments/").status_code == 404


def test_an_operator_removes_with_a_reason_and_the_words_stay_for_the_back_office(
    fan: User, creator: User, operator: User, verified_page_as: Callable[..., Client]
) -> None:
    comment = write(fan, creator, "Buy my coins elsewhere")
    office = verified_page_as(operator)
    address = f"/admin/live/comment/{comment.pk}/removal/"
    assert "Buy my coins elsewhere" in office.get("/admin/live/comment/").content.decode()
    assert office.post(address, {"reason": ""}).status_code == 400
    assert office.post(address, {"reason": "Fraud"}).status_code == 302
    comment.refresh_from_db()
    assert (comment.removed_by, comment.removed_because, comment.text) == (
        "staff",
        "Fraud",
        "Buy my coins elsewhere",
    )
    assert seen(creator, fan) == []


def test_a_fan_has_no_back_office(fan: User, creator: User, page_as: Callable[[User], Client]) -> None:
    comment = write(fan, creator)
    answer = page_as(fan).post(f"/admin/live/comment/{comment.pk}/removal/", {"reason": "x"})
    assert answer.status_code in (302, 403, 404)
    assert seen(creator, fan) == [("Lovely", [])]


def test_an_operators_word_stands_over_the_authors(fan: User, creator: User) -> None:
    comment = write(fan, creator)
    remove_as_operator(comment_id=comment.pk, reason="Spam", now=clock.now())
    remove_comment(comment_id=comment.pk, by=fan, now=clock.now() + timedelta(days=1))
    comment.refresh_from_db()
    assert (comment.removed_by, comment.text) == ("staff", "")
    with pytest.raises(DomainError):
        remove_as_operator(comment_id=2**40, reason="Spam", now=clock.now())
