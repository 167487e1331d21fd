"""Kept files and their pages as pictures: the box lies over the line it should, whatever became of the file it was added from."""

from __future__ import annotations

import io
import json
import math
import os
from pathlib import Path

import pytest
from page_pdf import HEIGHT, LEADING, LEFT, QUOTE_LINES, QUOTE_TOP, ROW, ROW_BASELINE, ROW_EDGES, SIZE, WIDTH, report_pdf
from PIL import Image

from index import Library, Report
from index.errors import OriginalMissing, PageNotDrawn, ReportNotFound, StorageFull
from index.originals import Originals
from index.page_views import PageViews
from index.read.page_image import MOST_PIXELS, Asked, CannotDraw, page_view
from index.read.scan_places import kept_places
from index.records import Box, PageView

QUOTE = " ".join(QUOTE_LINES)


@pytest.fixture
def report(library: Library, tmp_path: Path) -> Report:
    """A PDF that was uploaded; the upload's file is gone."""
    upload = tmp_path / "upload-7.tmp"
    upload.write_bytes(report_pdf())
    (result,) = library.add([upload], names={upload: "báo cáo.pdf"})
    upload.unlink()
    assert result.report is not None
    return library.report(result.report.id)


def cited(library: Library, report: Report, quote: str, number: int = 0) -> PageView:
    start = report.text.index(quote)
    return library.page(report.id, number, start=start, end=start + len(quote))


def ink(view: PageView, box: Box) -> bool:
    """Whether anything is printed inside the box."""
    picture = Image.open(io.BytesIO(view.image)).convert("L")
    assert picture.size == (view.width, view.height)
    sides = (box.left * view.width, box.top * view.height, box.right * view.width, box.bottom * view.height)
    return picture.crop(tuple(map(round, sides))).getextrema()[0] < 120


def test_the_boxes_lie_over_the_cited_lines(library: Library, report: Report) -> None:
    view = cited(library, report, QUOTE)
    assert (view.number, view.pages, view.media_type) == (2, 3, "image/webp")
    assert len(view.boxes) == 2
    for number, (box, line) in enumerate(zip(view.boxes, QUOTE_LINES, strict=True)):
        baseline = QUOTE_TOP - LEADING * number
        assert box.left * WIDTH == pytest.approx(LEFT, abs=1.5)
        assert box.top * HEIGHT == pytest.approx(HEIGHT - baseline - SIZE * 0.8, abs=0.4 * SIZE)
        assert box.bottom * HEIGHT == pytest.approx(HEIGHT - baseline + SIZE * 0.2, abs=0.4 * SIZE)
        assert (box.right - box.left) * WIDTH == pytest.approx(len(line) * SIZE * 0.47, rel=0.15)
        assert ink(view, box)


def test_a_row_of_a_table_is_one_box(library: Library, report: Report) -> None:
    (box,) = cited(library, report, " | ".join(ROW)).boxes
    assert ROW_EDGES[0] < box.left * WIDTH < ROW_EDGES[0] + 6
    assert ROW_EDGES[2] < box.right * WIDTH < ROW_EDGES[3]
    assert HEIGHT - ROW_BASELINE - SIZE < box.top * HEIGHT < HEIGHT - ROW_BASELINE < box.bottom * HEIGHT < HEIGHT - ROW_BASELINE + 6


def test_the_figure_that_answers_is_marked_in_its_sentence_and_its_row(library: Library, report: Report) -> None:
    start = report.text.index(QUOTE)
    at = report.text.index("85.1")
    view = library.page(report.id, start=start, end=start + len(QUOTE), value=(at, at + 4))
    (box,) = view.value
    assert view.boxes[0].left < box.left < box.right < view.boxes[0].right
    assert (box.right - box.left) * WIDTH == pytest.approx(SIZE * 1.9, rel=0.15)
    row = report.text.index(" | ".join(ROW))
    at = report.text.index("2.1", row)
    (box,) = library.page(report.id, start=row, end=row + len(" | ".join(ROW)), value=(at, at + 3)).value
    assert ROW_EDGES[2] < box.left * WIDTH < ROW_EDGES[2] + 6


def test_another_page_has_no_box(library: Library, report: Report) -> None:
    assert cited(library, report, QUOTE, number=3).boxes == ()
    assert library.page(report.id, 1).boxes == ()
    with pytest.raises(PageNotDrawn, match=r"Page 9 of báo cáo\.pdf cannot be shown"):
        library.page(report.id, 9)
    with pytest.raises(ReportNotFound):
        library.page("nothing")
    with pytest.raises(ValueError, match="outside report"):
        library.page(report.id, start=0, end=10**6)


def test_pages_are_drawn_once(library: Library, report: Report) -> None:
    first = cited(library, report, QUOTE)
    kept = library.directory / "files" / report.content_hash
    kept.rename(kept.with_suffix(".away"))
    kept.write_bytes(b"")
    assert cited(library, report, QUOTE) is first


