"""Parts of a year that texts name without it."""

from __future__ import annotations

import pytest

from index.language import find_year_parts, is_base
from index.records import Period


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("9 tháng đầu năm, sản lượng đạt 120 tấn", Period(2020, 1, 2020, 9)),
        ("8 tháng qua, có 326 doanh nghiệp trở lại", Period(2020, 1, 2020, 8)),
        ("Trong 4 tháng có trên 41 hộ thoát nghèo", Period(2020, 1, 2020, 4)),
        ("6 tháng cuối năm dự kiến nhập 11 tấn", Period(2020, 7, 2020, 12)),
        ("nửa đầu năm thu 12 tỷ đồng", Period(2020, 1, 2020, 6)),
        ("Trong kỳ 1 tháng 12, xã nhập 88 con", Period(2020, 12, 2020, 12)),
        ("Chỉ tính riêng trong quý 3, thu 11 tỷ đồng", Period(2020, 7, 2020, 9)),
        ("quy III thu 11 ty dong", Period(2020, 7, 2020, 9)),
        ("năm nay thu 11 tỷ đồng", Period(2020)),
        ("năm ngoái thu 11 tỷ đồng", Period(2019)),
        ("năm tới thu 11 tỷ đồng", Period(2021)),
        ("In September, exports rose", Period(2020, 9, 2020, 9)),
        ("The first nine months saw a rise", Period(2020, 1, 2020, 9)),
        ("the third quarter saw a rise", Period(2020, 7, 2020, 9)),
        ("last year it was 12", Period(2019)),
    ],
)
def test_what_a_sentence_on_2020_tells_of(text: str, told: Period) -> None:
    assert [part.of(2020) for part in find_year_parts(text)] == [told]


@pytest.mark.parametrize(
    "text", ["tính hết tháng 11, thu 50 tỷ đồng", "Lũy kế đến 15/11 thu 50 tỷ đồng", "by the end of November it was 5"]
)
def test_an_end_is_told_as_such(text: str) -> None:
    (part,) = find_year_parts(text)
    assert part.until
    assert part.last_month == 11


@pytest.mark.parametrize(
    "text",
    [
        "tháng 11/2020 thu 50 tỷ đồng",  # with its year: find_periods
        "9 tháng đầu năm 2020",
        "15/19 xã đạt chuẩn",
        "trẻ 6 tháng tuổi",
        "nghỉ thai sản 6 tháng",
        "thời hạn vay 12 tháng với lãi suất thấp",
        "workers may march",
        "12.000 đồng",
    ],
)
def test_what_is_no_part_of_a_year(text: str) -> None:
    assert find_year_parts(text) == []


@pytest.mark.parametrize(
    ("text", "named", "base"),
    [
        ("tăng 3% so với cùng kỳ năm 2019", "năm 2019", True),
        ("tăng 3% so với 2019", "2019", True),
        ("bằng với mức trị giá của tháng 9/2020", "tháng 9/2020", True),
        ("up 3% compared with 2019", "2019", True),
        ("cao hơn vụ xuân 2021 là 1,4 tạ/ha", "2021", True),
        ("so với vụ xuân năm 2021 tăng 1,4 tạ/ha", "năm 2021", True),
        ("doanh thu tăng 12% so năm 2018", "năm 2018", True),
        ("1.259 ca, gấp 4,7 lần năm 2021", "năm 2021", True),
        ("2.64 per cent over June 2022", "June 2022", True),
        ("tăng 10% so với sản lượng thực hiện của năm 2019", "năm 2019", True),
        ("So với cùng kỳ, năm 2018 tăng 3%", "năm 2018", False),
        ("dân số năm 2018", "năm 2018", False),
        ("Năm 2019 tăng 3%", "Năm 2019", False),
        ("kết quả năm 2019", "năm 2019", False),
    ],
)
def test_the_base_of_a_comparison(text: str, named: str, base: bool) -> None:
    assert is_base(text, text.index(named)) is base
