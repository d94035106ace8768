"""What cases give to an export, what they ask before a closing, and what is left after an erasing."""

import pytest
from django.db import connection

from accounts import hooks
from accounts.models import User
from care.files import clean_files
from care.models import CaseChange, CaseFile, CaseMessage, SupportCase
from care.parts import erase_person
from care.services import answer_case, note_case
from tests.care.conftest import ask, later, picture, report

pytestmark = pytest.mark.django_db(transaction=True)


def rows(person: User, name: str) -> list[dict[str, object]]:
    parts = {part.name: part for asked in hooks.export_parts.call_all(person) for part in asked}
    return [dict(row) for row in parts[name].rows]


def test_the_export_has_both_sides_and_no_notes(fan: User, stranger: User, support: User) -> None:
    case = ask(fan, "My own words", files=clean_files([picture("cat.png")]))
    ask(stranger, "Others' words")
    answer_case(case_id=case.pk, operator=support, body="An answer", key="a", now=later())
    note_case(case_id=case.pk, operator=support, body="A note", key="n", now=later())
    assert [(r["from"], r["words"]) for r in rows(fan, "support-messages")] == [
        ("you", "My own words"),
        ("support", "An answer"),
    ]
    assert [r["reference"] for r in rows(fan, "support-cases")] == [case.reference]
    assert [r["name"] for r in rows(fan, "support-files")] == ["cat.webp"]
    assert rows(fan, "money-stopped") == []


def test_stopped_money_stands_before_a_closing(fan: User) -> None:
    report(fan)
    codes = [h.code for asked in hooks.closing_hindrances.call_all(fan) for h in asked]
    assert "money_stopped" in codes


def test_erasing_leaves_no_word_and_no_file(fan: User, stranger: User, support: User) -> None:
    case = ask(fan, "SECRETWORD", files=clean_files([picture("SECRETNAME.png")]))
    note_case(case_id=case.pk, operator=support, body="SECRETNOTE", key="n", now=later())
    other = ask(stranger, "Theirs stays")
    for _ in range(2):
        erase_person(fan)
    assert (CaseFile.objects.count(), SupportCase.objects.count()) == (0, 2)
    assert set(CaseMessage.objects.filter(case=case).values_list("body", flat=True)) == {""}
    assert other.messages.get().body == "Theirs stays"
    with connection.cursor() as cursor:
        for table in (CaseMessage, CaseChange, CaseFile, SupportCase):
            cursor.execute(f"SELECT count(*) FROM {table._meta.db_table} row WHERE row::text LIKE '%SECRET%'")
            assert cursor.fetchone() == (0,), table
