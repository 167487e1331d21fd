"""Quotes are the report's own words, of a bearable length, and offsets that are not the report's are refused."""

from __future__ import annotations

import pytest
from report_fakes import Row, all_units, make_report

from assistant.cite import QUOTE_CHARACTERS, cite, evidence, quote
from assistant.evidence import Unit
from assistant.judge import Judged
from index.figures.candidate import Candidate
from index.figures.values import number_candidates

LONG = (
    "Trong năm qua "
    + "cán bộ và nhân dân trong xã đã có nhiều cố gắng, " * 9
    + "tỷ lệ hộ nghèo còn 2,4%; "
    + "các đoàn thể đã tích cực vận động hội viên tham gia; " * 4
    + "an ninh được giữ vững."
)


def judged(unit: Unit, candidate: Candidate | None = None, score: float = 0.8) -> Judged:
    return Judged(unit, candidate, score, 1.0, 1.0, 1.0, 1.0)


def test_a_sentence_is_quoted_whole() -> None:
    report = make_report("# I. Kết quả", "Xã có 10 thôn. Tỷ lệ hộ nghèo là 2,4%.")
    unit = all_units(report)[1]
    citation = cite(1, judged(unit, number_candidates(unit)[0]))
    assert citation.quote == "Tỷ lệ hộ nghèo là 2,4%." == report.text[citation.start : citation.end]
    assert (citation.marker, citation.report_id, citation.page, citation.heading) == (1, "r1", 1, "I. Kết quả")


def test_a_row_is_quoted_whole() -> None:
    report = make_report(Row(["Hộ nghèo", "2,4"], ["Chỉ tiêu", "Năm 2022 (%)"]))
    (unit,) = all_units(report)
    assert cite(2, judged(unit, number_candidates(unit)[0])).quote == "Hộ nghèo | 2,4"


def test_a_long_sentence_is_quoted_round_its_value() -> None:
    report = make_report(LONG)
    (unit,) = all_units(report)
    assert len(unit.text) > QUOTE_CHARACTERS
    (candidate,) = number_candidates(unit)
    citation = cite(1, judged(unit, candidate))
    assert citation.quote == report.text[citation.start : citation.end]
    assert "tỷ lệ hộ nghèo còn 2,4%" in citation.quote
    assert len(citation.quote) < len(unit.text)
    assert citation.start <= candidate.start < candidate.end <= citation.end


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (0, 10_000), (3, 3), (5, 2)])
def test_offsets_outside_the_report_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside report r1"):
        quote(make_report("Xã có 10 thôn."), start, end)


@pytest.mark.parametrize(("score", "shown"), [(-9.0, 0.0), (0.51239, 0.5124), (1.7, 1.0)])
def test_evidence_is_verbatim_and_its_score_within_0_and_1(score: float, shown: float) -> None:
    (unit,) = all_units(make_report("Xã có 10 thôn."))
    seen = evidence(judged(unit, score=score))
    assert seen.text == "Xã có 10 thôn." == unit.report.text[seen.start : seen.end]
    assert seen.score == shown