def test_the_kept_file_goes_with_its_report_and_a_newer_one_takes_its_place(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(report_pdf())
    first = library.add([path])[0].report
    path.write_bytes(report_pdf("Report of Tan Lam commune on the year 2024"))
    second = library.add([path])[0].report
    assert first is not None
    assert second is not None
    folder = library.directory / "files"
    assert os.listdir(folder) == [second.content_hash]
    assert (folder / second.content_hash).read_bytes() == path.read_bytes()
    library.remove(second.id)
    assert os.listdir(folder) == []


def test_a_library_older_than_the_keeping(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(report_pdf())
    added = library.add([path])[0].report
    assert added is not None
    kept = library.directory / "files" / added.content_hash
    kept.unlink()
    assert library.page(added.id, 1).number == 1  # the file it was added from is still the same
    path.write_bytes(report_pdf("Another report"))
    with pytest.raises(OriginalMissing, match=r"Add .*a\.pdf again"):
        library.page(added.id, 2)
    path.write_bytes(report_pdf())
    assert library.add([path])[0].status == "unchanged"
    assert kept.is_file()
    assert library.page(added.id, 2).number == 2


def test_room_is_asked_for_the_file_too(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from collections import namedtuple

    from index import disk as module

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage(0, 0, module.ROOM_BYTES + 100))
    path = tmp_path / "a.pdf"
    path.write_bytes(report_pdf())
    assert isinstance(library.add([path])[0].error, StorageFull)
    assert library.reports() == []


def test_originals_take_no_name_for_a_path(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    for name in ("../secret", "a" * 63, "A" * 64, ""):
        assert originals.path(name) is None
        with pytest.raises(ValueError, match="no SHA-256"):
            originals.keep(name, b"x")
    originals.keep("a" * 64, b"x")
    (tmp_path / "files" / "notes.txt").write_text("somebody's own", encoding="utf-8")
    (tmp_path / "files" / ("b" * 64 + ".new")).write_bytes(b"half")
    originals.sweep({"a" * 64})
    assert sorted(os.listdir(tmp_path / "files")) == ["a" * 64, "notes.txt"]


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    return tmp_path / "page.pdf"


def canvas_pdf(
    path: Path, size: tuple[float, float], text: str = "The share is 85.1 percent.", *, turn: int = 0, up: bool = False
) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=size)
    if turn:
        canvas.setPageRotation(turn)
    if up:
        canvas.rotate(90)
        canvas.drawString(72, -200, text)
    else:
        canvas.drawString(72, 100, text)
    canvas.save()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages(drawn: Path, turn: int) -> None:
    canvas_pdf(drawn, (595, 842), turn=turn)
    view = page_view(Asked(str(drawn), 1, quote="The share is 85.1 percent."))
    (box,) = view.boxes
    assert ink(view, box)
    width, height = (box.right - box.left) * view.width, (box.bottom - box.top) * view.height
    assert width > 5 * height  # the text stands upright, as a reader wants it


def test_a_table_set_sideways_is_turned_upright(drawn: Path) -> None:
    canvas_pdf(drawn, (595, 842), up=True)
    view = page_view(Asked(str(drawn), 1, quote="The share is 85.1 percent."))
    assert view.width > view.height
    assert ink(view, view.boxes[0])


def test_a_sentence_that_ends_overleaf_is_marked_on_both_pages(drawn: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(drawn), pagesize=(595, 842))
    canvas.drawString(72, 60, "At the end of the year the share of households with clean water in the")
    canvas.showPage()
    canvas.drawString(72, 780, "whole commune reached 85.1 percent of them.")
    canvas.save()
    quote = "At the end of the year the share of households with clean water in the whole commune reached 85.1 percent of them."
    views = {number: page_view(Asked(str(drawn), 1, number, quote)) for number in (0, 1, 2)}
    assert views[0].number == 1
    assert views[1].boxes[0].top > 0.9
    assert views[2].boxes[0].top < 0.1


@pytest.mark.parametrize("size", [(14_400, 14_400), (14_400, 3), (3, 14_400), (1_000_000, 1_000_000)])
def test_huge_pages_become_small_pictures(drawn: Path, size: tuple[int, int]) -> None:
    canvas_pdf(drawn, size)
    view = page_view(Asked(str(drawn), 1))
    assert view.width * view.height <= MOST_PIXELS * 1.01
    assert Image.open(io.BytesIO(view.image)).size == (view.width, view.height)


def test_pictures_are_pages_too(tmp_path: Path) -> None:
    path = tmp_path / "scan"
    frames = [Image.new("L", (2480, 3508), shade) for shade in (255, 0)]
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:])
    view = page_view(Asked(str(path), 1, 2, quote="Tỷ lệ hộ nghèo"))
    assert (view.number, view.pages, view.boxes) == (2, 2, ())
    assert Image.open(io.BytesIO(view.image)).convert("L").getextrema()[1] < 10
    with pytest.raises(CannotDraw, match="2 pages"):
        page_view(Asked(str(path), 1, 3))


