"""Which text layers lie, and what becomes of their lines. Healthy text, tables and codes are left alone."""

from __future__ import annotations

import gzip
import json
import textwrap
from pathlib import Path

import numpy as np
import pytest

from index.read.damage import is_broken, lying_lines
from index.read.page import Cuts, Line, Page
from index.read.repair import repaired

HEALTHY = [
    [
        "Tỷ lệ hộ nghèo là 2,1%, giảm 0,4 điểm phần trăm.",
        "Nghị quyết số 30a/2008/NQ-CP; Quyết định 12/QĐ-UBND-HC",
        "xã Krông Búk, Đắk Lắk",
    ],
    [
        "The share of households was 85.1 % (SDG 6.1.1, CO2 and H5N1 included).",
        "See http://a.vn/x_y;z or mail a*b@c.vn",
        "US$ 12.5m",
    ],
    ["1 234 | 85,1 | 2.3", "0-4 641 142 646 461", "5-9 553 109 576 016", "2014 2015 2016"],
    ["* Về kinh tế: tăng 5%", "• Thu ngân sách", "\uf0b7 Chi ngân sách", "** Ghi chú: số liệu sơ bộ **"],
    ["Kraków, Müller and São Paulo took part", "UBND, HĐND, MTTQ, BHXH, NTM", "kWh, km2, m3/s, CO2/GDP"],
]


@pytest.mark.parametrize("lines", HEALTHY)
def test_healthy_text_is_left_alone(lines: list[str]) -> None:
    assert lying_lines(lines) == set()


def test_a_font_that_draws_other_letters_is_found_and_figures_are_not_blamed() -> None:
    lines = ["TA/E B.2.7. HAN2I, PR2-ECTED P2PU/ATI2N C/ASSIFIED B< A*E *R2UP", "whole country", "0-4 641 142 646 461"]
    assert lying_lines(lines) == {0}


@pytest.mark.parametrize("sign", ["\ufffd", "\x0e", "\ue123"])
def test_one_sign_that_no_text_has_is_enough(sign: str) -> None:
    assert lying_lines(["Bảng 1. Dân số", f"80{sign} 141 187", "5-9 12 13"]) == {1}


def test_letters_of_an_old_encoding_are_no_text() -> None:
    lines = ["B¸o c¸o t×nh h×nh kinh tÕ x· héi n¨m 2003", "Tû lÖ hé nghÌo gi¶m cßn 12,5% so víi cïng kú"]
    assert lying_lines(lines) == {0, 1}


@pytest.mark.parametrize("word", ["ACC2RDIN*", "P2PU/ATI2N", "SE;Q", "bcdfgh", "nghi\x0e"])
def test_broken_words(word: str) -> None:
    assert is_broken(word)


def line(text: str, y: float) -> Line:
    return Line(text, 80, 400, y, y + 10)


OWN = ["TA/E 1. P2PU/ATI2N *R2UP", "Total 1 200 300", "0-4 641 142 646 461", "80\x0e 141 187 138 178"]


def page(texts: list[str], *, up: float = 0.0, cut: bool = False) -> Page:
    lines = tuple(line(text, 700 - 20 * at + up)._replace(piece=at, piece_end=at + 1) for at, text in enumerate(texts))
    if not cut:
        return Page(1, lines)
    sides = [np.array([getattr(one, side) for one in lines], np.float32) for side in ("left", "right", "bottom", "top")]
    return Page(1, lines, cuts=Cuts([one.text for one in lines], *sides))


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("up", [0.0, -800.0])
def test_lying_lines_are_read_off_the_page_and_figures_stay(up: float, cut: bool) -> None:
    """Wherever the page's corner is, and although OCR misread one figure."""
    seen = page(["TABLE 1. POPULATION GROUP", "Total 1 200 800", "0-4 641 142 646 461", "80+ 141 187 138 178"])
    mended = repaired(page(OWN, cut=cut, up=up), {0, 3}, seen, -up)
    assert mended is not None
    assert [one.text for one in mended.lines] == ["TABLE 1. POPULATION GROUP", "Total 1 200 300", OWN[2], "80+ 141 187 138 178"]
    if cut:
        assert mended.cuts is not None
        assert mended.cuts.texts == [one.text for one in mended.lines]


def test_figures_that_the_page_does_not_show_are_not_kept() -> None:
    seen = page(["TABLE 1. POPULATION GROUP", "Total 9 288 377", "0-4 541 942 546 961", "80+ 999 888"])
    assert repaired(page(OWN), {0, 3}, seen, 842.0) is None


def test_a_line_that_ocr_does_not_see_is_left_out_but_for_its_figures() -> None:
    mended = repaired(page(OWN), {0, 3}, page(["", *OWN[1:3]]), 842.0)
    assert mended is not None
    assert [one.text.strip() for one in mended.lines] == [*OWN[1:3], "141 187 138 178"]


def test_no_false_alarm_on_real_texts(shared: Path) -> None:
    """770 stretches of a page's length of Vietnamese government texts, and three PDF files with healthy text layers."""
    from index.read import pdf_pages

    with gzip.open(shared / "reports" / "vi_gov_stat_docs.jsonl.gz", "rt", encoding="utf-8") as file:
        for text in (json.loads(row)["text"] for row in file):
            lines = [line for paragraph in text.splitlines() for line in textwrap.wrap(paragraph, 90)]
            assert not any(lying_lines(lines[at : at + 45]) for at in range(0, len(lines), 45))
    for name, damaged in [("evb_ne_guide.pdf", 0), ("vitabqa_guideline_vi.pdf", 0), ("gso_age_group_province.pdf", 126)]:
        with pdf_pages.opened((shared / "reports" / "pdf" / name).read_bytes(), name) as pdf:
            pages = [pdf_pages.page_at(pdf, number) for number in range(1, len(pdf) + 1)]
            found = [page.number for page in pages if lying_lines([line.text for line in page.lines])]
        assert len(found) == damaged, name
