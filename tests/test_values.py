"""The figures of a sentence or row with what labels them, and the people, dates and places a sentence names."""

from __future__ import annotations

from decimal import Decimal

import pytest
from report_fakes import Row, all_units, make_report, unit_of

from assistant.named import date_candidates, name_candidates, phrase_candidates, place_candidates, rank_candidates
from index import Language, Period
from index.figures.candidate import Candidate
from index.figures.units import stretch_units
from index.figures.values import duration_candidates, none_candidates, number_candidates


def figures(sentence: str, language: Language = "vi") -> list[Candidate]:
    report = make_report(sentence, language=language)
    return number_candidates(unit_of(report, sentence))


def texts(found: list[Candidate]) -> list[str]:
    return [candidate.text for candidate in found]


def test_each_figure_has_its_own_label() -> None:
    hygienic, clean = figures(
        "Tỷ lệ sử dụng nước hợp vệ sinh của dân cư đạt 100%, trong đó có 85,1% số hộ dân đã đấu nối với hệ thống nước sạch."
    )
    assert (hygienic.text, clean.text) == ("100%", "85,1%")
    assert "hợp vệ sinh" in hygienic.before
    assert "hợp vệ sinh" not in clean.before
    assert "nước sạch" in clean.after
    assert clean.amount == Decimal("85.1")


def test_what_follows_labels_a_figure_that_opens_its_sentence() -> None:
    (share,) = figures("85.1% of households use clean water.", "en")
    assert "households use clean water" in share.after
    assert share.after_trust > share.before_trust


def test_the_two_ends_of_a_range_are_one_value() -> None:
    (found,) = figures("Xuất khẩu đạt 14 – 16 tỷ USD.")
    assert found.text.startswith("14 – 16")
    assert found.shown("vi").startswith("14–16")


def test_months_and_ages_are_no_values() -> None:
    assert texts(figures("Trong 6 tháng đầu năm 2022, trẻ em dưới 5 tuổi được tiêm phòng đạt 98%.")) == ["98%"]


@pytest.mark.parametrize(
    ("sentence", "figure"),
    [
        ("Tỷ lệ hộ nghèo là 2,4%.", "result"),
        ("Phấn đấu tỷ lệ hộ nghèo còn 2,4%.", "target"),
        ("Sản lượng ước đạt 120 tấn.", "estimate"),
        ("Tỷ lệ hộ nghèo giảm 2,4%.", "change"),
        ("The poverty rate fell by 2.4%.", "change"),
        ("The commune aims to cut poverty to 2.4%.", "target"),
        ("Tỷ lệ hộ hỏa táng 60%.", "result"),
    ],
)
def test_results_targets_estimates_and_changes_are_told_apart(sentence: str, figure: str) -> None:
    assert [candidate.figure for candidate in figures(sentence, "en" if sentence.startswith("The ") else "vi")] == [figure]


def test_the_figure_compared_with_is_the_earlier_one() -> None:
    now, before = figures("Thu ngân sách đạt 95%, so với cùng kỳ là 90%.")
    assert (now.figure, before.figure) == ("result", "previous")


def test_all_that_stands_in_brackets_after_the_year_before_is_of_it() -> None:
    found = figures("Cháy rừng xảy ra 6 vụ, thiệt hại 12,9 ha (cùng kỳ 3 vụ, 4,1 ha).")
    assert [(c.text, c.figure) for c in found if c.text.endswith("ha")] == [("12,9 ha", "result"), ("4,1 ha", "previous")]


def test_a_target_named_behind_its_figure_is_one() -> None:
    held, wanted = figures("Women held 34% of seats, short of the 40% target.", "en")
    assert (held.figure, wanted.figure) == ("result", "target")


def test_a_year_that_labels_the_next_figure_is_not_of_the_one_before() -> None:
    now, before = figures("Tỷ lệ dùng nước sạch 69,3% (năm 2020: 65,1%).")
    assert (now.period, before.period) == (None, Period(2020))
    (one, other) = figures("Tốc độ tăng trưởng là 9,4%, năm 2017 tăng 9,53%.")
    assert (one.period, other.period) == (None, Period(2017))


def test_a_comparison_takes_its_label_from_the_figure_before() -> None:
    _, change = figures("Tỷ lệ hộ nghèo là 2,4%, tăng 2,1%.")
    assert change.figure == "change"
    assert "hộ nghèo" in change.before


def test_the_year_a_sentence_ties_to_a_value() -> None:
    first, second = figures("Năm 2021 tỷ lệ hộ nghèo là 3,4%; năm 2022 là 2,4%.")
    assert (first.period, second.period) == (Period(2021), Period(2022))
    (alone,) = figures("Tỷ lệ hộ nghèo là 2,4%.")
    assert alone.period is None


def row(cells: list[str], headers: list[str]) -> list[Candidate]:
    report = make_report(Row(cells, headers))
    return number_candidates(unit_of(report, cells[0]))