def test_files_that_cannot_be_drawn(tmp_path: Path, report: Report) -> None:
    path = tmp_path / "broken.pdf"
    for data in (b"", b"%PDF-1.7\nrubbish", b"\x89PNG\r\n\x1a\nrubbish", report_pdf()[:700]):
        path.write_bytes(data)
        with pytest.raises(CannotDraw):
            page_view(Asked(str(path), 1))
    with pytest.raises(PageNotDrawn) as problem:
        PageViews().view(path, report, 1, 0, 0)
    assert "Vẫn có thể đọc phần chữ" in problem.value.message("vi")


def test_the_process_that_draws_may_not_take_for_ever(tmp_path: Path, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    from index import page_views

    monkeypatch.setattr(page_views, "SECONDS", 0.5)
    monkeypatch.setattr(page_views, "_PROGRAM", "import time; time.sleep(60)")
    with pytest.raises(PageNotDrawn, match="not done after"):
        PageViews().view(tmp_path / "a.pdf", report, 1, 0, 0)
    monkeypatch.setattr(page_views, "_PROGRAM", "import os; os.abort()")
    with pytest.raises(PageNotDrawn, match="made the drawing stop"):
        PageViews().view(tmp_path / "a.pdf", report, 1, 0, 0)


def kept_reading(folder: Path, *, turns: int = 0, degrees: float = 0.0) -> None:
    """What OCR would keep of a page 1000 dots wide and 2000 high: two lines of words, as they lie once it is upright and level."""
    words = [("Tỷ", 100), ("lệ", 160), ("hộ", 220), ("nghèo", 280), ("2,1%.", 400)]
    lines = [[(word, left, top, 20 * len(word), 30, 0.9, (1, 1, 1)) for word, left in words] for top in (500, 900)]
    shape = {
        "height": 2000,
        "width": 1000,
        "dpi": 100,
        "turns": turns,
        "degrees": degrees,
        "ruled": [],
        "words": lines[0] + lines[1],
    }
    folder.mkdir()
    (folder / "1-abc.json").write_text(json.dumps(shape), encoding="utf-8")


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_scans_are_marked_by_the_words_that_ocr_kept(tmp_path: Path, turns: int) -> None:
    kept_reading(tmp_path / "ocr", turns=turns)
    Image.new("L", (1000, 2000), 255).rotate(90 * turns, expand=True).save(tmp_path / "scan.png")
    Image.open(tmp_path / "scan.png").save(tmp_path / "scan.pdf", "PDF", resolution=100)
    for name in ("scan.png", "scan.pdf"):
        asked = Asked(
            str(tmp_path / name), 1, 0, "Tỷ lệ hộ nghèo 2,1%.", before="", after="Tỷ lệ hộ nghèo", scans=str(tmp_path / "ocr")
        )
        view = page_view(asked)
        assert view.height > view.width  # shown upright
        (box,) = view.boxes
        assert (box.left, box.top, box.right, box.bottom) == pytest.approx((0.1, 0.25, 0.5, 0.265), abs=0.002)


def test_a_page_read_partly_by_ocr_is_searched_in_its_own_letters_too(drawn: Path, tmp_path: Path) -> None:
    kept_reading(tmp_path / "ocr")
    canvas_pdf(drawn, (500, 1000), "The share is 85.1 percent.")
    tops = []
    for quote in ("Tỷ lệ hộ nghèo 2,1%.", "The share is 85.1 percent."):
        (box,) = page_view(Asked(str(drawn), 1, quote=quote, before="2,1%. ", scans=str(tmp_path / "ocr"))).boxes
        tops.append(box.top)
    assert tops == pytest.approx([0.45, 0.89], abs=0.01)  # the second of the two lines that OCR kept; the one that is printed


def test_words_of_a_scan_that_lay_askew_are_turned_back(tmp_path: Path) -> None:
    kept_reading(tmp_path / "ocr", degrees=2.0)  # turned counter-clockwise to be level: as it lies, it falls to the right
    found = kept_places(tmp_path / "ocr", 1)
    assert found is not None
    first, last = found.letters[0], next(letter for letter in found.letters if letter.text == ".")
    fall = (last.top - first.top) * 2000 / ((last.left - first.left) * 1000)
    assert fall == pytest.approx(math.tan(math.radians(2)), rel=0.01)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"width": 0, "height": 1, "words": []}', '{"width": 9, "height": 9, "words": [["a"]]}']
)
def test_an_unusable_reading_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "1-abc.json").write_text(text, encoding="utf-8")
    assert kept_places(tmp_path, 1) is None
    assert kept_places(tmp_path / "nowhere", 1) is None
