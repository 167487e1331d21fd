"""The labelled claims of the sample reports: made as they should be, and judged rightly by the number gate."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from eval.claim_numbers import every_value, in_words, spell, written
from eval.claim_sources import Source, sources
from eval.claims import Judged, judge, main, make, rates, table

SAMPLES = Path(__file__).parents[1] / "eval" / "sets" / "samples" / "reports"


@pytest.fixture(scope="module")
def found() -> list[Source]:
    return [s for s in sources(SAMPLES, None) if s.report.format in ("txt", "md", "html")]


@pytest.fixture(scope="module")
def judged(found: list[Source]) -> list[Judged]:
    return [j for claims in make(found, each=4).values() for j in judge(claims)]


def test_the_gate_stops_wrong_claims_and_lets_right_ones_through(judged: list[Judged]) -> None:
    stopped, alarms, _ = rates(judged)
    missed = [j.claim.text for j in judged if j.claim.label == "wrong" and j.passed]
    assert stopped >= 0.98, missed
    assert alarms <= 0.02, [(j.claim.text, j.checks) for j in judged if j.claim.label == "right" and not j.passed]


def test_no_changed_digit_scale_or_place_gets_through(judged: list[Judged]) -> None:
    exact = [j for j in judged if j.claim.how in ("digit", "scale slip", "other place added", "other year added", "unit")]
    assert len(exact) > 40
    assert [j.claim.text for j in exact if j.passed] == []


def test_claims_are_the_same_every_time(found: list[Source]) -> None:
    first, second = ([(c.text, c.label, c.how) for claims in make(found[:2]).values() for c in claims] for _ in range(2))
    assert first == second
    assert {label for _, label, _ in first} == {"right", "wrong"}


def test_wrong_claims_differ_from_their_sentence_and_halves_share_no_report(found: list[Source]) -> None:
    halves = make(found)
    for claims in halves.values():
        assert all(c.text != c.was for c in claims if c.label == "wrong" and c.how != "plan as result")
    names = [{c.cited[0].report.id for c in claims} for claims in halves.values()]
    assert not names[0] & names[1]


def test_the_table_counts_every_way_of_making(judged: list[Judged]) -> None:
    lines = table(judged).splitlines()
    assert sum(int(line[48:].split()[0]) for line in lines) == len(judged)


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [("1234.5", "vi", "1.234,5"), ("1234.5", "en", "1,234.5"), ("0.50", "vi", "0,50"), ("12", "en", "12")],
)
def test_numbers_are_written_in_the_marks_of_either_language(value: str, language: str, shown: str) -> None:
    assert spell(Decimal(value), language) == shown


@pytest.mark.parametrize(
    ("value", "vi", "en"), [(21, "hai mươi mốt", "twenty-one"), (15, "mười lăm", "fifteen"), (35, "ba mươi lăm", "thirty-five")]
)
def test_numbers_are_written_in_words(value: int, vi: str, en: str) -> None:
    assert (in_words(value, "vi"), in_words(value, "en")) == (vi, en)


def test_figures_are_taken_up_only_where_they_can_be_read_in_one_way() -> None:
    (share, count) = written("Tỷ lệ 85,1% của 1.234 hộ", "vi")
    assert (share.value, share.unit, count.value, count.unit) == (Decimal("85.1"), "%", Decimal(1234), "hộ")
    assert written("Tỷ lệ 85.1% của 1.234 hộ", "vi") == []
    assert written("từ 10 đến 15%", "vi") == []
    assert Decimal("1.234") in every_value("1.234")
    assert Decimal(1234) in every_value("1.234")


def test_the_command_prints_the_rates_and_tells_whether_the_bars_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--samples", "--half", "tuning", "--each", "1", "--show", "wrong", "1"]) == 0
    out = capsys.readouterr().out
    assert "detection" in out
    assert "[wrong:" in out
