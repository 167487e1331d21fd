"""What readers note of a file is said in both languages."""

from __future__ import annotations

import pytest

from index.read import read_bytes
from index.read.sheet_rows import Findings
from ui.notes import note_text


def test_what_workbook_readers_note_has_a_vietnamese_twin() -> None:
    found = Findings(
        hidden_sheets=["Nháp"],
        hidden_rows=["Bảng 1"],
        hidden_columns=["Bảng 4"],
        uncomputed=3,
        undecodable={("B¸o", ""), ("c¸o", "")},
        decoded={"TCVN3 (ABC)"},
        unread_rows=["Bảng 2", "Bảng 3"],
    )
    vietnamese = [note_text(note, "vi") for note in found.notes()]
    assert len(vietnamese) == 7
    assert vietnamese[0] == "Không đọc các trang tính ẩn: Nháp."
    assert not set(vietnamese) & set(found.notes())
    assert [note_text(note, "en") for note in found.notes()] == list(found.notes())


def test_a_mislabelled_file() -> None:
    (note,) = read_bytes("<html><body><p>Báo cáo năm 2022 của xã Đông Sơn.</p></body></html>".encode(), name="a.docx").notes
    assert note_text(note, "vi") == "Tên tệp là DOCX nhưng nội dung là HTML; đã đọc theo HTML."


@pytest.mark.parametrize(
    ("note", "vietnamese"),
    [
        (
            "Pages 3, 4 and more: OCR could not read them; they are not searched.",
            "Các trang 3, 4 và nữa: nhận dạng chữ không đọc được; không tìm kiếm trong các trang này.",
        ),
        ("A sentence nobody listed {x}.", "A sentence nobody listed {x}."),
        ("Hidden slides were left out: {0} {x}.", "Bỏ qua các trang chiếu ẩn: {0} {x}."),
    ],
)
def test_values_are_put_into_the_twin(note: str, vietnamese: str) -> None:
    assert note_text(note, "vi") == vietnamese
