"""Plain text: encodings, paragraphs, wrapped lines, headings."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from read_files import check, rows, texts

from index.errors import FileDamaged
from index.read import read_bytes, read_file

REPORT = """Xã Đông Sơn tổng kết công tác năm 2022

28/12/2022 10:10

I. KẾT QUẢ

Tỷ lệ hộ dân dùng nước sạch đạt 85,1%.
Thu ngân sách đạt 108% dự toán.

- Trồng mới 12 ha rừng.
a) Chăn nuôi: đàn lợn 3.420 con.

Bảng 1. Dân số
"""


def test_lines_become_blocks_of_their_kind() -> None:
    document = check(read_bytes(REPORT.encode(), name="bc.txt"))
    kinds = [block.kind for block in document.blocks]
    assert kinds == ["title", "paragraph", "heading", "paragraph", "paragraph", "item", "item", "caption"]
    assert texts(document)[3] == "Tỷ lệ hộ dân dùng nước sạch đạt 85,1%."
    assert document.format == "txt"
    assert document.notes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
def test_every_encoding_gives_the_same_text(encoding: str) -> None:
    wanted = read_bytes(REPORT.encode(), name="bc.txt").text
    source = REPORT if encoding != "cp1258" else _for_cp1258(REPORT)
    assert read_bytes(source.encode(encoding), name="bc.txt").text == wanted


def _for_cp1258(text: str) -> str:
    """Windows-1258 has vowels like ê whole and tones as marks of their own."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        try:
            char.encode("cp1258")
            out.append(char)
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tone = next((mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
            out.append(unicodedata.normalize("NFC", parts.replace(tone, "")) + tone)
    return "".join(out)


def test_western_text_in_cp1252() -> None:
    document = read_bytes("Café prices – “rice” rose 3.5 percent in 2022, the survey said.".encode("cp1252"), name="a.txt")
    assert document.text == "Café prices – “rice” rose 3.5 percent in 2022, the survey said."


def test_decomposed_letters_are_composed() -> None:
    document = read_bytes(unicodedata.normalize("NFD", REPORT).encode(), name="bc.txt")
    assert document.text == read_bytes(REPORT.encode(), name="bc.txt").text


def test_wrapped_lines_are_joined_and_paragraphs_are_not() -> None:
    wrapped = (
        "Tổng diện tích gieo cấy lúa cả năm của toàn xã là 312 ha, năng suất\n"
        "bình quân đạt 52,4 tạ/ha, sản lượng cả năm đạt 1.634,9 tấn, tăng so\n"
        "với năm trước.\n"
        "Đàn trâu bò của xã có 1.105 con; đàn lợn có 3.420 con, đạt 95% kế\n"
        "hoạch do dịch tả lợn châu Phi xảy ra tại hai thôn trong quý ba năm\n"
        "2022.\n"
        "- Trồng rừng tập trung được 118,5 ha trên tổng số 110 ha, đạt 107,7%\n"
        "kế hoạch giao.\n"
    )
    document = check(read_bytes(wrapped.encode(), name="bc.txt"))
    found = texts(document)
    assert len(found) == 3
    assert "năng suất bình quân đạt 52,4 tạ/ha" in found[0]
    assert found[1].endswith("quý ba năm 2022.")
    assert found[2].endswith("kế hoạch giao.")


def test_lines_with_tabs_are_a_table() -> None:
    document = check(read_bytes("Chỉ tiêu\tNăm 2022\nHộ nghèo\t2,1%\nHộ cận nghèo\t3,4%\n".encode(), name="bc.txt"))
    assert rows(document)[0] == [("Hộ nghèo", "Chỉ tiêu"), ("2,1%", "Năm 2022")]


def test_a_form_feed_is_a_page_break() -> None:
    document = check(read_bytes("Trang một nói về lúa.\n\fTrang hai nói về ngô.\n".encode(), name="bc.txt"))
    assert [block.page for block in document.blocks] == [1, 2]
    assert document.pages == 2


def test_a_first_line_with_a_figure_stays_searchable() -> None:
    document = read_bytes("Tỷ lệ hộ nghèo của xã Đông Sơn: 2,1%\n\nHết.".encode(), name="bc.txt")
    assert document.blocks[0].kind == "paragraph"


def test_lines_of_markup_are_text() -> None:
    document = read_bytes(b"Ghi chu\n\nXem <script>alert(1)</script> va <img src=x onerror=alert(1)>.", name="bc.txt")
    assert "<script>alert(1)</script>" in document.text


@pytest.mark.parametrize("name", ["bc.txt", "bc.md"])
def test_binary_data_is_refused(name: str) -> None:
    junk = bytes(range(256)) * 40
    with pytest.raises(FileDamaged, match=r"bc\."):
        read_bytes(junk, name=name)


@pytest.mark.data
def test_the_seed_report(shared: Path) -> None:
    document = check(read_file(next((shared / "seed").glob("*.txt"))))
    assert texts(document, "title") == ["Xã Hải Đông tổ chức hội nghị tổng kết công tác năm 2022 và triển khai công tác năm 2023"]
    assert "trong đó có 85,1% số hộ dân đã đấu nối với hệ thống nước sạch nông thôn" in document.text


@pytest.mark.data
@pytest.mark.parametrize("encoding", ["cp1258", "utf16le", "utf8nfd"])
def test_other_encodings_equal_their_utf8_twin(shared: Path, encoding: str) -> None:
    for twin in sorted((shared / "reports" / "legacy_encoded").glob("*.utf8.txt")):
        other = twin.with_name(twin.name.replace("utf8", encoding))
        assert read_file(other).text == read_file(twin).text
