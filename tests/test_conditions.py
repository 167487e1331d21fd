"""Of which period and place a value is told: what sentences leave unsaid, and what was only guessed of a report."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_fakes import all_units, make_report

from assistant.conditions import CARRIED, UNSAID, judge_period, judge_place, names_other_place
from assistant.judge import FITS
from assistant.question import analyse
from index import Period, Place, Report
from index.figures.candidate import Candidate
from index.figures.values import number_candidates
from index.lexicon.glossary import Glossary
from index.records import Detail, FieldName, Origin

GLOSSARY = Glossary.load()


def counted(report: Report, *fields: FieldName) -> Report:
    """The report, of which these details were only counted."""
    return replace(report, as_read=tuple(Detail(field, "", Origin("counted")) for field in fields))


def figure(report: Report, text: str) -> Candidate:
    return next(c for unit in all_units(report) for c in number_candidates(unit) if c.text.startswith(text))


def fit(question: str, report: Report, text: str) -> float:
    candidate = figure(report, text)
    return judge_period(analyse(question, glossary=GLOSSARY), candidate.unit, candidate)[1]


def place_fit(question: str, report: Report, text: str, *, known: tuple[Place, ...] = ()) -> float:
    return judge_place(analyse(question, glossary=GLOSSARY, known_places=known), figure(report, text).unit)


CUSTOMS = make_report(
    "Tính hết tháng 11, số thu đạt 50.045 tỷ đồng, giảm 13.267 tỷ đồng so với cùng kỳ năm trước (63.312 tỷ đồng).",
    "Riêng quý 3, đơn vị thu 1.149 tỷ đồng.",
    title="Hụt thu",
    period=Period(2020),
    place=None,
)


@pytest.mark.parametrize(
    ("question", "value", "fits"),
    [
        ("Hết 11 tháng 2020 thu được bao nhiêu?", "50.045", True),
        ("How much was collected by the end of November 2020?", "50.045", True),
        ("Năm 2020 thu được bao nhiêu?", "50.045", True),
        ("11 tháng năm 2019 thu được bao nhiêu?", "63.312", True),
        ("Quý III/2020 thu được bao nhiêu?", "1.149", True),
        ("Quý II/2020 thu được bao nhiêu?", "1.149", False),
        ("Hết 11 tháng 2018 thu được bao nhiêu?", "50.045", False),
        ("Tháng 8/2020 thu được bao nhiêu?", "50.045", False),
    ],
)
def test_the_part_of_the_year_that_the_sentence_tells_is_of_the_reports_year(question: str, value: str, fits: bool) -> None:
    assert (fit(question, CUSTOMS, value) > FITS) is fits


def test_a_sentence_is_told_of_what_the_text_before_it_last_said() -> None:
    report = make_report(
        "Qua 9 tháng đầu năm, xuất khẩu tăng. Dệt may đạt 2.584 triệu USD.", title="Xuất khẩu", period=Period(2020), place=None
    )
    assert fit("9 tháng 2020 dệt may xuất khẩu bao nhiêu?", report, "2.584") >= CARRIED
    assert fit("Quý I/2020 dệt may xuất khẩu bao nhiêu?", report, "2.584") <= FITS


def test_a_guessed_year_leaves_its_part_open_and_a_read_one_does_not() -> None:
    report = make_report("Dệt may đạt 2.584 triệu USD.", title="Xuất khẩu", period=Period(2020), place=None)
    assert fit("9 tháng 2020 dệt may xuất khẩu bao nhiêu?", report, "2.584") <= FITS
    assert fit("9 tháng 2020 dệt may xuất khẩu bao nhiêu?", counted(report, "period"), "2.584") == UNSAID
    assert fit("9 tháng 2019 dệt may xuất khẩu bao nhiêu?", counted(report, "period"), "2.584") <= FITS


def test_a_list_does_not_take_the_year_its_head_compares_with() -> None:
    report = make_report(
        "Tổng diện tích gieo trồng 1.146 ha, tăng 83 ha so với năm 2020, trong đó:", "- Lúa xuân: 86 ha.", period=Period(2021)
    )
    assert fit("Diện tích lúa xuân năm 2021?", report, "86") == 1.0


def test_each_number_has_the_year_behind_it() -> None:
    report = make_report("Kinh tế số đóng góp khoảng 25% đến năm 2025, 40% đến năm 2030 trong GRDP.", period=Period(2020))
    assert fit("Kinh tế số đóng góp bao nhiêu đến năm 2030?", report, "40%") == 1.0
    assert fit("Kinh tế số đóng góp bao nhiêu đến năm 2030?", report, "25%") <= FITS


def test_a_guessed_place_does_not_keep_the_country_out() -> None:
    report = make_report("Thu ngân sách toàn ngành đạt 146 tỷ đồng.", "Tại Lạng Sơn thu giảm.", place=Place("Lạng Sơn", "province"))
    assert place_fit("Cả nước thu ngân sách bao nhiêu?", counted(report, "place"), "146") > FITS
    city = make_report("Thu ngân sách đạt 146 tỷ đồng.", "Cả nước có dịch.", place=Place("Lạng Sơn", "province"))
    assert place_fit("Cả nước thu ngân sách bao nhiêu?", city, "146") <= FITS
    assert place_fit("Cả nước thu ngân sách bao nhiêu?", counted(city, "place"), "146") == UNSAID


def test_a_place_named_after_the_value_is_not_what_the_sentence_is_about() -> None:
    report = make_report(
        "Học sinh bỏ học 38 em, chủ yếu ở xã Nà Vường.", "Xã Nà Vường có 12 em bỏ học.", place=Place("Khau Lình", "district")
    )
    assert not names_other_place(figure(report, "38").unit)
    assert names_other_place(figure(report, "12").unit)


@pytest.mark.parametrize("text", ["so ho can ngheo xa nam ven thuong cuoi nam 2022", "tỷ lệ hộ nghèo Nậm Vèn Thượng"])
def test_a_place_of_the_library_is_read_to_its_end(text: str) -> None:
    known = Place("Nậm Vèn Thượng", "commune")
    assert analyse(text, glossary=GLOSSARY, known_places=[known]).places == (known,)


@pytest.mark.parametrize(
    "text", ["What share of Vietnam's GDP was invested?", "Hợp đồng với tập đoàn Spartan của Mỹ đáng giá bao nhiêu?"]
)
def test_what_is_no_place(text: str) -> None:
    assert analyse(text, glossary=GLOSSARY).places == ()


def test_a_month_in_a_section_on_the_year_is_of_that_year() -> None:
    report = make_report("# I. Kết quả năm 2021", "Giá ổi đầu tháng 8 xuống còn 2.500 đồng/kg.", period=Period(2021))
    assert fit("Tháng 8/2021 ổi rớt giá xuống bao nhiêu?", report, "2.500") == 1.0
    assert fit("Năm 2021 ổi rớt giá xuống bao nhiêu?", report, "2.500") > FITS
    assert fit("Tháng 5/2021 ổi rớt giá xuống bao nhiêu?", report, "2.500") <= FITS


CRIME = make_report(
    "Có 11 vụ lừa đảo qua mạng (năm 2021: 4 vụ), thiệt hại 1,36 tỷ đồng, mới thu lại được 215 triệu.",
    "Bạo lực gia đình 13 vụ (2021: 9 vụ), trong đó 8 vụ xảy ra vào đợt giãn cách tháng 4.",
    "Sốt xuất huyết 1.259 ca, gấp 4,7 lần năm 2021, 1 ca tử vong.",
    "Doanh thu năm 2022 đạt 4.993 tỷ đồng, tăng 12% so năm 2021; lợi nhuận đạt 226 tỷ đồng.",
    "Việc làm mới đạt 73,8% kế hoạch, bằng 70,2% năm ngoái.",
    "Bão số 4 (tháng 9/2022) làm tốc mái 26 phòng học, thiệt hại 3,45 tỷ đồng.",
    period=Period(2022),
)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Năm 2022 thu lại được bao nhiêu tiền lừa đảo?", "215"),
        ("Năm 2021 có mấy vụ lừa đảo?", "4 vụ"),
        ("Tháng 4/2022 có bao nhiêu vụ bạo lực gia đình?", "8 vụ"),
        ("Sốt xuất huyết năm 2022 gấp mấy lần năm 2021?", "4,7"),
        ("Lợi nhuận năm 2022 là bao nhiêu?", "226"),
        ("Việc làm mới năm 2022 đạt bao nhiêu phần trăm kế hoạch?", "73,8%"),
        ("Bão tháng 9/2022 gây thiệt hại bao nhiêu?", "3,45"),
    ],
)
def test_a_year_in_a_bracket_or_compared_with_is_not_that_of_what_follows(question: str, value: str) -> None:
    assert fit(question, CRIME, value) > FITS


def test_the_year_before_is_told_right_behind_its_figure() -> None:
    report = make_report(
        "Tới hết quý 1/2020, xuất siêu 2,82 tỷ USD, cao hơn mức thặng dư 1,46 tỷ USD của cùng kỳ năm 2019.",
        "Chi đạt 98% của cùng kỳ năm 2019.",
        title="Xuất siêu",
        period=Period(2020),
        place=None,
    )
    assert fit("Quý 1 năm 2019 thặng dư bao nhiêu?", report, "1,46") == 1.0
    assert fit("Quý 1 năm 2020 thặng dư bao nhiêu?", report, "1,46") <= FITS
    assert fit("Quý 1 năm 2020 thặng dư bao nhiêu?", report, "2,82") == 1.0
    assert fit("Năm 2020 chi đạt bao nhiêu phần trăm?", report, "98%") > FITS


def test_the_year_before_opens_its_clause() -> None:
    report = make_report(
        "6 tháng đầu năm bàn giao 41,7 ha. Cùng kỳ năm 2021 vì giãn cách mới bàn giao được 12,9 ha.",
        period=Period(2022, 1, 2022, 6),
    )
    assert fit("6 tháng đầu năm 2021 bàn giao bao nhiêu ha?", report, "12,9") > FITS
    assert fit("6 tháng đầu năm 2022 bàn giao bao nhiêu ha?", report, "12,9") <= FITS


def test_a_plan_for_the_year_does_not_make_a_figure_the_years() -> None:
    report = make_report("BHXH tự nguyện tăng 34 người, đạt 42,5% chỉ tiêu cả năm.", period=Period(2022, 1, 2022, 6))
    assert fit("6 tháng 2022 BHXH tự nguyện đạt bao nhiêu phần trăm chỉ tiêu năm?", report, "42,5%") == 1.0


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        ("How many more households composted waste than at the end of 2022?", True),
        ("Hộ ủ rác tăng bao nhiêu so với cuối năm 2022?", True),
        ("How many more households composted waste than at the end of 2023?", False),
        ("How many more households composted waste in 2022?", False),
    ],
)
def test_what_is_only_set_against_a_year_is_not_told_of_it(question: str, fits: bool) -> None:
    report = make_report("4.780 hộ làm hố ủ rác, tăng 1.150 hộ so với cuối năm 2022.", period=Period(2023))
    assert (fit(question, report, "1.150") > FITS) is fits


def test_what_lies_before_a_year_is_of_an_earlier_one() -> None:
    report = make_report("Mức lương là 1.490.000 đồng/tháng.", period=Period(2019))
    assert fit("Mức lương trước năm 2020 là bao nhiêu?", report, "1.490.000") == UNSAID
    assert fit("Mức lương trước năm 2019 là bao nhiêu?", report, "1.490.000") <= FITS


def test_an_english_town_is_a_thi_xa_or_a_thi_tran() -> None:
    report = make_report("Tiêm được 8.840 liều.", place=Place("Lạng Hà", "city"))
    assert place_fit("How many doses were given in Lạng Hà town?", report, "8.840") == 1.0
    assert place_fit("How many doses were given in Lạng Hà district?", report, "8.840") <= FITS


def test_a_sentence_is_not_of_a_place_that_the_one_before_compares_with() -> None:
    report = make_report(
        "Clean water use in Son Trach was 29.6 points higher than in Lung Pa. Of ethnic minority households, 44.3 percent used it.",
        place=Place("Bac Lam", "province"),
        language="en",
    )
    known = Place("Lung Pa", "district")
    assert place_fit("What percentage of households in Lung Pa use clean water?", report, "44.3", known=(known,)) <= FITS


def test_an_abbreviated_body_is_no_place_asked_for() -> None:
    assert analyse("Quỹ đất cho thuê của KCN Hàm Lĩnh 1 là bao nhiêu ha?", glossary=GLOSSARY).places == ()
    assert analyse("Quỹ đất cho thuê của Hàm Lĩnh là bao nhiêu ha?", glossary=GLOSSARY).places == (Place("Hàm Lĩnh"),)


def test_what_is_asked_of_a_hamlet_is_not_told_of_the_whole() -> None:
    report = make_report(
        "Nước sạch: 1.730 hộ dùng nước máy, bằng 43,1%.", "Thôn Xuân Hải có 120 hộ dùng nước máy.", "Thôn 3 có 95 hộ dùng nước máy."
    )
    assert place_fit("Có bao nhiêu hộ ở thôn Xuân Hải dùng nước máy?", report, "1.730") == 0.0
    assert place_fit("Có bao nhiêu hộ ở thôn Xuân Hải dùng nước máy?", report, "120") > FITS
    assert place_fit("Thôn 3 có bao nhiêu hộ dùng nước máy?", report, "95") > FITS
    assert place_fit("Thôn 3 có bao nhiêu hộ dùng nước máy?", report, "120") == 0.0
    assert place_fit("Xã có bao nhiêu hộ dùng nước máy?", report, "1.730") > FITS


@pytest.mark.parametrize(
    ("text", "hamlet"),
    [
        ("How many households in Xuan Hai hamlet use tap water?", "xuan hai"),
        ("ấp Bình Hòa năm 2022", "binh hoa"),
        ("Which village missed the title?", ""),
        ("Khách du lịch từ Nhật Bản 11 tháng năm 2024", ""),
        ("Xã có bao nhiêu thôn?", ""),
        ("Nhà xuất bản Giáo Dục lỗ bao nhiêu?", ""),
        ("Chương trình Nông thôn Mới đạt mấy tiêu chí?", ""),
        ("Văn bản Quyết định 33 quy định gì?", ""),
        ("Bản Nà Lốc có mấy hộ nghèo?", "na loc"),
    ],
)
def test_the_hamlet_asked_of(text: str, hamlet: str) -> None:
    assert analyse(text, glossary=GLOSSARY).hamlet == hamlet


def test_a_month_told_of_the_next_figure_is_not_that_of_this_one() -> None:
    report = make_report("Covid: sáu tháng ghi nhận 3.914 ca, trong đó tháng 3 chiếm 2.655 ca.", period=Period(2022, 1, 2022, 6))
    assert fit("Số ca covid tháng 3/2022?", report, "2.655") > FITS
    assert fit("Số ca covid tháng 3/2022?", report, "3.914") <= FITS
