"""docs/performance.md says what the results say, and can be looked at."""

from xml.etree import ElementTree

from benchmarks import page
from benchmarks.charts import WIDTH, Bar, bars
from benchmarks.targets import TARGETS, Target
from stack.environment import ROOT


def test_the_committed_page_and_charts_are_made_from_the_committed_results() -> None:
    made = page.files(page.load())
    assert {name: (ROOT / "docs" / name).read_text() for name in made} == made


def test_every_target_finds_its_measurement() -> None:
    results = page.load()
    assert [target.words for target in TARGETS if target.value(results) is None] == []


def test_a_target_is_met_at_its_limit_and_missed_beyond() -> None:
    rate = Target("P0", "rate", ("x", "ratios", "y"), 60)
    delay = Target("P0", "delay", ("x", "ratios", "y"), 50, kind="at most")
    assert [rate.is_met(value, rate.must) for value in (60.0, 59.9)] == [True, False]
    assert [delay.is_met(value, delay.must) for value in (50.0, 50.1)] == [True, False]
    assert rate.value({"x": {"ratios": {"y": 61}}}) == 61


def test_a_chart_is_whole_xml_with_its_words_and_the_longest_bar_across() -> None:
    drawn = ElementTree.fromstring(bars('Gifts "a second"', [Bar("a & b", 20, "20/s"), Bar("c", 5, "5/s")]))  # noqa: S314
    texts = [element.text for element in drawn.iter() if element.tag.endswith("text")]
    widths = [float(element.get("width", 0)) for element in drawn.iter() if element.get("class") == "other"]
    assert texts == ['Gifts "a second"', "a & b", "20/s", "c", "5/s"]
    assert widths == [WIDTH, WIDTH / 4]
