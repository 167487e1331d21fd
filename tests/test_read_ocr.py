"""Scans drawn by the test itself, read through the tesseract of this machine; skipped where it is not installed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdfium2 import PdfDocument
from read_files import check, pdf

from index import Library
from index.errors import FileDamaged, FileTooLarge, NoTextFound, OcrMissing
from index.read import Document, ocr, picture, read_bytes, scan
from index.read.ocr import OcrWord
from index.read.scan import forget, scanning, trim
from index.read.scan_lines import mean_confidence, scanned_page
from index.reading import Reader
from index.records import POORLY_READ

needs_tesseract = pytest.mark.skipif(
    ocr.find_tesseract() is None,
    reason="tesseract with Vietnamese letters is not installed (apt-get install tesseract-ocr tesseract-ocr-vie)",
)

LINES = [
    "BÁO CÁO",
    "Tình hình kinh tế - xã hội năm 2023 của xã An Bình",
    "I. KẾT QUẢ THỰC HIỆN",
    "Tỷ lệ hộ dân sử dụng nước sạch đạt 87,4%, tăng 2,1 điểm phần trăm.",
]
ROWS = [
    ("Chỉ tiêu", "Đơn vị", "Năm 2022", "Năm 2023"),
    ("Hộ nghèo", "hộ", "145", "162"),
    ("Sản lượng lúa", "tấn", "4.520", "4.718"),
]


def font(size: float) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype("DejaVuSerif.ttf", size)
    except OSError:
        pytest.skip("the font DejaVu Serif is not installed (apt-get install fonts-dejavu-core)")


def drawn(lines: list[str] = LINES, rows: list[tuple[str, ...]] | None = None, dpi: int = 200) -> Image.Image:
    """The upper half of a page of A4."""
    page = Image.new("L", (round(8.27 * dpi), round(5.8 * dpi)), 255)
    pen, letters, y = ImageDraw.Draw(page), font(12 * dpi / 72), float(dpi)
    for line in lines:
        pen.text((dpi, y), line, font=letters, fill=0)
        y += 0.28 * dpi
    if rows:
        y += 0.1 * dpi
        xs = [dpi * x for x in (1, 3.2, 4.6, 6.0, 7.3)]
        for at in range(len(rows) + 1):
            pen.line((xs[0], y + 0.34 * dpi * at, xs[-1], y + 0.34 * dpi * at), fill=0, width=3)
        for x in xs:
            pen.line((x, y, x, y + 0.34 * dpi * len(rows)), fill=0, width=3)
        for at, row in enumerate(rows):
            for x, cell in zip(xs, row, strict=False):
                pen.text((x + 12, y + 0.34 * dpi * at + 12), cell, font=letters, fill=0)
    return page


def saved(page: Image.Image, format: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    page.save(out, format, **{"dpi": (200, 200), **options})
    return out.getvalue()


def rows_of(document: Document) -> list[list[tuple[str, str]]]:
    return [
        [(document.text[cell.start : cell.end], cell.header) for cell in block.cells]
        for block in document.blocks
        if block.kind == "table_row"
    ]


@needs_tesseract
def test_a_scan_is_read_with_headings_paragraphs_and_the_rows_of_its_ruled_table() -> None:
    document = check(read_bytes(saved(drawn(rows=ROWS)), name="quet.png"))
    assert "Tỷ lệ hộ dân sử dụng nước sạch đạt 87,4%, tăng 2,1 điểm phần trăm." in document.text
    assert [block.kind for block in document.blocks][:4] == ["title", "title", "heading", "paragraph"]
    assert rows_of(document) == [
        [("Hộ nghèo", "Chỉ tiêu"), ("hộ", "Đơn vị"), ("145", "Năm 2022"), ("162", "Năm 2023")],
        [("Sản lượng lúa", "Chỉ tiêu"), ("tấn", "Đơn vị"), ("4.520", "Năm 2022"), ("4.718", "Năm 2023")],
    ]
    assert document.format == "png"
    assert document.scans[1] > POORLY_READ


@needs_tesseract
@pytest.mark.parametrize("degrees", [2.0, 90.0, 180.0])
def test_a_skewed_or_turned_page_is_set_upright(degrees: float) -> None:
    page = drawn(LINES * 2).rotate(degrees, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert "nước sạch đạt 87,4%, tăng 2,1 điểm phần trăm" in read_bytes(saved(page), name="quet.png").text


@needs_tesseract
def test_each_frame_of_a_tiff_and_each_scanned_page_of_a_pdf_is_a_page() -> None:
    pages = [drawn([*LINES[:2], "Trang một có 15 thôn."]), drawn(["Trang hai có 27 hộ nghèo."])]
    tiff = check(read_bytes(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw"), name="q.tif"))
    assert (tiff.pages, sorted(tiff.scans)) == (2, [1, 2])
    where = {block.page for block in tiff.blocks if "27 hộ nghèo" in tiff.text[block.start : block.end]}
    assert where == {2}
    scanned = check(read_bytes(saved(drawn(["Trang hai có 27 hộ nghèo."]), "PDF", resolution=200), name="q.pdf"))
    assert "27 hộ nghèo" in scanned.text
    assert sorted(scanned.scans) == [1]


@needs_tesseract
def test_scans_among_many_pages_are_read_the_same_by_two_processes() -> None:
    merged = PdfDocument.new()
    for part in (
        pdf([[(72, 700 - 20 * line, f"Muc {page}.{line}: con {page * line} ho") for line in range(3)] for page in range(50)]),
        saved(drawn(["Trang cuối có 27 hộ nghèo."]), "PDF", resolution=200),
    ):
        merged.import_pages(PdfDocument(part))
    whole = io.BytesIO()
    merged.save(whole)
    with Reader() as reader:
        read = reader.read(whole.getvalue(), name="bc.pdf", limit=10_000_000)
    assert read == read_bytes(whole.getvalue(), name="bc.pdf")
    assert "27 hộ nghèo" in read.text
    assert sorted(read.scans) == [51]


@needs_tesseract
def test_an_english_page_is_read_as_english() -> None:
    lines = ["ANNUAL REPORT", "The share of households that use clean water was 85.1 % in 2022,", "up from 82.3 % the year before."]
    document = read_bytes(saved(drawn(lines)), name="scan.jpg")
    assert "The share of households that use clean water was 85.1 % in 2022, up from 82.3 % the year before." in document.text
    assert document.scans[1] > POORLY_READ


@needs_tesseract
def test_an_empty_page_is_no_report() -> None:
    with pytest.raises(NoTextFound):
        read_bytes(saved(drawn([])), name="trang.png")


@needs_tesseract
def test_an_interrupted_reading_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = [drawn(["Trang hai đã được đọc."]), drawn(["Trang ba chưa được đọc."])]
    data = saved(drawn(), "TIFF", save_all=True, append_images=more)

    def interrupt(done: int, total: int) -> None:
        assert total == 3
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), scanning(folder=tmp_path, content="abc", tell=interrupt):
        read_bytes(data, name="q.tiff")
    kept = sorted((tmp_path / "abc").glob("*.json"))
    assert kept
    calls: list[int] = []
    real = ocr.recognise
    monkeypatch.setattr(ocr, "recognise", lambda *args, **named: calls.append(1) or real(*args, **named))
    with scanning(folder=tmp_path, content="abc"):
        document = read_bytes(data, name="q.tiff")
    assert len(calls) == 3 - len(kept)
    assert "Trang ba chưa được đọc." in document.text


@needs_tesseract
def test_a_library_keeps_confidence_tells_pages_and_forgets_with_the_report(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "quet.png"
    file.write_bytes(saved(drawn()))
    steps: list[tuple[int, int]] = []
    (result,) = library.add([file], progress=lambda event: steps.append((event.page, event.pages)))
    assert result.report is not None, result.error
    assert (0, 1) in steps
    stored = library.report(result.report.id)
    assert stored.scans[1] > POORLY_READ
    assert stored.poor_pages == ()
    assert list((library.directory / "ocr").rglob("*.json"))
    library.remove(stored.id)
    assert not list((library.directory / "ocr").rglob("*.json"))


def test_without_tesseract_scans_are_named_with_the_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_tesseract", lambda: None)
    for name, data in [("quet.png", saved(drawn())), ("quet.pdf", saved(drawn(), "PDF"))]:
        with pytest.raises(OcrMissing, match=ocr.INSTALL) as caught:
            read_bytes(data, name=name)
        assert ocr.INSTALL in caught.value.message("vi")


def test_a_page_that_fails_is_named_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def recognise(_: object, grey: object, **named: object) -> list[OcrWord]:
        pages.append(1)
        if len(pages) == 1:
            raise ocr.CallFailed("no result")
        return [OcrWord("Trang", 10, 10, 60, 20, 0.95, (1, 1, 1)), OcrWord("hai.", 80, 10, 40, 20, 0.95, (1, 1, 1))] * 2

    pages: list[int] = []
    monkeypatch.setattr(scan, "WORKERS", 1)
    monkeypatch.setattr(ocr, "find_tesseract", lambda: ocr.Tesseract("tesseract", "5", ("vie",)))
    monkeypatch.setattr(ocr, "recognise", recognise)
    page = Image.new("L", (400, 500), 255)
    document = read_bytes(saved(page, "TIFF", save_all=True, append_images=[page.copy()]), name="q.tiff")
    assert sorted(document.scans) == [2]
    assert document.notes[0].startswith("Pages 1: OCR could not read them")


@pytest.mark.parametrize("share", [0.02, 0.5])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF"])
def test_a_cut_picture_is_damaged(format: str, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_tesseract", lambda: ocr.Tesseract("tesseract", "5", ("vie",)))
    data = saved(Image.effect_noise((600, 600), 80), format)
    with pytest.raises(FileDamaged):
        read_bytes(data[: int(len(data) * share)], name=f"quet.{format.lower()}")


def test_a_picture_that_claims_too_many_dots_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MOST_PIXELS", 10_000)
    with pytest.raises(FileTooLarge, match="million dots"):
        read_bytes(saved(Image.new("L", (200, 200))), name="bom.png")


def test_lines_get_one_height_and_headings_a_larger_one() -> None:
    """Pixels from the top become points from the bottom; a line without tall letters is as high as its neighbours."""
    words = [
        OcrWord("Năm", 100, 100, 90, 37, 0.9, (1, 1, 1)), OcrWord("xem", 100, 200, 90, 25, 0.9, (1, 1, 2)),
        OcrWord("Gầy", 100, 300, 90, 55, 0.9, (1, 1, 3)), OcrWord("TO", 100, 400, 200, 84, 0.9, (1, 2, 1)),
    ]  # fmt: skip
    page = scanned_page(1, words, [], height=1000, dpi=72)
    heights = [round(line.height) for line in page.lines]
    assert heights[0] == heights[1] == heights[2] < heights[3]
    assert [line.middle for line in page.lines] == sorted((line.middle for line in page.lines), reverse=True)
    assert mean_confidence(words) == pytest.approx(0.9)
    assert mean_confidence([]) == 0.0


def test_kept_readings_are_bounded_and_broken_ones_read_again(tmp_path: Path) -> None:
    for name in ("aa", "bb"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1-x.json").write_text(json.dumps({"words": "?" * 1000}), encoding="utf-8")
    with scanning(folder=tmp_path, content="aa"):
        assert scan._kept(tmp_path / "aa", "1-x") is None
    trim(tmp_path, limit=1500)
    assert len(list(tmp_path.iterdir())) == 1
    forget(tmp_path, "../" + tmp_path.name)
    assert len(list(tmp_path.iterdir())) == 1


def test_output_of_the_program_is_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines cut off, without numbers or with text of another kind are left out; confidence stays in 0..1."""
    tsv = "level\tpage\n5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t196.5\tTỷ lệ\n5\t1\t1\t1\t1\tx\t1\t1\t1\t1\t90\tno\n5\t1\t1\n"
    monkeypatch.setattr(ocr, "_run", runs(tsv.encode()))
    words = ocr.recognise(ocr.Tesseract("t", "5", ("vie",)), np.zeros((9, 9), np.uint8), dpi=300, language="vie")
    assert words == [OcrWord("Tỷ lệ", 10, 20, 30, 40, 1.0, (1, 1, 1))]


def test_a_capital_i_among_small_letters_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t96.5\t{}\n"
    monkeypatch.setattr(ocr, "_run", runs("".join(map(line.format, ("vỊ", "VỊ", "Ý", "Ích"))).encode()))
    words = ocr.recognise(ocr.Tesseract("t", "5", ("vie",)), np.zeros((9, 9), np.uint8), dpi=300, language="vie")
    assert [word.text for word in words] == ["vị", "VỊ", "Ý", "Ích"]


def runs(output: bytes) -> Callable[..., bytes]:
    return lambda *_, **__: output
