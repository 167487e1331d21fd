"""CSV files."""

from __future__ import annotations

import pytest
from read_files import check, rows, texts

from index.read import read_bytes


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_rows_under_their_headers(separator: str) -> None:
    lines = [
        ["Bảng 1. Dân số (người)"],
        ["Thôn", "Số hộ", "Tỷ lệ"],
        ["Phía bắc"],
        ["Đông", "120", '"85,1"'],
        ["Tây", "98", '"90,0"'],
        [],
        ["Nguồn: UBND xã"],
    ]
    document = check(read_bytes("\n".join(separator.join(line) for line in lines).encode(), name="a.csv"))
    assert document.format == "csv"
    assert texts(document, "caption") == ["Bảng 1. Dân số (người)"]
    assert rows(document)[1:] == [
        [("Đông", "Thôn / Phía bắc"), ("120", "Số hộ"), ("85,1", "Tỷ lệ")],
        [("Tây", "Thôn / Phía bắc"), ("98", "Số hộ"), ("90,0", "Tỷ lệ")],
    ]
    assert texts(document)[-1] == "Nguồn: UBND xã"


@pytest.mark.parametrize("text", ['a,"b\n' * 3000, '"' * 5001, ",,,,\n" * 50 + "chữ", "chữ", "a\x00b,1\n" * 9])
def test_odd_files(text: str) -> None:
    from index.errors import ReadError

    try:
        check(read_bytes(text.encode(), name="a.csv"))
    except ReadError as error:
        assert error.fields["file"] == "a.csv"  # noqa: PT017
