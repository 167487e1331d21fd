"""Periods that texts name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import find_periods, fold
from index.records import Period


@pytest.mark.parametrize(
    ("text", "mention", "period"),
    [
        ("đạt năm 2022.", "năm 2022", Period(2022)),
        ("trong giai đoạn 2021-2025", "giai đoạn 2021-2025", Period(2021, 1, 2025, 12)),
        ("giai đoạn 2021 - 2025", "giai đoạn 2021 - 2025", Period(2021, 1, 2025, 12)),
        ("từ năm 2021 đến năm 2025", "từ năm 2021 đến năm 2025", Period(2021, 1, 2025, 12)),
        ("năm học 2022-2023", "năm học 2022-2023", Period(2022, 1, 2023, 12)),
        ("trong quý II/2023", "quý II/2023", Period(2023, 4, 2023, 6)),
        ("quý 3 năm 2022", "quý 3 năm 2022", Period(2022, 7, 2022, 9)),
        ("6 tháng đầu năm 2023", "6 tháng đầu năm 2023", Period(2023, 1, 2023, 6)),
        ("9 tháng đầu năm 2022", "9 tháng đầu năm 2022", Period(2022, 1, 2022, 9)),
        ("6 tháng cuối năm 2022", "6 tháng cuối năm 2022", Period(2022, 7, 2022, 12)),
        ("sáu tháng đầu năm 2023", "sáu tháng đầu năm 2023", Period(2023, 1, 2023, 6)),
        ("9 tháng năm 2020", "9 tháng năm 2020", Period(2020, 1, 2020, 9)),
        ("thu 9 tháng 2023", "9 tháng 2023", Period(2023, 1, 2023, 9)),
        ("nửa đầu năm 2023", "nửa đầu năm 2023", Period(2023, 1, 2023, 6)),
        ("tháng 7/2023", "tháng 7/2023", Period(2023, 7, 2023, 7)),
        ("tháng 7 năm 2023", "tháng 7 năm 2023", Period(2023, 7, 2023, 7)),
        ("tháng 7-2023", "tháng 7-2023", Period(2023, 7, 2023, 7)),
        ("từ tháng 1 đến tháng 6/2023", "từ tháng 1 đến tháng 6/2023", Period(2023, 1, 2023, 6)),
        ("đến ngày 31/12/2022", "ngày 31/12/2022", Period(2022, 12, 2022, 12)),
        ("ngày 28 tháng 12 năm 2022", "ngày 28 tháng 12 năm 2022", Period(2022, 12, 2022, 12)),
        ("28/12/2022 10:10", "28/12/2022", Period(2022, 12, 2022, 12)),
        ("2022-12-28", "2022-12-28", Period(2022, 12, 2022, 12)),
        ("in 2023", "2023", Period(2023)),
        ("by mid-2023", "2023", Period(2023)),
        ("in the year 2023", "year 2023", Period(2023)),
        ("first half of 2023", "first half of 2023", Period(2023, 1, 2023, 6)),
        ("the first six months of 2023", "first six months of 2023", Period(2023, 1, 2023, 6)),
        ("the first 9 months of 2023", "first 9 months of 2023", Period(2023, 1, 2023, 9)),
        ("second half of 2023", "second half of 2023", Period(2023, 7, 2023, 12)),
        ("Q3 2023", "Q3 2023", Period(2023, 7, 2023, 9)),
        ("third quarter of 2023", "third quarter of 2023", Period(2023, 7, 2023, 9)),
        ("from 2021 to 2025", "from 2021 to 2025", Period(2021, 1, 2025, 12)),
        ("between 2021 and 2025", "between 2021 and 2025", Period(2021, 1, 2025, 12)),
        ("on 28 December 2022", "28 December 2022", Period(2022, 12, 2022, 12)),
        ("December 28, 2022", "December 28, 2022", Period(2022, 12, 2022, 12)),
        ("January to March 2023", "January to March 2023", Period(2023, 1, 2023, 3)),
        ("nam 2022", "nam 2022", Period(2022)),
        ("6 thang dau nam 2023", "6 thang dau nam 2023", Period(2023, 1, 2023, 6)),
        ("quy 2 nam 2023", "quy 2 nam 2023", Period(2023, 4, 2023, 6)),
        ("quy 2/2023", "quy 2/2023", Period(2023, 4, 2023, 6)),
        ("Nam 1999 | 12", "Nam 1999", Period(1999)),
        ("Chỉ tiêu | 2021 | x", "2021", Period(2021)),
        ("thu (2022)", "2022", Period(2022)),
        ("năm 2022 người dân", "năm 2022", Period(2022)),
    ],
)
def test_one_period(text: str, mention: str, period: Period) -> None:
    found = find_periods(text)
    assert [(text[m.start : m.end], m.period) for m in found] == [(mention, period)]


@pytest.mark.parametrize(
    "text",
    [
        "Nghị quyết 12/2022/NQ-HĐND", "Thông tư 39/2018/TT-BTC", "có 2000 hộ", "2.022 hộ", "Covid-19", "thu 2022 triệu đồng",
        "1.2023", "đường 20221",
        "mã 2022A", "quý 2", "6 tháng đầu năm", "nam", "Quyết định số 2022", "tăng 2000%", "2,022.5", "some 2000 people", "",
        "B-2022",
    ],
)  # fmt: skip
def test_no_period(text: str) -> None:
    assert find_periods(text) == []


def test_several() -> None:
    text = "Năm 2022 tăng so với năm 2021; kế hoạch 2023 cao hơn.\n2020\n2021"
    assert [m.period.year for m in find_periods(text)] == [2022, 2021, 2023, 2020, 2021]


@given(st.text(alphabet=st.sampled_from("0129/-. năm tháqýđIQ,\n"), max_size=50))
def test_mentions_stand_apart_in_order_with_sane_months(text: str) -> None:
    end = 0
    for mention in find_periods(text):
        assert end <= mention.start < mention.end <= len(text)
        assert 1 <= mention.period.first_month <= 12
        assert 1 <= mention.period.last_month <= 12
        assert mention.period.first <= mention.period.last
        end = mention.end


@pytest.mark.parametrize(
    "text", ["năm 2022", "quý II/2023", "6 tháng đầu năm 2023", "giai đoạn 2021 - 2025", "ngày 31/12/2022", "nửa cuối năm 2023"]
)
def test_spelling_without_marks_means_the_same(text: str) -> None:
    assert [m.period for m in find_periods(fold(text))] == [m.period for m in find_periods(text)]
