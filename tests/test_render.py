"""Answers and reports on the screen: the quote word for word, the value set off, and nothing from a report taken for markup."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from page_fakes import CLEAN_WATER, HOSTILE, FakeAssistant, FakeLibrary, make_report, sample_reports

from assistant.answers import Answer, Citation, Claim, Evidence, Refusal, ToolCall, Value
from index.records import Report
from ui.document import WINDOW, Window, blocks_of, heading_path, move_window, page_at, source_html, window_around
from ui.render import (
    AddRow,
    adding_html,
    answer_markdown,
    cite_link,
    escape_html,
    escape_markdown,
    parse_cite,
    question_markdown,
    reports_html,
    text_markdown,
)


class Tags(HTMLParser):
    """What a browser would make of some HTML: its elements, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def harmless(source: str) -> None:
    """No element that runs, loads or leaves."""
    for tag, attributes in Tags(source).tags:
        assert tag not in ("script", "img", "iframe", "form", "style", "object", "svg"), tag
        assert not [name for name in attributes if name.startswith("on")]
        assert not (attributes.get("href") or "").startswith(("http", "javascript", "data"))


def last_answer(question: str, tmp_path: Path) -> Answer:
    *_, answer = FakeAssistant(FakeLibrary(tmp_path, sample_reports())).stream(question)
    assert isinstance(answer, Answer)
    return answer


def test_escaping_markdown_leaves_no_character_that_could_mean_something() -> None:
    escaped = escape_markdown(HOSTILE)
    assert not re.search(r"[<>\[\]!*_`{}$\\|~]|https?://|www\.", escaped)
    assert html.unescape(escaped) == HOSTILE
    assert escape_markdown("a\n\n# b\t c") == "a &#35; b c"
    assert escape_markdown("1. một\x00\x1b") == "1&#46; một"


def test_escaping_html_covers_attributes() -> None:
    assert escape_html("<a href=\"x\" title='y'>&") == "&lt;a href=&quot;x&quot; title=&#x27;y&#x27;&gt;&amp;"


def test_a_citation_link_survives_the_round_trip_and_nothing_else_is_taken_for_one() -> None:
    assert parse_cite(cite_link("ab-12", 5, 9)) == ("ab-12", 5, 9, (0, 0))
    assert parse_cite("cite-ab-0-0") == ("ab", 0, 0, (0, 0))
    assert parse_cite(cite_link("ab-12", 5, 9, (6, 8))) == ("ab-12", 5, 9, (6, 8))
    assert parse_cite("#cite-ab-5-9~6~10") is None
    assert parse_cite("#cite-ab-5-9~6") is None
    for bad in (
        "",
        None,
        7,
        "#cite-ab-9-5",
        "#cite-ab-1",
        "#cite-../x-1-2",
        "#cite-ab-1-99999999999",
        "#cite-ab--1-2\n",
        "x#cite-ab-1-2",
    ):
        assert parse_cite(bad) is None, bad


def test_an_answer_sets_off_the_value_and_quotes_word_for_word(tmp_path: Path) -> None:
    markdown = answer_markdown(last_answer("What share of households use clean water?", tmp_path))
    lines = markdown.split("\n\n")
    assert lines[0].startswith('The result is <strong class="ra-value">85&#46;1 %</strong> [[1]](#cite-water22-')
    assert [html.unescape(chip) for chip in re.findall(r'ra-chip">([^<]*)<', lines[1])] == [
        "households",
        "2022",
    ]  # "result" is in the sentence
    quote = next(line for line in lines if line.startswith("> "))
    assert html.unescape(re.sub(r"<[^>]*>", "", quote[2:])) == CLEAN_WATER
    assert '<strong class="ra-value">85,1%</strong>' in quote
    assert any("page 3" in line and "[[1]](#cite-water22-" in line for line in lines)


@pytest.mark.parametrize(("base", "chips"), [("", ["mức thay đổi"]), ("dự toán", [])])
def test_a_share_of_the_plan_is_called_no_change(base: str, chips: list[str]) -> None:
    text = "Phí, lệ phí | 210,0 | 163,4 | 77,8"
    value = Value("77,8", "77,8%", 30, 34, "percentage", figure="change", base=base)
    answer = Answer(
        "?", "vi", "Phí, lệ phí: **77,8%** (so với dự toán) [1].", value, (Citation(1, "r", "T", "t.txt", 1, 0, 34, text),)
    )
    assert [html.unescape(chip) for chip in re.findall(r'ra-chip">([^<]*)<', answer_markdown(answer))] == chips


