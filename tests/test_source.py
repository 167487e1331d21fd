"""The source panel and the forms of the reports panel without a browser: which view opens, what it holds, what is only data."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from page_fakes import HOSTILE, FakeLibrary, make_report

from assistant.answers import Answer, Citation
from index.details import with_edits
from index.errors import PageNotDrawn
from index.records import Box, Detail, Origin, PageView, Period, Place, Report
from ui.details import detail_lines, details_form
from ui.document import source_html
from ui.page_picture import picture_html
from ui.render import answer_markdown, place_label, report_meta, reports_html
from ui.reports import edit_report, save_report
from ui.source import open_source

QUOTE = "Tỷ lệ hộ nghèo là 2,1%."
LINES = [("title", "Báo cáo năm 2022", 1), ("paragraph", QUOTE, 2), ("paragraph", "Hết.", 3)]


class Seen(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def first(self, name: str) -> dict[str, str | None]:
        return next(found for tag, found in self.tags if tag == name)


@pytest.fixture
def report() -> Report:
    read = (Detail("title", "Báo cáo năm 2022", Origin("text", 0, 16)), Detail("period", "2022", Origin("counted", 8, 16)))
    read += (Detail("issuer"), Detail("number"), Detail("date"), Detail("place"))
    held = make_report(
        "bc",
        "Báo cáo năm 2022",
        LINES,
        format="pdf",
        period=Period(2022),
        as_read=read,
        notes=("Hidden sheets were not read: <b>.",),
    )
    return replace(held, name="bc.pdf")


@pytest.fixture
def shelf(tmp_path: Path, report: Report) -> FakeLibrary:
    return FakeLibrary(tmp_path, [report])


def cid(report: Report, quote: str = QUOTE) -> str:
    start = report.text.index(quote)
    return f"#cite-{report.id}-{start}-{start + len(quote)}"


def test_a_citation_opens_its_page_and_a_whole_report_its_text(shelf: FakeLibrary, report: Report) -> None:
    page = open_source(shelf, {"cid": cid(report)}, "vi")
    assert 'class="ra-box" id="ra-cited"' in page
    assert Seen(page).first("img")["alt"] == f"Hình trang 3 của Báo cáo năm 2022; đoạn trích được đánh dấu: “{QUOTE}”"
    assert str(Seen(page).first("img")["src"]).startswith("data:image/webp;base64,")
    text = open_source(shelf, {"cid": cid(report), "view": "text"}, "vi")
    assert "<img" not in text
    assert f">{QUOTE}</mark>" in text
    whole = open_source(shelf, {"cid": "#cite-bc-0-0"}, "vi")
    assert 'data-view="text" aria-pressed="true"' in whole
    assert "<img" in open_source(shelf, {"cid": "#cite-bc-0-0", "view": "page"}, "vi")


@pytest.mark.parametrize(("asked", "shown"), [(2, "2"), (0, "3"), (99, "3"), (-1, "3"), ("2", "3"), (None, "3")])
def test_only_pages_that_exist_are_turned_to(shelf: FakeLibrary, report: Report, asked: object, shown: str) -> None:
    page = open_source(shelf, {"cid": cid(report), "view": "page", "page": asked}, "en")
    assert f"Page {shown} of 3" in page


def test_formats_without_pages_offer_no_choice(tmp_path: Path, report: Report) -> None:
    shelf = FakeLibrary(tmp_path, [replace(report, format="docx")])
    panel = open_source(shelf, {"cid": cid(report), "view": "page"}, "en")
    assert "ra-views" not in panel
    assert "<mark" in panel


def test_where_a_page_cannot_be_drawn_its_text_is_shown_with_the_reason(shelf: FakeLibrary, report: Report) -> None:
    def fails(*_: object, **__: object) -> PageView:
        raise PageNotDrawn(page=2, name="<b>.pdf", detail="its size is out of bounds")

    shelf.page = fails  # type: ignore[method-assign]
    panel = open_source(shelf, {"cid": cid(report)}, "en")
    assert "Page 2 of &lt;b&gt;.pdf cannot be shown as a picture" in panel
    assert "<mark" in panel


def test_a_place_that_was_not_found_is_said(shelf: FakeLibrary, report: Report) -> None:
    panel = open_source(shelf, {"cid": cid(report), "page": 1, "view": "page"}, "en")
    assert "The place of the cited text was not found" in panel
    assert "ra-box" not in panel


def test_what_readers_noted_stands_in_the_panel_as_data(shelf: FakeLibrary, report: Report) -> None:
    panel = open_source(shelf, {"cid": cid(report)}, "vi")
    assert "<li>Không đọc các trang tính ẩn: &lt;b&gt;.</li>" in panel


def test_nothing_from_a_report_is_markup_on_its_picture_or_in_its_form() -> None:
    hostile = make_report("x", f'"><script>1</script> {HOSTILE}', [("title", f'" onload="x {HOSTILE}', 1)])
    hostile = with_edits(hostile, {"issuer": '"><img src=x onerror=1>'})
    view = PageView(1, 1, b"x", 'image/webp" onload="1', 10, 10, (Box(0, 0, 1, 1),))
    for text in (picture_html(view, hostile.title, HOSTILE, "en"), details_form(hostile, "en", {"title": '"><script>'}, "<b>")):
        seen = Seen(text)
        assert {tag for tag, _ in seen.tags} <= {"figure", "img", "span", "p", "form", "label", "input", "button"}
        assert not any(name.startswith("on") for _, found in seen.tags for name in found)


def sheet() -> Report:
    rows = [("table_row", f"Tỉnh {number} | {number},5", 2) for number in range(30)]
    lines = [
        ("heading", "Nông nghiệp", 1),
        ("paragraph", "Lúa.", 1),
        ("heading", "2. Giá", 2),
        ("table_header", "Tỉnh | Giá", 2),
        *rows,
    ]
    return replace(make_report("s", "Biểu", lines), format="xlsx")


def test_a_sheet_goes_by_its_name_and_its_cited_row_is_marked_under_the_header() -> None:
    report = sheet()
    quote = "Tỉnh 20 | 20,5"
    start = report.text.index(quote)
    shown = source_html(report, start, start + len(quote), "en")
    assert "Sheet “2. Giá”" in shown
    assert re.search(r"<thead><tr><th>Tỉnh</th><th>Giá</th></tr></thead>", shown)
    assert shown.count("ra-cited-row") == 1
    assert "ra-table ra-long" in shown
    assert place_label("xlsx", 2, "2. Giá › Bảng 1", "vi") == "trang tính “2. Giá”"
    assert place_label("pptx", 2, "x", "en") == "slide 2"
    assert place_label("pdf", 2, "x", "en") == "page 2"
    assert "2 sheets" in report_meta(report, "en")


def test_a_table_shown_from_its_middle_keeps_its_header() -> None:
    from ui.document import Window

    report = sheet()
    shown = source_html(report, 0, 0, "en", Window(20, 25))
    assert "<thead><tr><th>Tỉnh</th><th>Giá</th></tr></thead>" in shown
    assert shown.count("<td>") == 10


def test_details_say_where_they_were_read_and_what_was_set(report: Report) -> None:
    changed = with_edits(report, {"place": "commune:Hải Đông", "period": "2023-01/2023-06"})
    lines = {line.field: line for line in detail_lines(changed, "vi")}
    assert lines["title"][2:] == ("Báo cáo năm 2022", "trong văn bản, trang 1: “Báo cáo năm 2022”")
    assert lines["place"][2:] == ("xã Hải Đông", "do bạn đặt")
    assert lines["period"][2:] == ("6 tháng đầu năm 2023", "do bạn đặt; tệp ghi: 2022")
    assert lines["date"][2:] == ("", "")
    assert detail_lines(report, "en")[-1].where == "named most often, first on page 1: “năm 2022”"


def test_a_form_opens_saves_and_stays_open_with_the_reason(shelf: FakeLibrary, report: Report) -> None:
    listing, said = edit_report(shelf, report.id, "en")
    assert listing.count('class="ra-details"') == 1
    assert said == ""
    listing, said = save_report(shelf, report.id, {"period": "soon", "place": "xã Hải Đông"}, "vi")
    assert "Không đặt được kỳ báo cáo (period) = &#x27;soon&#x27;" in listing
    assert 'value="soon"' in listing
    assert shelf.report(report.id).place is None
    listing, said = save_report(shelf, report.id, {"period": "2023", "place": "xã Hải Đông"}, "vi")
    assert "ra-details" not in listing
    assert "Đã lưu: Báo cáo năm 2022" in said
    assert (shelf.report(report.id).period, shelf.report(report.id).place) == (Period(2023), Place("Hải Đông", "commune"))


@pytest.mark.parametrize("fields", [None, [], {"colour": "red"}, {"period": ["2023"]}, {"title": {"a": 1}, "date": 5}])
def test_a_form_that_was_tampered_with_is_refused_in_a_sentence(shelf: FakeLibrary, report: Report, fields: object) -> None:
    listing, said = save_report(shelf, report.id, fields, "en")
    assert "ra-problem" in listing or "Saved" in said
    assert shelf.report(report.id).period == Period(2022)
    assert "ra-problem" in save_report(shelf, "gone", fields, "en")[1]


def test_a_poorly_read_page_is_marked_in_list_citation_and_panel(tmp_path: Path, report: Report) -> None:
    scanned = replace(report, scans={2: 0.97, 3: 0.61})
    shelf = FakeLibrary(tmp_path, [scanned])
    listing = reports_html([scanned], "vi")
    assert "Trang 3 là bản quét đọc kém: chữ và số trích từ đó có thể sai." in listing
    assert "ra-poor" not in reports_html([report], "vi")
    panel = open_source(shelf, {"cid": cid(report)}, "en")  # its picture is page 3's
    assert "A scanned page that was read poorly (confidence 61%)" in panel
    text = open_source(shelf, {"cid": cid(report), "view": "text"}, "en")  # the text stands on page 2
    assert "its letters recognised by the machine (confidence 97%)" in text
    assert "ra-poor" not in text
    start = report.text.index(QUOTE)
    cited = [Citation(1, report.id, report.title, "", page, start, start + len(QUOTE), QUOTE) for page in (2, 3)]
    for citation, marked in zip(cited, (False, True), strict=True):
        answer = Answer("?", "vi", "2,1% [1]", None, (citation,))
        assert ("trang quét đọc kém" in html.unescape(answer_markdown(answer, "vi", reports={report.id: scanned}))) is marked
    assert "trang quét đọc kém" in html.unescape(
        answer_markdown(Answer("?", "vi", "x", None, (replace(cited[0], poor=True),)), "vi")
    )


def test_every_report_of_the_list_can_be_edited(report: Report) -> None:
    listing = reports_html([report], "en", {})
    assert 'class="ra-edit" aria-expanded="false" aria-label="Edit the details of Báo cáo năm 2022"' in listing
