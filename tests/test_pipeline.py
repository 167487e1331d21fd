"""The assistant over a small library with the bundled model: answers, streams, conversations and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.runnables import Runnable
from report_fakes import all_units, make_report

from assistant import Answer, Assistant, Message, load_assistant
from assistant.chain import LibraryRetriever
from assistant.judge import Judged
from assistant.question import analyse
from index import Library, load_settings
from index.figures.values import number_candidates

HAI_DONG = """BÁO CÁO
Kết quả phát triển kinh tế - xã hội năm 2022 của xã Hải Đông

I. Kết quả thực hiện năm 2022

Tỷ lệ sử dụng nước hợp vệ sinh của dân cư đạt 100%, trong đó có 85,1% số hộ dân đã đấu nối với hệ thống nước sạch.

Tỷ lệ hộ nghèo năm 2022 là 2,4%. Tỷ lệ tham gia bảo hiểm y tế đạt 95,6%. Xã có 10 thôn với 1.234 hộ dân.

II. Phương hướng năm 2023

Phấn đấu tỷ lệ hộ nghèo còn 1,5%.
"""
TAN_LAP = """REPORT
Socio-economic results of Tan Lap commune in 2022

In 2022 the poverty rate was 7.9%. The commune has 14 hamlets.
"""
WATER = "Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("assistant")
    (folder / "hai-dong.txt").write_text(HAI_DONG, "utf-8")
    (folder / "tan-lap.txt").write_text(TAN_LAP, "utf-8")
    with Library.open(folder / "library", settings=load_settings(directory=folder / "library")) as library:
        added = library.add([folder / "hai-dong.txt", folder / "tan-lap.txt"])
        assert [result.status for result in added] == ["added", "added"]
        yield load_assistant(library)


def shown(answer: Answer) -> str:
    return answer.value.shown if answer.value else ""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (WATER, "85,1%"),
        ("ty le ho dan dung nuoc sach", "85,1%"),
        ("What share of households use clean water?", "85.1 %"),
        ("Tỷ lệ hộ nghèo ở xã Hải Đông năm 2022?", "2,4%"),
        ("Chỉ tiêu tỷ lệ hộ nghèo của xã Hải Đông năm 2023?", "1,5%"),
        ("What was the poverty rate in Tan Lap in 2022?", "7.9 %"),
    ],
)
def test_an_answer_is_short_cited_and_verbatim(assistant: Assistant, question: str, value: str) -> None:
    answer = assistant.answer(question)
    assert shown(answer) == value
    assert f"**{value}**" in answer.text
    assert "[1]" in answer.text
    (citation,) = answer.citations
    report = assistant.library.report(citation.report_id)
    assert citation.quote == report.text[citation.start : citation.end]
    assert answer.value is not None
    assert answer.value.text == report.text[answer.value.start : answer.value.end]
    assert answer.value.text in citation.quote
    assert [e.text for e in answer.shown] == [assistant.library.report(e.report_id).text[e.start : e.end] for e in answer.shown]


def test_a_stream_ends_with_the_answer_whose_text_it_spelled(assistant: Assistant) -> None:
    *pieces, answer = assistant.stream(WATER)
    assert isinstance(answer, Answer)
    assert all(isinstance(piece, str) for piece in pieces)
    assert "".join(str(piece) for piece in pieces).strip() == answer.text
    assert shown(answer) == "85,1%"


FIRST = "Tỷ lệ hộ nghèo ở xã Hải Đông năm 2022 là bao nhiêu?"


@pytest.mark.parametrize(
    "history",
    [
        [Message("user", FIRST), Message("assistant", "2,4%")],
        [("user", FIRST), ("assistant", "2,4%")],
        [(FIRST, "2,4%")],
        [{"role": "user", "content": FIRST}, {"role": "assistant", "content": "2,4%"}],
        [{"role": "user", "content": [{"type": "text", "text": FIRST}]}, {"role": "assistant", "content": None}],
        [FIRST],
    ],
    ids=["messages", "roles and texts", "questions and answers", "dictionaries", "parts", "texts"],
)
def test_a_follow_up_in_every_shape_of_history(assistant: Assistant, history: list[Any]) -> None:
    answer = assistant.answer("Còn bảo hiểm y tế thì sao?", history)
    assert shown(answer) == "95,6%"
    assert "Hải Đông" in answer.standalone
    assert "2022" in answer.standalone


def test_answers_do_not_depend_on_what_was_asked_before(assistant: Assistant) -> None:
    first = assistant.answer(WATER)
    assistant.answer("Còn bảo hiểm y tế thì sao?", [(FIRST, "")])
    assert (assistant.answer(WATER).text, assistant.answer(WATER).standalone) == (first.text, first.standalone)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "empty"),
        ("   \n ", "empty"),
        ("nước sạch " * 300, "too_long"),
        ("???", "unclear"),
        ("🙂🙂", "unclear"),
        ("What is it?", "unclear"),
        ("Tỷ lệ che phủ rừng là bao nhiêu?", "not_found"),
        ("Who won the football match?", "not_found"),
        ("Quel est le taux de chômage à Paris ?", "not_found"),
        ("Tỷ lệ hộ nghèo ở xã Hải Đông năm 2019?", "other_period"),
        ("Tỷ lệ hộ nghèo ở xã Quảng Minh?", "other_place"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_reason(assistant: Assistant, question: str, reason: str) -> None:
    answer = assistant.answer(question)
    assert answer.refusal is not None
    assert not answer.answered
    assert (answer.value, answer.citations) == (None, ())
    assert answer.text == answer.refusal.message != ""
    if reason != "not_found" or question.startswith("Tỷ lệ"):
        assert answer.refusal.reason == reason


def test_a_refusal_names_the_years_and_places_held(assistant: Assistant) -> None:
    year = assistant.answer("Tỷ lệ hộ nghèo ở xã Hải Đông năm 2019?").refusal
    place = assistant.answer("Tỷ lệ hộ nghèo ở xã Quảng Minh?").refusal
    assert year is not None
    assert "2022" in year.held
    assert place is not None
    assert "xã Hải Đông" in place.held


def test_the_search_can_be_limited_to_some_reports(assistant: Assistant) -> None:
    (tan_lap,) = [info.id for info in assistant.library.reports() if "Tan Lap" in info.title or info.name == "tan-lap.txt"]
    answer = assistant.answer(WATER, reports=[tan_lap])
    assert not answer.answered
    assert {evidence.report_id for evidence in answer.shown} <= {tan_lap}
    refused = assistant.answer(WATER, reports=[])
    assert refused.refusal is not None
    assert refused.refusal.reason == "no_reports"


def test_an_empty_library_says_so_in_the_asker_s_language(library: Library) -> None:
    refusals = [Assistant(library).answer(question) for question in (WATER, "What share of households use clean water?")]
    assert [answer.refusal.reason for answer in refusals if answer.refusal] == ["no_reports", "no_reports"]
    assert [answer.language for answer in refusals] == ["vi", "en"]


def test_the_assistant_is_a_langchain_runnable(assistant: Assistant) -> None:
    assert isinstance(assistant.runnable, Runnable)


def test_the_library_is_a_langchain_retriever(assistant: Assistant) -> None:
    documents = LibraryRetriever(library=assistant.library, k=3).invoke("nước sạch")
    assert 0 < len(documents) <= 3
    for document in documents:
        text = assistant.library.report(document.metadata["report"]).text
        assert document.page_content == text[document.metadata["start"] : document.metadata["end"]]
        assert document.metadata["page"] == 1


def test_reports_are_read_from_disk_once(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant.answer(WATER)
    monkeypatch.setattr(assistant.library, "report", lambda id: pytest.fail(f"read {id} again"))
    assert shown(assistant.answer(WATER)) == "85,1%"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Cụm công nghiệp Đồi Sim thu hút 11 dự án, vốn thực hiện 718 tỷ đồng.", ""),
        ("Tổng chi ngân sách huyện 742,6 tỷ đồng.", "budget expenditure"),
    ],
)
def test_a_value_is_called_by_what_is_asked_only_where_the_report_speaks_of_it(assistant: Assistant, text: str, name: str) -> None:
    question = analyse("How much of the cluster's budget expenditure was spent in 2023?", glossary=assistant.glossary)
    (unit,) = all_units(make_report(text, title="Báo cáo tình hình năm 2023"))
    candidate = next(c for c in number_candidates(unit) if c.kind == "money")
    named = assistant._indicator(question, Judged(unit, candidate, 1.0, 1.0, 1.0, 1.0, 1.0))
    assert named.lower() == name


@pytest.mark.parametrize(
    ("asked", "value", "name"),
    [("Bệnh viện trả kết quả sau mấy tiếng?", "186", False), ("Huyện có bao nhiêu bệnh viện?", "15", True)],
)
def test_what_is_told_of_a_facility_is_called_by_it_only_where_facilities_are_counted(
    assistant: Assistant, asked: str, value: str, name: bool
) -> None:
    question = analyse(asked, glossary=assistant.glossary)
    (unit,) = all_units(make_report("Huyện có 15 bệnh viện, bệnh viện Nà Đông chi 186 triệu đồng.", title="Báo cáo năm 2022"))
    candidate = next(c for c in number_candidates(unit) if c.text.startswith(value))
    named = assistant._indicator(question, Judged(unit, candidate, 1.0, 1.0, 1.0, 1.0, 1.0))
    assert ("bệnh viện" in named.lower()) is name
