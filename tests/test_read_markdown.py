"""Markdown reports."""

from __future__ import annotations

from read_files import check, rows, texts

from index.read import read_bytes

REPORT = r"""---
title: Báo cáo năm 2023
date: 2023-12-12
---
# Báo cáo tình hình xã Đông Sơn năm 2023

UBND xã Đông Sơn, *ngày 12 tháng 12 năm 2023*.

## I. Kết quả

Thu ngân sách đạt **108%** dự toán,
tăng 6% so với [năm 2022](http://example.org/a).
Mã số a_b_c và 3*4*5 giữ nguyên.

- Trồng 12 ha rừng
- Nuôi 300 con bò
  ở hai thôn

Bảng 1. Chỉ tiêu (%)

| Chỉ tiêu | Năm 2022 | Năm 2023 |
|:---|---:|---:|
| Hộ nghèo | 2,5 | 2,1 |
| Nước \| sạch | 80 | 85,1 |

Tiêu đề gạch chân
-----------------

```
mã nguồn | không phải bảng
```
"""


def test_structure() -> None:
    document = check(read_bytes(REPORT.encode(), name="bc.md"))
    assert (document.title, document.date) == ("Báo cáo năm 2023", "2023-12-12")
    assert texts(document, "title") == ["Báo cáo tình hình xã Đông Sơn năm 2023"]
    assert texts(document, "heading") == ["I. Kết quả", "Tiêu đề gạch chân"]
    assert texts(document, "item") == ["- Trồng 12 ha rừng", "- Nuôi 300 con bò ở hai thôn"]
    assert texts(document, "caption") == ["Bảng 1. Chỉ tiêu (%)"]


def test_marks_go_and_words_stay() -> None:
    document = read_bytes(REPORT.encode(), name="bc.md")
    assert "Thu ngân sách đạt 108% dự toán, tăng 6% so với năm 2022. Mã số a_b_c và 3*4*5 giữ nguyên." in document.text
    assert "mã nguồn | không phải bảng" in document.text


def test_tables_have_their_headers() -> None:
    document = read_bytes(REPORT.encode(), name="bc.md")
    assert rows(document) == [
        [("Hộ nghèo", "Chỉ tiêu"), ("2,5", "Năm 2022"), ("2,1", "Năm 2023")],
        [("Nước / sạch", "Chỉ tiêu"), ("80", "Năm 2022"), ("85,1", "Năm 2023")],
    ]


def test_a_table_may_lack_its_outer_bars_and_cells() -> None:
    document = check(read_bytes("a | b\n--|--\nMột | 1\nHai\n".encode(), name="bc.md"))
    assert rows(document) == [[("Một", "a"), ("1", "b")]]
    assert "Hai" in document.text


def test_long_runs_of_marks_take_no_time() -> None:
    for piece in ("[" * 20_000, "*a" * 20_000, "`" * 20_001, "|" * 20_000, "#" * 20_000, "<" * 20_000, "![" * 10_000):
        check(read_bytes(("chữ " + piece).encode(), name="bc.md"))