def test_cells_take_unit_and_year_from_their_header() -> None:
    planned, reached = row(["Hộ nghèo", "2,5", "2,4"], ["Chỉ tiêu", "Kế hoạch năm 2022 (%)", "Thực hiện năm 2022 (%)"])
    assert (planned.kind, planned.figure) == ("percentage", "target")
    assert (reached.kind, reached.figure, reached.period) == ("percentage", "result", Period(2022))
    assert reached.text == "2,4"
    assert reached.shown("vi") == "2,4%"
    assert "Hộ nghèo" in reached.before


def test_cells_take_the_unit_of_their_row() -> None:
    (found,) = row(["Diện tích rừng (ha)", "1.234"], ["Chỉ tiêu", "Năm 2022"])
    assert found.amount == 1234
    assert found.number is not None
    assert found.number.unit == "ha"


HEADERS = ["Chỉ tiêu", "Đơn vị tính", "Kế hoạch năm", "Thực hiện", "So với cùng kỳ"]


@pytest.mark.parametrize(
    ("said", "unit", "kind", "shown"),
    [
        ("Tấn", "tấn", "measure", "24,500 tonnes"),
        ("triệu đồng", "triệu đồng", "money", "24,500 million VND"),
        ("1.000 tấn", "nghìn tấn", "measure", "24,500 thousand tonnes"),
        ("triệu viên", "triệu viên", "count", "24,500 triệu viên"),
        ("m³", "m³", "measure", "24,500 m³"),
    ],
)
def test_cells_take_the_unit_of_their_rows_column_of_units(said: str, unit: str, kind: str, shown: str) -> None:
    plan, result, change = row(["Sản lượng", said, "24.500", "19.385", "103,1"], HEADERS)
    assert [(c.number.unit, c.kind) for c in (plan, result) if c.number] == [(unit, kind)] * 2
    assert plan.shown("en") == shown
    assert change.number is not None
    assert change.number.unit == ""  # an index is none of these


@pytest.mark.parametrize("body", ["Xã Hải Đông", "Hội Phụ nữ", "Trường Hoa Sen 2"])
def test_a_column_of_bodies_is_no_column_of_units(body: str) -> None:
    (found,) = row([body, "1.240"], ["Đơn vị", "Số hội viên"])
    assert found.text == "1.240"
    assert found.number is not None
    assert found.number.unit == ""


def test_row_numbers_and_empty_cells_are_no_values() -> None:
    assert texts(row(["1", "Hộ nghèo", "", "97"], ["STT", "Chỉ tiêu", "Ghi chú", "Số hộ"])) == ["97"]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [("Xã không còn hộ nghèo.", "không còn hộ nghèo"), ("The commune no longer has any poor households.", "no longer has any")],
)
def test_none_left_is_nought(sentence: str, said: str) -> None:
    (found,) = none_candidates(unit_of(make_report(sentence), sentence))
    assert found.amount == 0
    assert said in found.text


def test_names_after_a_form_of_address_or_with_a_family_name() -> None:
    unit = unit_of(make_report("Đồng chí Lò Văn Mẫn - Chủ tịch UBND xã phát biểu; Nguyễn Thị Hoa trình bày báo cáo."), "Mẫn")
    assert texts(name_candidates(unit)) == ["Lò Văn Mẫn", "Nguyễn Thị Hoa"]


def test_one_who_left_is_not_named() -> None:
    unit = unit_of(make_report("Ông Trần Văn Bình được bầu, thay ông Lê Văn Cường."), "Bình")
    assert texts(name_candidates(unit)) == ["Trần Văn Bình"]


def test_a_stretch_of_days_is_one_date() -> None:
    unit = unit_of(make_report("Lễ hội diễn ra từ ngày 14 đến ngày 16/4/2023 tại sân vận động."), "Lễ hội")
    assert texts(date_candidates(unit)) == ["từ ngày 14 đến ngày 16/4/2023"]


def test_venues_are_places() -> None:
    unit = unit_of(make_report("Lễ hội được tổ chức tại nhà văn hóa thôn Bản Mới, với 300 người dự."), "Lễ hội")
    assert "nhà văn hóa thôn Bản Mới" in texts(place_candidates(unit))


def test_ranks_and_quoted_phrases() -> None:
    unit = unit_of(make_report("Huyện đứng thứ 3 toàn tỉnh với chủ đề “Đoàn kết và đổi mới”."), "Huyện")
    assert texts(rank_candidates(unit)) == ["thứ 3"]
    assert texts(phrase_candidates(unit)) == ["Đoàn kết và đổi mới"]


def test_offsets_are_those_of_the_report() -> None:
    report = make_report("Mở đầu.", "Tỷ lệ hộ nghèo là 2,4%.")
    (found,) = number_candidates(unit_of(report, "2,4%"))
    assert report.text[found.start : found.end] == "2,4%"


def test_a_caption_in_percent_is_not_of_the_columns_beside_those_that_say_so_themselves() -> None:
    row = Row(("Xã Hải Đông", "30", "70,5"), ("Xã", "Giá trị tháng 4", "So với kế hoạch (%)"))
    report = make_report("# Bảng 1. Giá trị và tỷ lệ (%)", row)
    (unit,) = [u for u in all_units(report) if u.is_row]
    assert [c.kind for c in number_candidates(unit)] == ["count", "percentage"]


