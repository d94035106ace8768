"""What changed between two versions, as people read it."""

from accounts.differences import Passage, Run, differences, only_changes

OLD = "## Coins\n\nCoins last one year.\n\n- They are not money.\n- They stay here.\n\nWrite to us."
NEW = "## Coins\n\nCoins last two years.\n\n- They are not money.\n\nWrite to us.\n\nA wholly other thing is said."


def test_a_reworded_paragraph_shows_the_words_that_came_and_went() -> None:
    changed = next(passage for passage in differences(OLD, NEW) if passage.kind == "changed")
    assert [(run.kind, run.text) for run in changed.runs] == [
        ("same", "Coins last "),
        ("removed", "one"),
        ("added", "two"),
        ("same", " "),
        ("removed", "year."),
        ("added", "years."),
    ]


def test_points_and_paragraphs_come_and_go_whole() -> None:
    found = [
        (p.kind, p.shape, p.runs[0].text) for p in differences(OLD, NEW) if p.kind in ("added", "removed")
    ]
    assert found == [
        ("removed", "point", "They stay here."),
        ("added", "text", "A wholly other thing is said."),
    ]


def test_the_same_text_has_no_change() -> None:
    assert {passage.kind for passage in differences(OLD, OLD.replace("\n", "\r\n"))} == {"same"}


def test_far_unchanged_passages_are_left_out() -> None:
    far = [Passage("same", "text", [Run("same", str(n))]) for n in range(4)]
    shown = only_changes([*far, Passage("added", "text", [Run("added", "new")])])
    assert [passage and passage.runs[0].text for passage in shown] == [None, "3", "new"]