def test_the_value_is_marked_where_it_stands_not_where_the_same_digits_stand_first() -> None:
    text = "Năm 2021 đạt 85%, năm 2022 đạt 85%."
    start = text.rindex("85%")
    value = Value("85%", "85%", start, start + 3, "percentage")
    answer = Answer("?", "vi", "Đạt **85%** [1].", value, (Citation(1, "r", "T", "t.txt", 1, 0, len(text), text),))
    quote = next(line for line in answer_markdown(answer).split("\n\n") if line.startswith("> "))
    assert quote == '> Năm 2021 đạt 85%, năm 2022 đạt <strong class="ra-value">85%</strong>&#46;'


def test_only_known_markers_become_links_and_only_pairs_of_stars_become_values() -> None:
    cite = Citation(2, "r", "T", "t.txt", 1, 0, 3, "abc")
    assert text_markdown("a [1] b [2] * c ** d", [cite]) == "a &#91;1&#93; b [[2]](#cite-r-0-3) &#42; c &#42;&#42; d"
    assert text_markdown("Có:\n- một\n- hai") == "Có&#58;\n- một\n- hai"


def test_a_refusal_offers_nearest_passages_and_says_that_they_are_no_answer() -> None:
    seen = Evidence("r1", 10, 40, "Đoạn **này** <b>có</b> số 12.", 2, "", "Báo cáo", "a.txt", 0.3)
    answer = Answer("q", "vi", "Các báo cáo không nêu.", None, (), (seen,) * 5, Refusal("not_found", "Các báo cáo không nêu."))
    markdown = answer_markdown(answer)
    assert "không phải câu trả lời" in html.unescape(markdown)
    assert markdown.count("(#cite-r1-10-40)") == 3
    assert "<b>" not in markdown
    assert "ra-value" not in markdown


def test_a_follow_up_shows_the_question_it_was_completed_to() -> None:
    answer = Answer("And in 2023?", "en", "x", standalone="What share used clean water in 2023?")
    markdown = html.unescape(answer_markdown(answer))
    assert 'Searched as: <span class="ra-standalone">What share used clean water in 2023?</span>' in markdown
    assert "(#edit-question)" in markdown
    assert "Searched as" not in answer_markdown(Answer("And  in 2023?", "en", "x", standalone="and in 2023?"))


def test_a_hostile_report_is_text_everywhere(tmp_path: Path) -> None:
    answer = last_answer("Số hộ là bao nhiêu?", tmp_path)
    markdown = answer_markdown(answer, reports={report.id: report for report in sample_reports()})
    harmless(markdown)
    assert html.unescape(markdown).count("http://outside.example/a") == 2
    assert "http://outside" not in markdown
    report = sample_reports()[1]
    for source in (
        reports_html([report], "vi"),
        source_html(report, 0, 20, "vi"),
        adding_html([AddRow(HOSTILE, "failed", 1, HOSTILE)], "en"),
    ):
        harmless(source)
        assert "<script>window.hacked=1</script>" in Tags(source).text
    harmless(question_markdown(HOSTILE))


def test_the_source_marks_exactly_the_cited_characters() -> None:
    report = sample_reports()[0]
    start = report.text.index(CLEAN_WATER)
    page = source_html(report, start, start + len(CLEAN_WATER), "en")
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", page)
    assert [html.unescape(mark) for mark in marks] == [CLEAN_WATER]
    assert page.count('id="ra-cited"') == 1
    assert 'aria-label="Page 3"' in page
    assert page_at(report, start) == 3
    assert heading_path(report, start) == "II. Nước sạch"


