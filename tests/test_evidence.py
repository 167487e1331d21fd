"""Sentences and rows know what stands round them: what makes a figure a target, and which year it is of."""

from __future__ import annotations

import dataclasses

import pytest
from report_fakes import Row, all_units, make_report, unit_of

from assistant.evidence import UNSCORED, head_units, heading_sets_target, named_places, sentence_scores, units
from index import Passage, Period, Place, ScoredPassage
from index.records import ScoredSentence


def test_units_are_whole_sentences_of_the_text() -> None:
    report = make_report("# I. Kết quả", "Xã có 10 thôn. Tỷ lệ hộ nghèo là 2,4%.", "Trường học đạt chuẩn.")
    found = all_units(report)
    assert [unit.text for unit in found] == ["Xã có 10 thôn.", "Tỷ lệ hộ nghèo là 2,4%.", "Trường học đạt chuẩn."]
    assert all(report.text[unit.start : unit.end] == unit.text for unit in found)


def test_a_sentence_found_by_two_passages_is_one_unit() -> None:
    report = make_report("Xã có 10 thôn.", "Tỷ lệ hộ nghèo là 2,4%.")
    whole = ScoredPassage(Passage("r1", 0, len(report.text), report.text, 1), 2.0)
    part = ScoredPassage(Passage("r1", 0, 14, report.text[:14], 1), 1.0)
    found = units([whole, part], {"r1": report})
    assert [unit.text for unit in found] == ["Xã có 10 thôn.", "Tỷ lệ hộ nghèo là 2,4%."]
    assert {unit.retrieval for unit in found} == {1.0}


def test_a_target_carries_through_its_paragraph_until_a_result() -> None:
    report = make_report(
        "Năm 2023 xã phấn đấu: thu ngân sách 5 tỷ đồng. Gia đình văn hóa trên 96%. Năm 2022 đã đạt được 95%. Trường học có 12 lớp."
    )
    assert [unit.target for unit in all_units(report)] == [False, True, True, False]
    assert "phấn đấu" in unit_of(report, "văn hóa").lead


def test_a_mention_of_the_plan_met_sets_no_target() -> None:
    report = make_report("Xã đạt và vượt các chỉ tiêu đề ra: thu ngân sách đạt 108%. Hộ nghèo còn 2,4%.")
    assert [unit.target for unit in all_units(report)] == [False, False]


def test_items_hang_on_the_line_that_leads_into_the_list() -> None:
    report = make_report(
        "Phấn đấu năm 2023 đạt các mục tiêu sau:", "- Hộ nghèo còn 1,5%.", "- Nước sạch 90%.", "Trường học có 12 lớp."
    )
    first, second = unit_of(report, "1,5%"), unit_of(report, "90%")
    assert first.target
    assert second.target
    assert "mục tiêu" in second.lead
    assert second.context_period == Period(2023)
    assert not unit_of(report, "12 lớp").target


def test_sentences_take_the_year_that_opened_their_paragraph() -> None:
    report = make_report("Năm 2021, xã có nhiều cố gắng. Hộ nghèo còn 3,4%.")
    assert unit_of(report, "3,4%").context_period == Period(2021)


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("II. Phương hướng, nhiệm vụ năm 2023", True),
        ("I. Kết quả thực hiện nhiệm vụ năm 2022", False),
        ("PHẦN I. TÌNH HÌNH › 2. Mục tiêu năm 2023", True),
        ("Phương hướng năm 2023 › Kết quả đạt được", False),
        ("Results in 2022", False),
        ("Targets for 2023", True),
        ("Giới thiệu", False),
        ("", False),
    ],
)
def test_the_deepest_telling_heading_decides(heading: str, target: bool) -> None:
    assert heading_sets_target(heading) is target


def test_rows_keep_their_cells_and_headings_are_no_units() -> None:
    report = make_report("# Bảng 1", Row(["Hộ nghèo", "2,4"], ["Chỉ tiêu", "Năm 2022"]))
    (row,) = all_units(report)
    assert row.is_row
    assert row.text == "Hộ nghèo | 2,4"
    assert [cell.header for cell in row.cells] == ["Chỉ tiêu", "Năm 2022"]


def test_the_head_of_a_report_can_be_read_without_being_found() -> None:
    report = make_report("Số: 12/BC-UBND", "Hải Đông, ngày 28 tháng 12 năm 2022", "Xã có 10 thôn.")
    assert "Hải Đông, ngày 28 tháng 12 năm 2022" in [unit.text for unit in head_units(report)]


def test_places_in_running_text_have_capitals() -> None:
    assert Place("Hải Đông", "commune") in named_places("Tại xã Hải Đông còn 12 hộ")
    assert named_places("phường còn 12 hộ") == ()


def test_a_report_of_scanned_pages_can_be_a_key() -> None:
    """What is read of a report once is kept by the report."""
    report = make_report("Báo cáo năm 2022.")
    scanned = dataclasses.replace(report, scans={1: 0.93})
    assert hash(scanned) == hash(report)
    assert scanned != report


def test_a_unit_has_the_score_of_its_sentence() -> None:
    report = make_report("Xã có 10 thôn. Tỷ lệ hộ nghèo là 2,4%.", "Trường học đạt chuẩn.")
    first, second, third = all_units(report)
    scored = (ScoredSentence(first.start, first.end, 1.0), ScoredSentence(second.start + 2, second.end, 3.0, (0.5,)))
    score = sentence_scores([ScoredPassage(Passage("r1", 0, len(report.text), report.text, 1), 2.0, sentences=scored)])
    assert 0 < score(first).chance < score(second).chance
    assert score(first).chance + score(second).chance == pytest.approx(1.0)
    assert (score(first).behind, score(second).behind, score(second).signals) == (-2.0, 0.0, (0.5,))
    assert score(third) == UNSCORED
    assert sentence_scores([])(first) == UNSCORED
