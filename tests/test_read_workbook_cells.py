"""Cells of ten real workbooks under the row and column labels that a person gave them (tests/data/README.md).

The annotation holds places alone, no text. Texts and numbers are taken by xlrd and openpyxl, the encodings by glibc's table of
TCVN3 as index/read/legacy.py has it; the reader under test has no part in what is expected.
"""

from __future__ import annotations

import json
import re
import unicodedata
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlrd

from index.read import Document, read_bytes
from index.read.legacy import mended, reading
from index.records import Block

ANNOTATION = Path(__file__).parent / "data" / "workbook_cells.json"
SHEETS: list[dict[str, Any]] = json.loads(ANNOTATION.read_text(encoding="utf-8"))
FILES = sorted({sheet["file"] for sheet in SHEETS})

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    found = shared / "reports" / "gso_monthly"
    if not found.is_dir():
        pytest.skip("the statistics office's workbooks are not in REPORTS_SHARED")
    return found


def position(place: str) -> tuple[int, int]:
    """ "C5" -> (row 5, column 3)."""
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", place).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def raw_cells(path: Path, index: int) -> tuple[Callable[[str], str | float], int]:
    """(cell by place, page of the sheet: visible ones counted from 1)."""
    if path.suffix == ".xlsx":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = _openpyxl(path)
        sheet = book.worksheets[index]
        page = sum(other.sheet_state == "visible" for other in book.worksheets[: index + 1])
        return lambda place: sheet[place].value if sheet[place].value is not None else "", page
    old = xlrd.open_workbook(path, formatting_info=True)
    grid = old.sheet_by_index(index)

    def get(place: str) -> str | float:
        row, column = position(place)
        cell = grid.cell(row - 1, column - 1)
        if cell.ctype != 1:
            return cell.value if cell.ctype == 2 else ""
        font = old.font_list[old.xf_list[cell.xf_index].font_index].name.lower()
        if not font.startswith(".vn"):
            return mended(cell.value)
        try:
            text = reading("tcvn3", cell.value.encode("cp1252")) if not cell.value.isascii() else cell.value
        except UnicodeEncodeError:  # typed anew in Unicode
            text = cell.value
        return text.upper() if font.endswith("h") else text

    return get, sum(not old.sheet_by_index(at).visibility for at in range(index + 1))


@cache
def _openpyxl(path: Path) -> Any:
    return openpyxl.load_workbook(path, data_only=True)


def words(*texts: object) -> list[str]:
    out = []
    for text in texts:
        whole = str(int(text)) if isinstance(text, float) and text == int(text) else unicodedata.normalize("NFC", str(text))
        out += [word.strip("()") for word in whole.split() if word not in ("/", "–")]
    return out


def is_part(wanted: list[str], path: list[str]) -> bool:
    """Whether the words stand in the path in order, others between them allowed."""
    rest = iter(path)
    return all(word in rest for word in wanted)


def headed(header: str, wanted: list[str]) -> bool:
    """The path a person gave, with or without a unit behind it: "… (Nghìn ha)"."""
    return wanted in (words(header), words(re.sub(r" \([^()]*\)$", "", header)))


def shows(text: str, value: float) -> bool:
    """Whether the text is the value, rounded as it is shown, with Vietnamese marks."""
    if not re.fullmatch(r"-?\d[\d.]*(?:,\d+)?%?", text):
        return False
    number = float(text.rstrip("%").replace(".", "").replace(",", "."))
    places = len(text.rstrip("%").partition(",")[2])
    return abs(number - value * (100 if text.endswith("%") else 1)) <= 0.5000001 * 10**-places


def row_of(document: Document, page: int, label: list[str], values: list[float]) -> Block | None:
    for block in document.blocks:
        if block.kind == "table_row" and block.page == page:
            texts = [document.text[cell.start : cell.end] for cell in block.cells]
            if words(texts[0]) == label and all(any(shows(text, value) for text in texts[1:]) for value in values):
                return block
    return None


def misplaced(document: Document, sheet: dict[str, Any], path: Path) -> tuple[int, list[str]]:
    """Cells looked at, and those that are not where a person put them."""
    get, page = raw_cells(path, sheet["sheet"])
    count, wrong = 0, []
    for row, expected in sheet["rows"].items():
        values = {column: value for column in sheet["headers"] if isinstance(value := get(f"{column}{row}"), (int, float))}
        label = words(*(get(place) for place in expected["label"]))
        block = row_of(document, page, label, [float(value) for value in values.values()])
        count += len(values)
        if block is None:
            wrong += [f"{column}{row}: no such row" for column in values]
            continue
        under = words(*(get(place) for place in expected.get("under", ())))
        parents = is_part(under, words(block.cells[0].header))
        for column, value in values.items():
            header = words(*(get(place) for place in [*sheet["headers"][column], *expected.get("more", {}).get(column, ())]))
            cells = [cell for cell in block.cells[1:] if shows(document.text[cell.start : cell.end], float(value))]
            if not parents or not any(headed(cell.header, header) for cell in cells):
                wrong.append(f"{column}{row}: {block.cells[0].header!r} {[cell.header for cell in cells]}")
    return count, wrong


def test_cells_stand_under_the_labels_a_person_gave_them(folder: Path) -> None:
    count, wrong = 0, []
    for name in FILES:
        document = read_bytes((folder / name).read_bytes(), name=name)
        for sheet in SHEETS:
            if sheet["file"] == name:
                seen, misses = misplaced(document, sheet, folder / name)
                count += seen
                wrong += [f"{name}, sheet {sheet['sheet']}: {miss}" for miss in misses]
    assert len(FILES) == 10
    assert count > 500
    assert len(wrong) <= 0.005 * count, "\n".join(wrong)
