"""Which row of a table answers: the one named, the total, the subtotal of a group. Through the whole path, from file to answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, load_assistant
from index import Library, load_settings

REPORT = """# BÁO CÁO

Tình hình kinh tế - xã hội xã Hải Đông năm 2022

Bảng 1. Diện tích gieo trồng năm 2022 (ha)

| Cây trồng | Kế hoạch | Thực hiện |
|---|---|---|
| I. Cây lương thực |  |  |
| Lúa | 200 | 210 |
| Ngô | 90 | 95 |
| Cộng | 290 | 305 |
| II. Cây công nghiệp |  |  |
| Lạc | 40 | 42 |
| Chè | 60 | 63 |
| Cộng | 100 | 105 |
| Tổng cộng | 390 | 410 |

Bảng 2. Số hộ theo thôn năm 2022

| Thôn | Số hộ | Hộ nghèo |
|---|---|---|
| Thôn Đông | 120 | 5 |
| Thôn Tây | 230 | 7 |
| Cộng khu Bắc | 350 | 12 |
| Thôn Nam | 180 | 4 |
| Thôn Trung | 90 | 3 |
| Cộng khu Nam | 270 | 7 |
| Tổng số | 620 | 19 |
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("rows")
    (folder / "hai-dong.md").write_text(REPORT, "utf-8")
    with Library.open(folder / "library", settings=load_settings(directory=folder / "library")) as library:
        library.add([folder / "hai-dong.md"])
        yield load_assistant(library)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Tổng diện tích gieo trồng thực hiện năm 2022 là bao nhiêu?", "410"),
        ("tong dien tich gieo trong ke hoach nam 2022", "390"),
        ("What is the total planted area achieved in 2022?", "410"),
        ("How many households are there in total?", "620"),
        ("Diện tích cây lương thực thực hiện năm 2022 là bao nhiêu?", "305"),
        ("Cộng diện tích cây công nghiệp năm 2022 thực hiện là bao nhiêu?", "105"),
        ("Khu Bắc có bao nhiêu hộ?", "350"),
        ("Thôn Nam có bao nhiêu hộ?", "180"),
    ],
)
def test_the_row_that_is_asked_for_answers(assistant: Assistant, question: str, value: str) -> None:
    answer = assistant.answer(question)
    assert answer.value is not None
    assert answer.value.shown.split()[0] == value


@pytest.mark.parametrize(
    "question", ["Tổng số hộ của xã là bao nhiêu?", "Tổng số hộ nghèo của xã năm 2022?", "Diện tích lúa thực hiện năm 2022?"]
)
def test_no_other_row_answers(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(question)
    right = {"Tổng số hộ của": "620", "Tổng số hộ ngh": "19", "Diện tích lúa ": "210"}[question[:14]]
    assert answer.value is None or answer.value.shown.split()[0] == right
