"""Numbers: where they stand, what they are worth, what they count, how they are shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import Number, find_numbers, format_number, show_number


def only(text: str, language: str | None = None) -> Number:
    numbers = find_numbers(text, language)
    assert len(numbers) == 1, numbers
    return numbers[0]


def summary(text: str, language: str | None = None) -> list[str]:
    return [f"{n.value} {n.unit} {n.kind}" for n in find_numbers(text, language)]


@pytest.mark.parametrize(
    ("text", "written", "value", "unit", "kind"),
    [
        ("đạt 85,1% số hộ", "85,1%", "85.1", "%", "percentage"),
        ("đạt 85.1% số hộ", "85.1%", "85.1", "%", "percentage"),
        ("đạt 85,1 % số hộ", "85,1 %", "85.1", "%", "percentage"),
        ("đạt 85,1 phần trăm", "85,1 phần trăm", "85.1", "%", "percentage"),
        ("đạt 108% dự toán", "108%", "108", "%", "percentage"),
        ("tăng 2,5 điểm phần trăm", "2,5 điểm phần trăm", "2.5", "điểm %", "percentage"),
        ("tăng 2,5 điểm % so với cùng kỳ", "2,5 điểm %", "2.5", "điểm %", "percentage"),
        ("đạt 39,50%", "39,50%", "39.50", "%", "percentage"),
        ("thu 1,2 tỷ đồng", "1,2 tỷ đồng", "1.2", "tỷ đồng", "money"),
        ("thu 1.234,5 tỷ đồng", "1.234,5 tỷ đồng", "1234.5", "tỷ đồng", "money"),
        ("thu 1.234.567 đồng", "1.234.567 đồng", "1234567", "đồng", "money"),
        ("đạt 4.550 triệu đồng", "4.550 triệu đồng", "4550", "triệu đồng", "money"),
        ("thu nhập 65 triệu đồng/người/năm", "65 triệu đồng/người/năm", "65", "triệu đồng/người/năm", "money"),
        ("giá 54,44 triệu đồng/lượng", "54,44 triệu đồng/lượng", "54.44", "triệu đồng/lượng", "money"),
        ("tỷ giá 23.162 VND/USD", "23.162 VND/USD", "23162", "VND/USD", "money"),
        ("xuất khẩu 12,5 triệu USD", "12,5 triệu USD", "12.5", "triệu USD", "money"),
        ("cho 350 lao động", "350 lao động", "350", "lao động", "count"),
        ("giảm 02 hộ cận nghèo", "02 hộ", "2", "hộ", "count"),
        ("có 1.234 hộ", "1.234 hộ", "1234", "hộ", "count"),
        ("có 1,234 hộ", "1,234 hộ", "1234", "hộ", "count"),
        ("có 1 234 567 người", "1 234 567 người", "1234567", "người", "count"),
        ("gần 1,2 triệu người", "1,2 triệu người", "1.2", "triệu người", "count"),
        ("rộng 45,7 ha", "45,7 ha", "45.7", "ha", "measure"),
        ("năng suất 52 tạ/ha", "52 tạ/ha", "52", "tạ/ha", "measure"),
        ("mật độ 290 người/km2", "290 người/km2", "290", "người/km2", "measure"),
        ("sản lượng 1.200 tấn", "1.200 tấn", "1200", "tấn", "measure"),
        ("trẻ 5 tuổi", "5 tuổi", "5", "tuổi", "measure"),
        ("hệ số 0,125", "0,125", "0.125", "", "count"),
        ("mức 1,234", "1,234", "1.234", "", "count"),
        ("mức 1.234", "1.234", "1234", "", "count"),
        ("có mười hai thôn", "mười hai thôn", "12", "thôn", "count"),
        ("có ba xã đạt chuẩn", "ba xã", "3", "xã", "count"),
        ("một trăm hai mươi lăm hộ", "một trăm hai mươi lăm hộ", "125", "hộ", "count"),
        ("có 2000 hộ", "2000 hộ", "2000", "hộ", "count"),
        ("tăng −3,2%", "−3,2%", "-3.2", "%", "percentage"),
        ("kế hoạch 5 năm", "5 năm", "5", "năm", "measure"),
        ("khoảng 1,000 hồ", "1,000", "1000", "", "count"),
        ("có 12 đồng chí", "12", "12", "", "count"),
        ("có 2 tỷ lệ", "2", "2", "", "count"),
        ("mười lăm phần trăm", "mười lăm phần trăm", "15", "%", "percentage"),
        ("thu 211, 6 tỷ đồng", "211, 6 tỷ đồng", "211.6", "tỷ đồng", "money"),
    ],
)
def test_vietnamese(text: str, written: str, value: str, unit: str, kind: str) -> None:
    number = only(text, "vi")
    assert (number.text, number.value, number.unit, number.kind) == (written, Decimal(value), unit, kind)
    assert str(number.value) == value


@pytest.mark.parametrize(
    ("text", "written", "value", "unit", "kind"),
    [
        ("reached 85.1 percent", "85.1 percent", "85.1", "%", "percentage"),
        ("reached 85.1 per cent of", "85.1 per cent", "85.1", "%", "percentage"),
        ("up 2.5 percentage points", "2.5 percentage points", "2.5", "percentage points", "percentage"),
        ("with 1,234 households", "1,234 households", "1234", "households", "count"),
        ("with 1.234 households", "1.234 households", "1234", "households", "count"),
        ("with 1,234.5 tonnes", "1,234.5 tonnes", "1234.5", "tonnes", "measure"),
        ("only 12 poor households", "12 poor households", "12", "poor households", "count"),
        ("for 350 workers", "350 workers", "350", "workers", "count"),
        ("worth $1.2 million", "$1.2 million", "1.2", "million USD", "money"),
        ("worth VND 1.2 billion", "VND 1.2 billion", "1.2", "billion VND", "money"),
        ("worth 1.2 billion VND", "1.2 billion VND", "1.2", "billion VND", "money"),
        ("worth VND5,000 a kilo", "VND5,000", "5000", "VND", "money"),
        ("worth VND 12.456 billion", "VND 12.456 billion", "12.456", "billion VND", "money"),
        ("a $25bn fund", "$25bn", "25", "billion USD", "money"),
        ("some 1.2 million people", "1.2 million people", "1.2", "million people", "count"),
        ("a factor of 1.234", "1.234", "1.234", "", "count"),
        ("about 1,234", "1,234", "1234", "", "count"),
        ("all twelve villages", "twelve villages", "12", "villages", "count"),
        ("over 45 hectares", "45 hectares", "45", "hectares", "measure"),
        ("twenty-five schools", "twenty-five schools", "25", "schools", "count"),
    ],
)
def test_english(text: str, written: str, value: str, unit: str, kind: str) -> None:
    number = only(text, "en")
    assert (number.text, number.value, number.unit, number.kind) == (written, Decimal(value), unit, kind)


@pytest.mark.parametrize(
    ("text", "written", "unit"),
    [
        ("GDP đạt 10,2 triệu tỷ đồng, tăng 5%", "10,2 triệu tỷ đồng", "triệu tỷ đồng"),
        ("vốn ước đạt 1,725 triệu tỉ đồng", "1,725 triệu tỉ đồng", "triệu tỉ đồng"),
        ("GDP of 9.5 quadrillion VND", "9.5 quadrillion VND", "quadrillion VND"),
        ("GDP of 9.5 million billion VND", "9.5 million billion VND", "million billion VND"),
    ],
)
def test_the_largest_amounts_keep_their_unit(text: str, written: str, unit: str) -> None:
    number = find_numbers(text)[0]
    assert (number.text, number.unit, number.kind) == (written, unit, "money")


@pytest.mark.parametrize(
    ("text", "value", "whole", "unit"),
    [
        ("đạt 9/12 chỉ tiêu", 9, 12, "chỉ tiêu"),
        ("10/10 thôn duy trì", 10, 10, "thôn"),
        ("đạt 9 trên 12 chỉ tiêu", 9, 12, "chỉ tiêu"),
        ("9 out of 12 targets", 9, 12, "targets"),
        ("9 of the 12 communes", 9, 12, "communes"),
        ("nine of the 12 targets", 9, 12, "targets"),
        ("one in five households", 1, 5, ""),
        ("1 in 10 households", 1, 10, "households"),
        ("mười hai trong số 15 xã", 12, 15, "xã"),
        ("hai phần ba số hộ", 2, 3, ""),
        ("một nửa số hộ", 1, 2, ""),
        ("two thirds of households", 2, 3, ""),
        ("half of the households", 1, 2, ""),
        ("1.200/1.500 hộ", 1200, 1500, "hộ"),
        ("01/10 xã", 1, 10, "xã"),
    ],
)
def test_ratios(text: str, value: int, whole: int, unit: str) -> None:
    number = only(text)
    assert (number.kind, number.value, number.of, number.unit) == ("ratio", value, whole, unit)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("28/12/2022", 20221228), ("ngày 28/12", 1228), ("tháng 7/2023", 20230700), ("ngày 28 tháng 12 năm 2022", 20221228),
        ("28.12.2022", 20221228),
        ("2022-12-28", 20221228), ("on 28 December 2022", 20221228), ("December 28, 2022", 20221228),
        ("December 2022", 20221200), ("28/12", 1228),
        ("từ 01/7", 701), ("7/2023", 20230700),
    ],
)  # fmt: skip
def test_dates(text: str, value: int) -> None:
    number = only(text)
    assert (number.kind, number.value) == ("date", value)


@pytest.mark.parametrize(
    "text",
    ["Nghị quyết 12/2022/NQ-HĐND", "kế hoạch 36/KH-UBND", "Covid-19", "gọi 0912 345 678", "hotline 19001234", "quốc lộ 18",
     "Nghị quyết số 05", "No. 5", "mạng 5G",
     "mục 1.2.3", "https://example.vn/2022/15"],
)  # fmt: skip
def test_codes_count_nothing(text: str) -> None:
    assert {number.kind for number in find_numbers(text)} <= {"code"}


@pytest.mark.parametrize(
    "text",
    [
        "1. Thu ngân sách",
        "1.2. Kết quả",
        "2) Chi ngân sách",
        "Điều 5",
        "lần thứ 3",
        "Table 2",
        "the 3rd round",
        "thôn 5",
        "Tổ 7",
        "Bảng 1",
        "chuẩn mực số 25",
    ],
)
def test_ordinals(text: str) -> None:
    assert only(text).kind == "ordinal"


@pytest.mark.parametrize(
    "text",
    [
        "năm 2022",
        "in 2023",
        "giai đoạn 2021-2025",
        "năm 2022 xã có",
        "the 2023 targets",
        "nam 2022",
        "Năm 2022 người dân phấn khởi",
    ],
)
def test_years(text: str) -> None:
    assert {number.kind for number in find_numbers(text)} == {"year"}


@pytest.mark.parametrize(
    "text",
    [
        "một xã",
        "năm thôn?",
        "một tỷ lệ khác",
        "one commune",
        "Ba Đình",
        "thứ hai",
        "tháng ba",
        "first half of the year",
        "no poor household",
        "Chợ Ba Vì",
    ],
)
def test_words_that_may_be_no_numbers(text: str) -> None:
    assert find_numbers(text) == []


def test_ranges_share_their_unit() -> None:
    assert summary("tăng 10-15%", "vi") == ["10 % percentage", "15 % percentage"]
    assert summary("từ 10 đến 15 hộ", "vi") == ["10 hộ count", "15 hộ count"]
    assert summary("khoản 1, 2 và 4 Điều", "vi") == ["1  ordinal", "2  ordinal", "4  ordinal"]


def test_columns_are_not_run_together() -> None:
    assert [n.value for n in find_numbers("Hộ nghèo | 2 | 350 | 12", "vi")] == [2, 350, 12]
    assert [n.value for n in find_numbers("thôn 2 350 hộ", "vi")] == [2, 350]


def test_other_numbers_of_the_text_settle_a_doubtful_mark() -> None:
    assert [n.value for n in find_numbers("Mức 1,234 và 85.1%", "vi")] == [1234, Decimal("85.1")]
    assert [n.value for n in find_numbers("Level 1.234 and 85,1%", "en")] == [1234, Decimal("85.1")]


def test_without_marks() -> None:
    assert summary("giam 02 ho ngheo, tao viec cho 350 lao dong", "vi") == ["2 ho count", "350 lao dong count"]
    assert summary("thu 1,2 ty dong dat 108 phan tram", "vi") == ["1.2 ty dong money", "108 % percentage"]


@given(st.text(alphabet=st.sampled_from("0123456789.,/-% hộđng tỷ|\nax()"), max_size=40))
def test_numbers_stand_where_they_say_apart_in_order(text: str) -> None:
    for language in ("vi", "en", None):
        end = 0
        for number in find_numbers(text, language):
            assert number.text == text[number.start : number.end]
            assert number.start >= end
            assert number.value.is_finite()
            end = number.end


@given(st.decimals(min_value=0, max_value=10**9, places=1), st.sampled_from(["vi", "en"]))
def test_what_is_written_is_read_back(value: Decimal, language: str) -> None:
    text = format_number(value, language) + "%"
    assert only(text, language).value == value


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from([("vi", "hộ"), ("en", "households")]))
def test_counts_are_read_back(value: int, unit: tuple[str, str]) -> None:
    text = f"x {format_number(Decimal(value), unit[0])} {unit[1]}"
    assert only(text, unit[0]).value == value


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("85.1", "85,1", "85.1"),
        ("1234", "1.234", "1,234"),
        ("1234.50", "1.234,50", "1,234.50"),
        ("-3", "-3", "-3"),
        ("0", "0", "0"),
    ],
)
def test_format_number(value: str, vi: str, en: str) -> None:
    assert (format_number(Decimal(value), "vi"), format_number(Decimal(value), "en")) == (vi, en)


@pytest.mark.parametrize(
    ("text", "language", "vi", "en"),
    [
        ("85,1%", "vi", "85,1%", "85.1 %"),
        ("39,50%", "vi", "39,50%", "39.50 %"),
        ("02 hộ", "vi", "2 hộ", "2 households"),
        ("01 thôn", "vi", "1 thôn", "1 village"),
        ("1.234 hộ", "vi", "1.234 hộ", "1,234 households"),
        ("9/12 chỉ tiêu", "vi", "9/12 chỉ tiêu", "9/12 targets"),
        ("1,2 tỷ đồng", "vi", "1,2 tỷ đồng", "1.2 billion VND"),
        ("65 triệu đồng/người/năm", "vi", "65 triệu đồng/người/năm", "65 million VND/person/year"),
        ("1,2 triệu người", "vi", "1,2 triệu người", "1.2 million people"),
        ("350 workers", "en", "350 lao động", "350 workers"),
        ("1.2 billion VND", "en", "1,2 tỷ đồng", "1.2 billion VND"),
        ("1.2 million people", "en", "1,2 triệu người", "1.2 million people"),
        ("12 poor households", "en", "12 hộ nghèo", "12 poor households"),
        ("500 jobs", "en", "500 việc làm", "500 jobs"),
        ("12 widgets", "en", "12 widgets", "12 widgets"),
        ("2,5 điểm phần trăm", "vi", "2,5 điểm %", "2.5 percentage points"),
        ("năm 2022", "vi", "2022", "2022"),
        ("28/12/2022", "vi", "28/12/2022", "28/12/2022"),
    ],
)
def test_show_number(text: str, language: str, vi: str, en: str) -> None:
    number = only(text, language)
    assert (show_number(number, "vi"), show_number(number, "en")) == (vi, en)


def test_long_texts_take_linear_time() -> None:
    assert len(find_numbers("đạt 85,1% và 350 lao động. " * 5000, "vi")) == 10_000
    find_numbers("." * 50_000 + "1" * 5000 + " 1/" * 5000, "vi")


@pytest.mark.parametrize(
    ("text", "unit"),
    [("tăng từ 1.429 năm 2021 lên 2.695 năm 2022", ""), ("kế hoạch 5 năm 2016 - 2020", "năm"), ("trong 10 năm qua", "năm")],
)
def test_a_number_before_a_year_counts_no_years(text: str, unit: str) -> None:
    assert next(n for n in find_numbers(text, "vi") if n.kind != "year").unit == unit


def test_bronze_is_no_money() -> None:
    found = find_numbers("Đoàn đạt 5 vàng, 8 bạc, 14 đồng; chi 14 đồng.", "vi")
    assert [(n.text, n.kind) for n in found if n.value == 14] == [("14", "count"), ("14 đồng", "money")]
