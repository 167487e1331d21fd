"""Tables as offices set them: plan, result, and what the result is beside the plan and the year before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import Assistant, load_assistant
from index import Library
from index.settings import Settings

REPORT = """# Báo cáo kinh tế xã Hải Đông năm 2022

**Bảng 1. Kết quả sản xuất năm 2022**

| Chỉ tiêu | ĐVT | Kế hoạch | Thực hiện | So cùng kỳ (%) | So KH (%) |
|---|---|---|---|---|---|
| Sản lượng lúa | tấn | 1.200 | 1.250 | 104,5 | 104,2 |
| Đàn lợn | con | 3.000 | 2.810 | 96,1 | 93,7 |
| Hộ nghèo | hộ | 35 | 31 | 88,6 | 88,6 |

**Bảng 2. Quyết toán thu ngân sách năm 2022** (đơn vị: triệu đồng)

| Nội dung thu | Dự toán | Quyết toán | So dự toán (%) |
|---|---|---|---|
| Phí, lệ phí | 210,0 | 163,4 | 77,8 |
| Thu phạt, tịch thu | 120,0 | 187,9 | 156,6 |
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    room = tmp_path_factory.mktemp("tables")
    (room / "bao-cao.md").write_text(REPORT, "utf-8")
    with Library.open(room / "library", settings=Settings(directory=room / "library")) as library:
        assert all(added.error is None for added in library.add([room / "bao-cao.md"]))
        yield load_assistant(library)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Sản lượng lúa năm 2022 là bao nhiêu?", "1.250 tấn"),
        ("planned rice output 2022", "1,200 tonnes"),
        ("kế hoạch đàn lợn năm 2022", "3.000 con"),
        ("How many poor households were planned?", "35 households"),
        ("Xã còn bao nhiêu hộ nghèo?", "31 hộ"),
        ("What percentage of the pig herd plan was reached in 2022?", "93.7 %"),
        ("Thu phí, lệ phí năm 2022 đạt bao nhiêu phần trăm dự toán?", "77,8%"),
        ("Dự toán thu phí, lệ phí năm 2022 là bao nhiêu?", "210,0 triệu đồng"),
        ("Quyết toán thu phí, lệ phí năm 2022", "163,4 triệu đồng"),
    ],
)
def test_the_column_that_is_asked_for(asked: Assistant, question: str, shown: str) -> None:
    value = asked.answer(question).value
    assert value is not None
    assert value.shown == shown


@pytest.mark.parametrize(
    "question",
    [
        "Thu phạt, tịch thu năm 2022 vượt dự toán bao nhiêu phần trăm?",  # 156,6 % of the plan is 56,6 % above it
        "Sản lượng lúa vượt kế hoạch bao nhiêu phần trăm?",
        "Đàn lợn năm trước?",
    ],
)
def test_what_no_column_says_is_not_said(asked: Assistant, question: str) -> None:
    assert asked.answer(question).value is None
