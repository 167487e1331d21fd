"""Vietnamese written before Unicode."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from index.read import read_bytes, read_file
from index.read.legacy import mended, reading, syllable_rate

REPORT = (
    "Báo cáo tình hình xã Đông Sơn\n\nThu ngân sách nhà nước trên địa bàn đạt 108% dự toán giao. "
    "Tỷ lệ hộ dân dùng nước sạch đạt 85,1%; "
    "giữ vững kết quả xã không còn hộ nghèo.\n"
)
TCVN3 = (
    "B¸o c¸o t×nh h×nh x· §«ng S¬n\n\nThu ng©n s¸ch nhµ n­íc trªn ®Þa bµn ®¹t 108% dù to¸n giao. "
    "Tû lÖ hé d©n dïng n­íc s¹ch ®¹t 85,1%; "
    "gi÷ v÷ng kÕt qu¶ x· kh«ng cßn hé nghÌo.\n"
)
VNI = (
    "Baùo caùo tình hình xaõ Ñoâng Sôn\n\nThu ngaân saùch nhaø nöôùc treân ñòa baøn ñaït 108% döï toaùn giao. "
    "Tyû leä hoä daân duøng nöôùc saïch ñaït 85,1%; giöõ vöõng keát quaû xaõ khoâng coøn hoä ngheøo.\n"
)


@pytest.mark.parametrize("old", [TCVN3, VNI])
def test_text_files(old: str) -> None:
    document = read_bytes(old.encode("latin-1"), name="bc.txt")
    assert document.text == read_bytes(REPORT.encode(), name="bc.txt").text
    assert document.notes == ()


def test_old_letters_in_a_word_file() -> None:
    document = docx.Document()
    for line in TCVN3.split("\n\n"):
        document.add_paragraph(line.strip())
    document.add_paragraph("Bảng chữ mới: tỷ lệ 9/12.")
    out = io.BytesIO()
    document.save(out)
    text = read_bytes(out.getvalue(), name="bc.docx").text
    assert "Thu ngân sách nhà nước trên địa bàn đạt 108% dự toán giao." in text
    assert "Bảng chữ mới: tỷ lệ 9/12." in text


@pytest.mark.parametrize(
    "text",
    [
        "Café à la crème très élégant",
        "Über die Größe der Dörfer",
        "nhà và lá cà",
        "Hà Giang",
        "São Tomé e Príncipe",
        "",
        "±5 °C × 2",
    ],
)
def test_text_that_is_right_is_left_alone(text: str) -> None:
    assert mended(text) == text


def test_syllables() -> None:
    assert syllable_rate("Tỷ lệ hộ dân dùng nước sạch ở xã Quỳnh Giang") == 1.0
    assert syllable_rate("Tû lÖ hé d©n dïng n­íc s¹ch") < 0.7
    assert syllable_rate("plain words") == 1.0
    assert syllable_rate("cáp càp") == 0.5  # no grave tone before a stop


def test_capitals() -> None:
    assert reading("vni", "ÑÔN VÒ HAØNH CHÍNH CAÁP XAÕ".encode("latin-1")) == "ĐƠN VỊ HÀNH CHÍNH CẤP XÃ"
    assert reading("tcvn3", b"\xa7\xa5N") == "ĐƠN"


@pytest.mark.data
@pytest.mark.parametrize("encoding", ["tcvn3", "viscii", "vni"])
def test_real_text_equals_its_utf8_twin(shared: Path, encoding: str) -> None:
    for twin in sorted((shared / "reports" / "legacy_encoded").glob("*.utf8.txt")):
        assert read_file(twin.with_name(twin.name.replace("utf8", encoding))).text == read_file(twin).text