@pytest.mark.parametrize(
    ("sentence", "language", "value", "period"),
    [
        (
            "Rural income per head was VND 51.3 million, 8.4% higher than in 2022 (VND 47.3 million).",
            "en",
            "VND 47.3",
            Period(2022),
        ),
        ("Thu nhập đạt 51,3 triệu đồng, tăng 8,4% so với năm 2022 (47,3 triệu đồng).", "vi", "47,3", Period(2022)),
        ("6 tháng đầu năm có 11 vụ, giảm 3 vụ so với cùng kỳ năm 2022 (14 vụ).", "vi", "14", Period(2022, 1, 2022, 6)),
        ("Có 11 vụ, giảm 3 vụ so với cùng kỳ năm 2022 (14 vụ).", "vi", "14", None),  # of which part is not said
        ("Thu nhập tăng 8,4% so với năm 2022 (chỉ tiêu tăng 7%).", "vi", "7%", None),
    ],
)
def test_what_stands_in_a_bracket_behind_a_base_is_of_that(
    sentence: str, language: Language, value: str, period: Period | None
) -> None:
    found = number_candidates(unit_of(make_report(sentence, language=language), sentence))
    (told,) = [candidate for candidate in found if candidate.text.startswith(value)]
    assert told.period == period
    assert all(candidate.period is None for candidate in found if candidate is not told)


def test_a_short_item_of_a_plan_section_is_a_target() -> None:
    report = make_report("# Phương hướng, nhiệm vụ năm 2023", "- Đạt 17/19 tiêu chí.", "- Tỷ lệ che phủ rừng duy trì 62%.")
    assert [u.target for u in all_units(report)] == [True, True]


@pytest.mark.parametrize(
    ("sentence", "language", "told"),
    [
        ("Miễn 3 tháng tiền thuê quầy cho 164 hộ tại chợ Vân.", "vi", ["3 tháng"]),
        ("Thời gian trả kết quả rút từ 36 giờ xuống 14 giờ.", "vi", ["36 giờ", "14 giờ"]),
        ("Trong 6 tháng đầu năm, mất nước 6 lần, lâu nhất 41 giờ.", "vi", ["41 giờ"]),
        ("Repayment takes 18 months.", "en", ["18 months"]),
    ],
)
def test_months_and_hours_are_values_where_it_is_asked_how_long(sentence: str, language: Language, told: list[str]) -> None:
    unit = unit_of(make_report(sentence, language=language), sentence)
    assert texts(duration_candidates(unit)) == told
    assert not set(told) & set(texts(number_candidates(unit)))


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Hội đứng hạng 3/9 trong tỉnh.", "hạng 3/9"),
        ("Học sinh giỏi xếp 7/22 đơn vị.", "7/22"),
        ("Among the 14 provinces Quang Hoai ranked ninth.", "ninth"),
    ],
)
def test_places_in_an_order_however_written(sentence: str, told: str) -> None:
    assert texts(rank_candidates(unit_of(make_report(sentence), sentence))) == [told]


@pytest.mark.parametrize(
    ("caption", "header", "unit", "kind"),
    [
        ("Bảng 1. Quyết toán thu năm 2020 (đơn vị: triệu đồng)", "Quyết toán", "triệu đồng", "money"),
        ("Bảng 1. Quyết toán thu năm 2020 (triệu đồng)", "Quyết toán", "triệu đồng", "money"),
        ("Biểu 2. Diện tích cây trồng. Đơn vị tính: ha", "Năm 2020", "ha", "measure"),
        ("Table 3. Revenue (unit: VND million)", "Actual", "", "count"),  # not read as a unit: the figure stays bare
        ("Bảng 1. Thu năm 2020 (đơn vị: triệu đồng)", "Số hộ", "", "count"),
        ("Bảng 1. Thu năm 2020 (đơn vị: triệu đồng, %)", "Quyết toán", "", "count"),
        ("Bảng 1. Thu năm 2020 (đơn vị: triệu đồng)", "So dự toán (%)", "%", "percentage"),
        ("Bảng 1. Thu năm 2020 (đơn vị: phường Vân Sơn)", "Quyết toán", "", "count"),
    ],
)
def test_cells_take_the_unit_of_their_tables_caption(caption: str, header: str, unit: str, kind: str) -> None:
    report = make_report(Row(("Phí, lệ phí", "163,4"), ("Nội dung thu", header)))
    block = report.blocks[0]
    (row,) = stretch_units(report, block.start, block.end, f"1. Về thu › {caption} › Nội dung thu; {header}")
    (found,) = number_candidates(row)
    assert found.number is not None
    assert (found.number.unit, found.kind) == (unit, kind)


@pytest.mark.parametrize("header", ["So cùng kỳ (%)", "So dự toán (%)", "So KH (%)"])
def test_a_column_that_compares_tells_a_change_and_no_plan_or_year_before(header: str) -> None:
    (found,) = row(["Phí, lệ phí", "77,8"], ["Nội dung thu", header])
    assert found.figure == "change"
