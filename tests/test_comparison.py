"""Comparison questions answered from the ledger: changes, gaps and ranks computed by code, or left alone where not sure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.comparison import comparison_of
from assistant.question import analyse
from index import Library, Place
from index.lexicon.glossary import Glossary

TAN_LAM = """BÁO CÁO
Kết quả thực hiện nhiệm vụ năm {year} của xã Tân Lâm

Toàn xã còn {poor} hộ nghèo, tỷ lệ hộ nghèo là {share}%. Thu ngân sách đạt {money}.
"""
DISTRICT = """# Báo cáo tình hình huyện Khe Sơn năm 2023

Bảng 1. Hộ nghèo theo xã

| Xã | Số hộ nghèo | Tỷ lệ hộ nghèo (%) |
|---|---|---|
| Tân Lâm | 64 | 5,1 |
| Nậm Khoai | 158 | 16,1 |
| Đồng Quế | 52 | 3,0 |
| Mường Tín | 57 | 4,3 |
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("reports")
    for year, poor, share, money in ((2022, 96, "7,7", "2.845 triệu đồng"), (2023, 64, "5,1", "3,106 tỷ đồng")):
        text = TAN_LAM.format(year=year, poor=poor, share=share, money=money)
        (folder / f"tan-lam-{year}.txt").write_text(text, encoding="utf-8")
    (folder / "khe-son-2023.md").write_text(DISTRICT, encoding="utf-8")
    with Library.open(tmp_path_factory.mktemp("library")) as library:
        assert [r.status for r in library.add([folder])] == ["added"] * 3
        yield Assistant(library)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Tỷ lệ hộ nghèo xã Tân Lâm năm 2023 so với năm 2022?", "giảm **2,6 điểm %**"),
        ("Số hộ nghèo của xã Tân Lâm năm 2023 giảm bao nhiêu so với năm 2022?", "giảm **32 hộ**"),
        ("Số hộ nghèo của xã Tân Lâm năm 2023 giảm bao nhiêu phần trăm so với năm 2022?", "giảm **33,3%**"),
        ("Tỷ lệ hộ nghèo xã Tân Lâm năm 2023 giảm bao nhiêu phần trăm so với năm 2022?", "giảm **2,6 điểm %**"),
        ("Thu ngân sách xã Tân Lâm năm 2023 tăng bao nhiêu % so với năm 2022?", "tăng **9,2%**"),
        ("How much lower was the poverty rate in Tan Lam commune in 2023 than in 2022?", "fell by **2.6 percentage points**"),
        ("Thu ngân sách xã Tân Lâm năm 2023 tăng bao nhiêu so với năm 2022?", "tăng **0,261 tỷ đồng**"),
        ("Số hộ nghèo của xã Nậm Khoai và xã Đồng Quế năm 2023 cộng lại là bao nhiêu?", "**210**"),
        ("How many poor households did Tan Lam commune have in 2022 and 2023 together?", "**160 households**"),
        ("Trung bình hai năm 2022 và 2023 xã Tân Lâm có bao nhiêu hộ nghèo?", "**80 hộ**"),
        ("Số hộ nghèo xã Tân Lâm năm 2022 gấp mấy lần năm 2023?", "năm 2022 gấp **1,5 lần** năm 2023"),
        ("Xã Nậm Khoai có số hộ nghèo gấp mấy lần xã Đồng Quế năm 2023?", "gấp **3,04 lần**"),
        ("Tỷ lệ hộ nghèo của xã Tân Lâm năm 2022 và năm 2023 là bao nhiêu?", "**7,7%** năm 2022 [1], **5,1%** năm 2023 [2]"),
        ("What was the poverty rate of Tan Lam commune in 2022 and in 2023?", "in 2022 [1]"),
        ("ty le ho ngheo xa tan lam 2022, 2023", "**7,7%** năm 2022 [1], **5,1%** năm 2023 [2]"),
        ("Xã nào có tỷ lệ hộ nghèo cao nhất?", "**xã Nậm Khoai**"),
        ("xa nao co ty le ho ngheo thap nhat", "**xã Đồng Quế**"),
        ("Which commune has the highest poverty rate?", "**Nậm Khoai commune**"),
        ("Tỷ lệ hộ nghèo xã Nậm Khoai so với xã Đồng Quế năm 2023?", "cao hơn **13,1 điểm %**"),
    ],
)
def test_a_comparison_is_computed_and_every_input_is_cited(assistant: Assistant, question: str, told: str) -> None:
    answer = assistant.answer(question)
    assert told in answer.text
    assert len(answer.citations) >= 2
    for citation in answer.citations:
        text = assistant.library.report(citation.report_id).text
        assert citation.quote == text[citation.start : citation.end]
        assert f"[{citation.marker}]" in answer.text


def test_the_formula_is_shown_with_the_figures_as_written(assistant: Assistant) -> None:
    answer = assistant.answer("Tỷ lệ hộ nghèo xã Tân Lâm năm 2023 so với năm 2022?")
    assert "(5,1% − 7,7%)" in answer.text
    assert answer.value
    assert (answer.value.shown, answer.value.figure) == ("2,6 điểm %", "change")


def test_a_rank_names_the_place_as_its_report_does(assistant: Assistant) -> None:
    answer = assistant.answer("Xã nào có tỷ lệ hộ nghèo cao nhất?")
    assert answer.value
    report = assistant.library.report(answer.citations[0].report_id)
    assert report.text[answer.value.start : answer.value.end] == "Nậm Khoai"


@pytest.mark.parametrize(
    "question",
    [
        "Tỷ lệ hộ nghèo xã Tân Lâm năm 2023 so với năm 2019?",
        "Thu ngân sách xã Nậm Khoai so với xã Đồng Quế năm 2023?",
        "Huyện nào có tỷ lệ hộ nghèo cao nhất?",
    ],
)
def test_what_a_cell_is_missing_for_is_not_computed(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(question)
    assert "−" not in answer.text
    assert answer.value is None or answer.value.figure != "change"
    assert "cao nhất" not in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Vì sao tỷ lệ hộ nghèo xã Tân Lâm năm 2023 giảm so với năm 2022?",
        "Tỷ lệ hộ nghèo theo báo cáo năm 2022 của xã Tân Lâm năm 2023?",
        "Tỷ lệ hộ nghèo xã Tân Lâm năm 2023 là bao nhiêu?",
        "Xã Tân Lâm có bao nhiêu hộ nghèo năm 2022?",
        "Ai ký báo cáo năm 2023?",
    ],
)
def test_other_questions_compare_nothing(question: str) -> None:
    glossary = Glossary.load()
    assert comparison_of(analyse(question, glossary=glossary, known_places=[Place("Tân Lâm", "commune")]), glossary) is None


def test_reports_that_disagree_are_not_computed_with(tmp_path: Path) -> None:
    for name, share in (("a", "5,1"), ("b", "5,4")):
        text = TAN_LAM.format(year=2023, poor=64, share=share, money="3 tỷ đồng")
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "c.txt").write_text(TAN_LAM.format(year=2022, poor=96, share="7,7", money="2 tỷ đồng"), encoding="utf-8")
    with Library.open(tmp_path / "library") as library:
        library.add([tmp_path / f"{name}.txt" for name in "abc"])
        answer = Assistant(library).answer("Tỷ lệ hộ nghèo xã Tân Lâm năm 2023 so với năm 2022?")
    assert "−" not in answer.text