def test_a_cited_table_row_is_drawn_in_its_table() -> None:
    report = sample_reports()[0]
    row = "Hộ nghèo | 2,4% | 2,1%"
    start = report.text.index(row)
    page = source_html(report, start, start + len(row), "vi")
    assert page.count("<table>") == 1
    assert page.count("<th>") == 3
    cited = re.search(r'<tr class="ra-cited-row">(.*?)</tr>', page)
    assert cited is not None
    assert [html.unescape(cell) for cell in re.findall(r"<mark[^>]*>(.*?)</mark>", cited[1])] == ["Hộ nghèo", "2,4%", "2,1%"]


def test_a_report_opened_from_the_list_has_no_mark() -> None:
    assert "<mark" not in source_html(sample_reports()[0], 0, 0, "vi")


def long_report() -> Report:
    return make_report("long", "Dài", [("paragraph", f"Câu số {number}. " + "x" * 500, 1 + number // 5) for number in range(2000)])


def test_a_long_report_is_shown_as_a_window_of_bounded_size() -> None:
    report = long_report()
    start = report.text.index("Câu số 1000.")
    page = source_html(report, start, start + 12, "vi")
    assert len(page.encode()) < 300_000
    assert "Câu số 1000." in page
    assert page.count("ra-more") == 2
    shown = [int(number) for number in re.findall(r"Câu số (\d+)\.", page)]
    assert shown == list(range(shown[0], shown[-1] + 1))


def test_show_more_grows_the_window_until_the_end_and_stays_bounded() -> None:
    report = long_report()
    blocks = blocks_of(report)
    window = window_around(blocks, 0, 10)
    assert window.first == 0
    for _ in range(60):
        before, window = window, move_window(blocks, window, "down")
        assert window.last >= before.last
        assert blocks[window.last - 1].end - blocks[window.first].start <= 2 * WINDOW
    assert window.last == len(blocks)
    assert move_window(blocks, window, "up").first < window.first
    assert move_window(blocks, Window(0, 3), "up") == Window(0, 3)


def test_a_report_without_blocks_is_shown_by_its_blank_lines() -> None:
    bare = make_report("bare", "T", [("paragraph", "Một.", 1), ("paragraph", "Hai.", 1)])
    bare = Report(id="bare", title="T", source="", name="b.txt", format="txt", language="vi", text=bare.text)
    assert [bare.text[block.start : block.end] for block in blocks_of(bare)] == ["Một.", "Hai."]
    assert "<mark" in source_html(bare, 6, 10, "vi")


def test_a_place_outside_the_report_is_an_error() -> None:
    report = sample_reports()[1]
    with pytest.raises(ValueError, match="outside"):
        source_html(report, 0, len(report.text) + 1, "vi")


def test_progress_and_outcome_of_added_files() -> None:
    busy = adding_html([AddRow("a.pdf", "read", 0.4), AddRow("b.pdf", "waiting")], "vi")
    assert 'value="40"' in busy
    assert "Đang thêm 2 tệp" in busy
    done = adding_html([AddRow("a.pdf", "added", 1), AddRow("b.pdf", "failed", 1, "b.pdf: the file is empty.")], "en")
    assert "<progress" not in done
    assert "b.pdf: the file is empty." in done
    assert "1 in the library, 1 not added" in done
    assert adding_html([], "en") == ""


CALLED = ToolCall("select_figures", (("indicator", "tỷ lệ hộ <b>nghèo</b>"), ("periods", "['2022']")), "F1: 7,7% | actual | 2022")


@pytest.mark.parametrize(
    "answer",
    [
        Answer("?", "vi", "Theo báo cáo.", model="ollama:x", claims=(Claim("Theo báo cáo.", "kept"),), tools=(CALLED,)),
        Answer("?", "vi", "Theo báo cáo.", note="Mô hình không viết gì.", tools=(CALLED,)),
        Answer("?", "vi", "Không nêu.", refusal=Refusal("not_found", "Không nêu."), tools=(CALLED,)),
    ],
    ids=["the model's words", "the report's words", "a refusal"],
)
def test_calls_of_tools_stand_under_every_answer_with_their_arguments(answer: Answer) -> None:
    shown = answer_markdown(answer)
    assert "tỷ lệ hộ &lt;b&gt;nghèo&lt;/b&gt;" in shown
    assert "periods=[&#x27;2022&#x27;]" in shown
    assert "F1: 7,7%" in shown
    harmless(shown)
