"""Title, date, period, place and issuer, read from a report's own words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.metadata import Metadata, detect_metadata, first_date
from index.read import read_bytes, read_file
from index.records import Origin, Period, Place


def about(text: str, name: str = "bc.txt") -> Metadata:
    return detect_metadata(read_bytes(text.encode(), name=name), name)


OFFICIAL = """ỦY BAN NHÂN DÂN XÃ ĐÔNG SƠN
HUYỆN KHE VÀNG
Số: 218/BC-UBND
Đông Sơn, ngày 14 tháng 12 năm 2022

BÁO CÁO
Kết quả thực hiện nhiệm vụ năm 2022 và phương hướng, nhiệm vụ năm 2023

Năm 2022, xã Đông Sơn có 8 thôn với 1.246 hộ. Năm 2023 xã phấn đấu, năm 2023 xã quyết tâm, năm 2023 xã vượt khó.
"""


def test_an_official_report() -> None:
    found = about(OFFICIAL)
    assert found.title == "Báo cáo kết quả thực hiện nhiệm vụ năm 2022 và phương hướng, nhiệm vụ năm 2023"
    assert found.date == "2022-12-14"
    assert found.period == Period(2022)
    assert found.place == Place("Đông Sơn", "commune")
    assert found.issuer == "Ủy ban nhân dân xã Đông Sơn"
    assert found.language == "vi"


def test_a_half_year_report() -> None:
    found = about(
        "Báo cáo tình hình kinh tế - xã hội 6 tháng đầu năm 2023 của huyện Khe Vàng\n\nngày 22 tháng 6 năm 2023\n\nMột đoạn."
    )
    assert found.period == Period(2023, 1, 2023, 6)
    assert found.place == Place("Khe Vàng", "district")
    assert found.date == "2023-06-22"


def test_an_english_report() -> None:
    found = about(
        "Dak Soi Upland Livelihoods Project\nAnnual Report 2022\n\nDak Soi District, Kon Ha Province\n"
        "Published 28 February 2023\n\nAverage household income in the communes rose in 2022. The share below the line fell.",
    )
    assert found.title == "Dak Soi Upland Livelihoods Project: Annual Report 2022"
    assert (found.language, found.date, found.period) == ("en", "2023-02-28", Period(2022))
    assert found.place == Place("Dak Soi", "district")


def test_without_a_title_the_file_name_stands_in() -> None:
    assert about("- một\n- hai\n", "bao-cao-2022.txt").title == "bao-cao-2022"


def test_nothing_is_made_up() -> None:
    found = about("Một đoạn văn ngắn nói về lúa và ngô của bà con.")
    assert (found.date, found.period, found.place, found.issuer) == ("", None, None, "")


def test_the_year_of_the_date_is_no_period_by_itself() -> None:
    assert about("Thông báo lịch họp\n\n05/01/2023\n\nHọp lúc tám giờ.").period is None


def test_plans_for_next_year_are_not_what_is_reported() -> None:
    found = about(
        "Hội nghị của xã Đông Sơn\n\n28/12/2022\n\nTổng kết năm 2022 và triển khai nhiệm vụ năm 2023. Năm 2023 xã sẽ làm đường."
    )
    assert found.period == Period(2022)


def test_the_file_properties_help_out() -> None:
    head = "<title>Xã Đông Sơn năm 2023 - Cổng thông tin</title><meta name='date' content='2023-12-29'>"
    page = f"<html><head>{head}</head><body><p>a1.</p></body></html>"
    found = about(page, "a.html")
    assert (found.title, found.date) == ("Xã Đông Sơn năm 2023", "2023-12-29")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("28/12/2022 10:10", "2022-12-28"),
        ("Hà Nội, ngày 5 tháng 1 năm 2023", "2023-01-05"),
        ("28 December 2022", "2022-12-28"),
        ("December 28, 2022", "2022-12-28"),
        ("2022-12-28", "2022-12-28"),
        ("31/02/2022", ""),
        ("12/2022/NQ-HĐND", ""),
        ("năm 2022", ""),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert first_date(text) == date


@pytest.mark.data
def test_the_seed_report(shared: Path) -> None:
    path = next((shared / "seed").glob("*.txt"))
    found = replace(detect_metadata(read_file(path), path.name), origins={})
    assert found == Metadata(
        title="Xã Hải Đông tổ chức hội nghị tổng kết công tác năm 2022 và triển khai công tác năm 2023",
        language="vi",
        date="2022-12-28",
        period=Period(2022),
        place=Place("Hải Đông", "commune"),
        issuer="UBND xã Hải Đông",
    )


def test_the_documents_own_number_and_not_anothers() -> None:
    assert about(OFFICIAL).number == "218/BC-UBND"
    assert about("UBND XÃ A | Số: 12 /2022/ NQ - HĐND\n\nCăn cứ Nghị quyết số 5/NQ-HĐND").number == "12/2022/NQ-HĐND"
    assert about("Căn cứ Nghị quyết số 5/NQ-HĐND ngày 1 tháng 2 năm 2022\n\nBáo cáo năm 2022").number == ""
    assert about("Số: 307/BC-UBND – Bến Đá, ngày 20 tháng 12 năm 2023").number == "307/BC-UBND"
    assert about("Số: 45/QĐ-TTg Hà Nội, ngày 1 tháng 2 năm 2022").number == "45/QĐ-TTg"
    assert about("Số:        /BC-UBND\n\nBÁO CÁO\nKết quả năm 2022").number == ""


def test_a_period_of_the_file_name_is_the_last_resort() -> None:
    text = "- một\n- hai\n"
    found = about(text, "bc-6-thang-dau-nam-2023_2023-07-01.txt")
    assert (found.period, found.origins["period"]) == (Period(2023, 1, 2023, 6), Origin("file_name"))
    assert about(text, "bc-2022-2023-01-05.txt").period == Period(2022)
    assert about(text, "2000-01-31-bieu.txt").period is None
    assert about(text, "so-sanh-2021-va-2022.txt").period is None
    assert about(OFFICIAL, "bc-2019.txt").period == Period(2022)


def test_a_table_of_many_provinces_is_about_none_of_them() -> None:
    provinces = "Hà Nội, Bình Dương, Gia Lai, Kon Tum, Lâm Đồng, Tây Ninh, Hà Giang"
    rows = "\n".join(f"{name.strip()} | 101,{number}" for number, name in enumerate((provinces + ", Hà Nội, Hà Nội").split(",")))
    assert about(f"Chỉ số sản xuất công nghiệp tháng 2 năm 2025\n\n{rows}\n\n{provinces}.").place is None


def test_every_origin_leads_to_what_was_read() -> None:
    found = about("UBND  XÃ\tĐÔNG SƠN\nSố:  218/BC-UBND\n\nXã có 8 thôn, năm 2021 đạt chuẩn. Năm 2021, xã thu 2 tỷ đồng.")
    text = read_bytes(b"UBND  X\xc3\x83\t\xc4\x90\xc3\x94NG S\xc6\xa0N\nS\xe1\xbb\x91:  218/BC-UBND\n\nX", name="a.txt").text
    assert {field: origin.kind for field, origin in found.origins.items()}["number"] == "text"
    number = found.origins["number"]
    assert text[number.start : number.end] == "218/BC-UBND"
    assert found.origins["period"].kind == "counted"


NEWS = "Thu ngân sách gặp khó\n\nTính hết tháng 11, đơn vị thu 50.045 tỷ đồng, giảm so với cùng kỳ năm 2019.\n\n"


def test_what_is_compared_with_the_same_time_of_a_year_is_told_of_the_next_one() -> None:
    text = NEWS + "Riêng ô tô giảm 6.800 tỷ đồng so với cùng kỳ năm 2019. Cả năm 2019 thu 67.000 tỷ đồng.\n"
    found = about(text)
    assert found.period == Period(2020)
    assert found.origins["period"].kind == "counted"


def test_the_same_time_of_a_year_tells_even_once_where_no_other_year_is_spoken_of() -> None:
    assert about(NEWS).period == Period(2020)
    assert about("Thu ngân sách gặp khó\n\nTính hết tháng 11 năm 2020, đơn vị thu 50.045 tỷ đồng.\n\n").period is None
    assert about(NEWS + "Năm 2016 đơn vị thành lập.\n").period is None


def test_the_years_of_plans_are_not_counted() -> None:
    text = "Hội nghị bàn giải pháp\n\nNăm 2019 xã trồng 12 ha, năm 2019 thu 3 tỷ đồng. "
    text += "Dự kiến năm 2021, đến năm 2021, kế hoạch năm 2021.\n"
    assert about(text).period == Period(2019)


def test_the_title_tells_the_part_of_the_counted_year() -> None:
    text = "Kinh tế 9 tháng tăng trưởng tích cực\n\nNăm 2018 GDP tăng. Chỉ số giá năm 2018 tăng 3%.\n"
    assert about(text).period == Period(2018, 1, 2018, 9)


def test_what_a_long_paragraph_says_late_is_not_what_the_report_is_about() -> None:
    filler = "Vị này cho biết kết quả thực hiện của năm 2019 là tốt. " * 7
    text = f"Thấp thỏm âu lo\n\n{filler}Xuất siêu sẽ tăng trong những tháng cuối năm và năm 2021.\n"
    assert about(text).period == Period(2019)


def test_the_year_told_once_in_a_title_is_that_of_the_part_reported_on() -> None:
    text = "BÁO CÁO\nTình hình kinh tế - xã hội 6 tháng đầu năm; phương hướng, nhiệm vụ 6 tháng cuối năm 2022\n\nXã có 9 thôn.\n"
    assert about(text).period == Period(2022, 1, 2022, 6)
