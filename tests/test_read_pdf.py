"""PDF files: lines to paragraphs, tables with and without lines, what runs over pages. Letters are 5 points wide at size 10."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from read_files import Placed, check, grid, pdf, rows, texts

from index.errors import NoTextFound
from index.read import read_bytes, read_file

FULL = "Tỷ lệ hộ dân sử dụng nước sạch đạt 85,1% vào cuối năm 2022, tăng so với năm"  # 75 letters: 375 points


def page(*lines: str, top: float = 700, left: float = 80) -> list[Placed]:
    return [(left, top - 14 * number, line) for number, line in enumerate(lines)]


def test_wrapped_lines_become_paragraphs() -> None:
    lines = page("I. KẾT QUẢ", FULL, "trước.", FULL + " 2021", "và sẽ tăng tiếp.", "- Một mục của danh sách", "1. Y tế")
    document = check(read_bytes(pdf([lines]), name="bc.pdf"))
    assert texts(document) == [
        "I. KẾT QUẢ",
        f"{FULL} trước.",
        f"{FULL} 2021 và sẽ tăng tiếp.",
        "- Một mục của danh sách",
        "1. Y tế",
    ]
    assert [block.kind for block in document.blocks] == ["heading", "paragraph", "paragraph", "item", "heading"]


def test_a_sentence_over_a_page_break_is_one_block_of_the_first_page() -> None:
    document = check(read_bytes(pdf([page(FULL), page("trước đó.", "II. Đoạn khác")]), name="bc.pdf"))
    assert texts(document)[0] == f"{FULL} trước đó."
    assert [block.page for block in document.blocks] == [1, 2]
    assert document.pages == 2


def test_hyphens_at_the_end_of_lines() -> None:
    lines = page(
        "The population of the communes in the plan of the district for the years 2021-",
        "2025 rose by one-",
        "third and the popula-",
        "tion is one third of kinh tế-",
        "xã hội.",
    )
    text = read_bytes(pdf([lines]), name="a.pdf").text
    assert text.endswith("for the years 2021-2025 rose by one-third and the population is one third of kinh tế-xã hội.")


def test_running_heads_and_page_numbers_go() -> None:
    pages = [
        [(80, 780, "Báo cáo xã Đông Sơn"), *page(f"Đoạn số {word} nói về lúa."), (300, 20, str(number))]
        for number, word in enumerate(["một", "hai", "ba", "bốn", "năm"], 1)
    ]
    document = check(read_bytes(pdf(pages), name="bc.pdf"))
    assert texts(document) == [f"Đoạn số {word} nói về lúa." for word in ("một", "hai", "ba", "bốn", "năm")]


def test_figures_at_the_foot_of_a_page_that_are_no_page_number_stay() -> None:
    document = check(read_bytes(pdf([[*page("Số hộ của xã là"), (80, 20, "385")]]), name="bc.pdf"))
    assert "385" in document.text


def ruled(rows_: list[tuple[str, ...]], xs: list[float], top: float) -> list[Placed]:
    return [
        (xs[column] + 4, top - 20 * row - 14, word) for row, words in enumerate(rows_) for column, word in enumerate(words) if word
    ]


def test_a_ruled_table_with_wrapped_cells() -> None:
    xs = [80.0, 120.0, 280.0, 360.0]
    lines = ruled([("TT", "Chỉ tiêu", "2022"), ("1", "Tỷ lệ hộ nghèo", "2,1"), ("2", "Nước sạch", "85,1")], xs, 600)
    wrapped = [(84.0, 527.0, "3"), (124.0, 533.0, "Tỷ lệ hộ dân có"), (124.0, 521.0, "bảo hiểm y tế"), (284.0, 527.0, "95,6")]
    strokes = grid(xs, [600, 580, 560, 540, 515])
    data = pdf([[*page("Bảng 1. Chỉ tiêu (%)", top=620), *lines, *wrapped, *page("Sau bảng là chữ.", top=480)]], strokes=[strokes])
    document = check(read_bytes(data, name="bc.pdf"))
    assert texts(document, "table_header") == ["TT | Chỉ tiêu | 2022"]
    heads = ("TT", "Chỉ tiêu", "2022")
    assert rows(document)[2] == list(zip(("3", "Tỷ lệ hộ dân có bảo hiểm y tế", "95,6"), heads, strict=True))
    assert texts(document)[0] == "Bảng 1. Chỉ tiêu (%)"
    assert texts(document)[-1] == "Sau bảng là chữ."


def test_a_ruled_table_with_merged_headers_over_two_pages() -> None:
    xs = [80.0, 240.0, 320.0, 400.0]
    head = [("Chỉ tiêu", "Năm 2022", ""), ("", "Kế hoạch", "Thực hiện")]
    strokes = [(80, 600, 400, 600), (240, 580, 400, 580), (80, 560, 400, 560), (80, 540, 400, 540)]
    strokes += [(80, 600, 80, 540), (240, 600, 240, 540), (320, 580, 320, 540), (400, 600, 400, 540)]
    first = ruled([*head, ("Hộ nghèo", "2,5", "2,1")], xs, 600)
    second = ruled([*head, ("Nước sạch", "80", "85,1")], xs, 600)
    document = check(read_bytes(pdf([first, second], strokes=[strokes, strokes]), name="bc.pdf"))
    assert texts(document, "table_header") == ["Chỉ tiêu | Năm 2022", "Chỉ tiêu | Kế hoạch | Thực hiện"]
    assert rows(document) == [
        [("Hộ nghèo", "Chỉ tiêu"), ("2,5", "Năm 2022 / Kế hoạch"), ("2,1", "Năm 2022 / Thực hiện")],
        [("Nước sạch", "Chỉ tiêu"), ("80", "Năm 2022 / Kế hoạch"), ("85,1", "Năm 2022 / Thực hiện")],
    ]
    assert [block.page for block in document.blocks if block.kind == "table_row"] == [1, 2]
    assert len({block.table for block in document.blocks}) == 1


def test_a_table_without_lines() -> None:
    lines: list[Placed] = []
    for number, words in enumerate(
        [("Thôn", "Số hộ", "Tỷ lệ (%)"), ("Thôn Đông", "1 234", "85,1"), ("Thôn Tây", "120", "90,0"), ("Thôn Nam", "98", "77,5")]
    ):
        lines += [(x, 600.0 - 14 * number, word) for x, word in zip((80, 200, 300), words, strict=True) if word != "1 234"]
    lines[4:4] = [(200, 586, "1"), (207.5, 586, "234")]  # the narrow gap inside a figure
    document = check(read_bytes(pdf([lines]), name="bc.pdf"))
    assert rows(document)[0] == [("Thôn Đông", "Thôn"), ("1 234", "Số hộ"), ("85,1", "Tỷ lệ (%)")]


def test_two_columns_of_prose_are_no_table() -> None:
    left = page(*["cột trái nói về lúa và ngô của xã"] * 5, left=60)
    right = page(*["cột phải nói về nước sạch nông thôn"] * 5, left=320)
    document = check(read_bytes(pdf([[*left, *right]]), name="bc.pdf"))
    assert not rows(document)
    assert document.text.index("trái") < document.text.index("phải")


def test_no_word_is_lost() -> None:
    xs = [80.0, 240.0, 320.0]
    lines = [*page(FULL, "hết."), *ruled([("Một", "1"), ("Hai", "2")], xs, 600), (500, 400, "lạc lõng"), (82, 300, "x")]
    document = check(read_bytes(pdf([lines], strokes=[grid(xs, [600, 580, 560])]), name="bc.pdf"))
    for _, _, words in lines:
        for word in words.split():
            assert word in document.text


def test_pages_without_text() -> None:
    with pytest.raises(NoTextFound, match="its pages are empty"):
        read_bytes(pdf([[], []]), name="quet.pdf")
    mixed = pdf([page("Một trang có chữ."), []], strokes=[[], [(80, 80, 500, 80)]])
    document = read_bytes(mixed, name="bc.pdf")  # what is drawn on page 2 holds no letters, whether tesseract looks or not
    assert any("Pages 2" in note for note in document.notes)
    assert not document.scans


def test_properties_give_title_and_date() -> None:
    data = pdf([page("Một đoạn văn.")], info="/Title (Annual report 2022) /CreationDate (D:20221214093000+07'00')")
    document = read_bytes(data, name="bc.pdf")
    assert (document.title, document.date) == ("Annual report 2022", "2022-12-14")


def test_a_huge_page_box_does_no_harm() -> None:
    data = pdf([page("Một đoạn văn.")]).replace(b"[0 0 600 800]", b"[0 0 9e9 9e9]")
    check(read_bytes(data, name="bc.pdf"))


@pytest.mark.data
def test_a_long_book_of_tables(shared: Path, show_figures: Callable[[str], None]) -> None:
    import pypdfium2

    path = shared / "reports" / "pdf" / "gso_population_projection_2009-2049_en.pdf"
    started = time.perf_counter()
    book = pypdfium2.PdfDocument(path.read_bytes())
    plain = [page.get_textpage().get_text_bounded() for page in book]
    bare = time.perf_counter() - started
    started = time.perf_counter()
    document = check(read_file(path))
    taken = time.perf_counter() - started
    show_figures(f"reading a 259-page PDF of tables: {taken:.2f} s, {taken / bare:.1f} times pypdfium2's plain text ({bare:.2f} s)")
    assert document.pages == 259
    words = set("".join(document.text.split()))
    assert not {letter for letter in "".join(plain) if letter.isalnum()} - words
    row = next(row for row in rows(document) if row[0][0] == "0-4" and row[1][0] == "1 604")
    assert row[1] == ("1 604", "2014")
    assert row[-1] == ("1 466", "2034")
    assert row[0][1] == "Whole country"


@pytest.mark.data
def test_nearly_every_word_of_real_files_is_kept(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of text layers that tell the truth: one that lies is left out, with a note where tesseract is not there to read its pages."""
    import pypdfium2

    monkeypatch.setattr("index.read.ocr.find_tesseract", lambda: None)
    whole = 0
    for path in sorted((shared / "reports" / "pdf").glob("*.pdf")):
        document = read_file(path)
        if document.notes:
            continue
        whole += 1
        text = document.text
        kept = set(text.split())
        missing = Counter[str]()
        total = 0
        book = pypdfium2.PdfDocument(path.read_bytes())
        for page_ in book:
            plain = page_.get_textpage().get_text_bounded().split()
            total += len(plain)
            missing.update({word for word in plain if word not in kept and word not in text and "\x02" not in word})
        running = {word for word, pages in missing.items() if pages > 4}
        assert len(missing) - len(running) <= 0.002 * total, path.name
    assert whole >= 3
