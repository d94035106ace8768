"""A batch's columns go to PostgreSQL as text; what arrives is what was sent."""

from uuid import UUID

import hypothesis.strategies as st
import pytest
from django.db import connection
from hypothesis import given, settings

from ground.batches import array, text_array, uuid_array

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def arrived(column: str, type_: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{type_}[]", [column])
        (found,) = cursor.fetchone() or ([],)
    return list(found)


@pytest.mark.django_db
@given(st.lists(texts))
@settings(deadline=None)
def test_any_text_arrives_as_it_is(values: list[str]) -> None:
    assert arrived(text_array(values), "text") == values


@pytest.mark.django_db
@pytest.mark.parametrize("values", [["NULL", "", "{}", 'a"b', "a\\b", "a,b"], [""], []])
def test_what_has_a_meaning_in_an_array_is_only_text(values: list[str]) -> None:
    assert arrived(text_array(values), "text") == values


@pytest.mark.django_db
def test_numbers_and_uuids_arrive_as_they_are() -> None:
    assert arrived(array([1, -(2**63), 2**63 - 1]), "bigint") == [1, -(2**63), 2**63 - 1]
    ids = [UUID(int=7), UUID(int=8), UUID(int=7)]
    assert arrived(uuid_array(ids), "uuid") == ids
    assert arrived(array([]), "bigint") == []
