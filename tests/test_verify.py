"""What the number gate lets through and what it stops, one sentence each."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_fakes import Row, all_units, make_report

from assistant.claims import sentence_unit
from assistant.evidence import Unit
from assistant.verify import Check, passes, verify
from index import Language, Period, Place

REPORT = make_report(
    "# I. Kết quả thực hiện nhiệm vụ năm 2022",
    "Tỷ lệ hộ nghèo còn 2,1%, giảm 0,9% so với năm 2021; tổng thu ngân sách đạt 1,2 tỷ đồng.",
    "Toàn xã có 1.234 hộ với 5.120 nhân khẩu; 85,1% số hộ dùng nước sạch.",
    "Diện tích lúa là 250 ha, sản lượng đạt 1.875,5 tấn. Hai phần ba số thôn đạt chuẩn văn hóa.",
    "# II. Phương hướng, nhiệm vụ năm 2023",
    "Gia đình văn hóa đạt trên 96%.",
)
UNITS = all_units(REPORT)


def checked(sentence: str, language: Language = "vi", cited: list[Unit] | None = None) -> tuple[Check, ...]:
    return verify(sentence, UNITS if cited is None else cited, language)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Tỷ lệ hộ nghèo còn 2,1% [1].", "vi"),
        ("**Tỷ lệ hộ nghèo** năm 2022 là **2,1 %** [1][3].", "vi"),
        ("The poverty rate was 2.1% in 2022 in Hai Dong commune [1].", "en"),
        ("Budget revenue reached 1.2 billion VND [1].", "en"),
        ("Thu ngân sách đạt 1.200 triệu đồng.", "vi"),
        ("85.1% of households use clean water.", "en"),
        ("Khoảng 85% số hộ dùng nước sạch.", "vi"),
        ("85% số hộ dùng nước sạch.", "vi"),
        ("Xã có 1.234 hộ.", "vi"),
        ("The commune has 1,234 households.", "en"),
        ("Xã có khoảng 1.200 hộ.", "vi"),
        ("Năm 2023 xã phấn đấu gia đình văn hóa đạt trên 96%.", "vi"),
        ("Diện tích lúa là 2,5 km².", "vi"),
        ("Two thirds of the villages met the cultural standard.", "en"),
    ],
)
def test_what_the_evidence_says_passes_in_any_writing(sentence: str, language: Language) -> None:
    checks = checked(sentence, language)
    assert checks
    assert passes(checks), checks


@pytest.mark.parametrize(
    ("sentence", "language", "reason"),
    [
        ("Tỷ lệ hộ nghèo còn 2,2% [1].", "vi", "value"),
        ("86% số hộ dùng nước sạch.", "vi", "value"),
        ("Năm 2021 tỷ lệ hộ nghèo còn 2,1%.", "vi", "period"),
        ("Tỷ lệ hộ nghèo tăng 0,9% so với năm 2021.", "vi", "direction"),
        ("Budget revenue reached 1.2 million VND.", "en", "unit"),
        ("85.1% of residents use clean water.", "en", "subject"),
        ("Xã Tân Lập có 85,1% số hộ dùng nước sạch.", "vi", "place"),
        ("Gia đình văn hóa đạt trên 96%.", "vi", "figure"),
        ("Xã có 5.120 hộ.", "vi", "subject"),
        ("Tỷ lệ hộ nghèo còn 85,1%.", "vi", "indicator"),
    ],
)
def test_what_the_evidence_does_not_say_is_stopped_with_the_reason(sentence: str, language: Language, reason: str) -> None:
    checks = checked(sentence, language)
    assert not passes(checks)
    assert reason in {c.reason for c in checks}


def test_a_share_without_a_name_belongs_to_what_was_named_last() -> None:
    poverty = all_units(make_report("Cuối năm 2022 còn 64 hộ nghèo, tỷ lệ 5,1%; hộ cận nghèo còn 97 hộ, tỷ lệ 7,7%."))
    assert passes(checked("Tỷ lệ hộ nghèo là 5,1%.", cited=poverty))
    assert passes(checked("Tỷ lệ hộ cận nghèo là 7,7%.", cited=poverty))
    assert not passes(checked("Tỷ lệ hộ nghèo là 7,7%.", cited=poverty))
    assert not passes(checked("Tỷ lệ hộ cận nghèo là 5,1%.", cited=poverty))


def test_a_figure_without_citation_is_never_verified() -> None:
    (check,) = checked("Tỷ lệ hộ nghèo còn 2,1%.", cited=[])
    assert (check.verdict, check.reason) == ("unverified", "uncited")


def test_a_match_points_at_the_figure_in_the_report() -> None:
    (check,) = checked("The poverty rate was 2.1%.", "en")
    (source,) = check.sources
    assert UNITS[source.unit].report.text[source.start : source.end] == "2,1%"


def test_a_sentence_without_figures_needs_no_check() -> None:
    assert checked("Xã đã hoàn thành các nhiệm vụ được giao.") == ()


def test_the_period_and_place_of_the_question_bind_a_sentence_that_names_none() -> None:
    sentence = "Tỷ lệ hộ nghèo còn 2,1%."
    assert passes(verify(sentence, UNITS, "vi", period=Period(2022), place=Place("Hải Đông", "commune")))
    assert not passes(verify(sentence, UNITS, "vi", period=Period(2020)))
    assert not passes(verify(sentence, UNITS, "vi", place=Place("Tân Lập", "commune")))


def test_a_difference_of_two_cells_is_computed_with_its_formula() -> None:
    headers = ("Chỉ tiêu", "Năm 2021", "Năm 2022")
    report = make_report(Row(("Số hộ nghèo (hộ)", "120", "97"), headers), title="Phụ lục")
    (check,) = [c for c in verify("Số hộ nghèo giảm 23 hộ [1].", all_units(report), "vi") if c.text.startswith("23")]
    assert (check.verdict, check.formula) == ("computed", "120 − 97")
    assert not passes(verify("Số hộ nghèo tăng 23 hộ [1].", all_units(report), "vi"))


PIECES = (
    "85,1%", "hộ nghèo", "**", "[1]", "[2, 3]", "năm 2022", "tăng", "giảm", "1.234 hộ", "20%-30%", "tỷ đồng", "so với", "−3,2%",
    "(", "0", "xã Hải Đông", "1/2", "ngày 31/02/2022", "hai phần ba", "\u200b", "9" * 40, "tổng cộng", "trung bình", "gấp 2 lần",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join), st.sampled_from(["vi", "en"]))
def test_any_sentence_is_judged_without_a_mistake_and_every_check_lies_in_it(sentence: str, language: Language) -> None:
    for check in verify(sentence, UNITS, language):
        assert 0 <= check.start < check.end <= len(sentence)
        for source in check.sources:
            assert 0 <= source.start < source.end <= len(UNITS[source.unit].report.text)


def test_a_range_must_have_both_its_ends() -> None:
    units = all_units(make_report("Sản lượng đạt 14 – 16 tấn."))
    assert passes(verify("Sản lượng đạt 14 – 16 tấn.", units, "vi"))
    assert not passes(verify("Sản lượng đạt 12 – 16 tấn.", units, "vi"))


def test_a_document_number_and_a_day_must_be_as_written() -> None:
    units = all_units(make_report("Nghị quyết số 12/2022/NQ-HĐND ngày 14/12/2022 giao 18 chỉ tiêu."))
    assert passes(verify("Nghị quyết 12/2022/NQ-HĐND được ban hành ngày 14 tháng 12 năm 2022.", units, "vi"))
    assert not passes(verify("Nghị quyết 21/2022/NQ-HĐND được ban hành ngày 14/12/2022.", units, "vi"))
    assert not passes(verify("Nghị quyết 12/2022/NQ-HĐND được ban hành ngày 15/12/2022.", units, "vi"))


def test_a_cell_told_under_another_column_or_row_is_stopped() -> None:
    headers = ("Xã", "Hộ nghèo (%)", "Nước sạch (%)")
    report = make_report(Row(("Tân Lâm", "4,5", "80,1"), headers), Row(("Nậm Khoai", "16,1", "38,2"), headers), place=None)
    units = all_units(report)
    assert passes(verify("Tân Lâm có tỷ lệ hộ nghèo 4,5% [1].", units, "vi"))
    assert not passes(verify("Tân Lâm có tỷ lệ hộ nghèo 80,1% [1].", units, "vi"))
    assert not passes(verify("Tân Lâm có tỷ lệ hộ nghèo 16,1% [2].", units, "vi"))


def test_an_indicator_that_counts_households_needs_no_word_for_them_beside_it() -> None:
    assert passes(checked("In 2022, the poor household rate fell to 2.1%.", "en"))
    fell = all_units(make_report("Tỷ lệ hộ nghèo giảm còn 2,1%."))
    assert not passes(checked("In 2022, the poverty rate rose to 2.1%.", "en", fell))


# -- sentences as models word them, each against one sentence or row of a report: (evidence, language of the sentence, sentence)

EVIDENCE: dict[str, tuple[Language, str]] = {
    "income": ("vi", "Thu nhập bình quân đầu người đạt 50,8 triệu đồng/người/năm."),
    "aid": ("vi", "Mỗi lao động được hỗ trợ 5 triệu đồng/tháng, mỗi hộ 2 triệu đồng/hộ."),
    "budget": ("vi", "Tổng thu ngân sách nhà nước đạt 12.456 triệu đồng, bằng 104,5% dự toán; chi ngân sách đạt 95,5% kế hoạch."),
    "water": ("en", "In 2023, 64.1% of households in Tan Lam commune used clean water, up from 58.3% in 2022."),
    "poor": ("vi", "Tỷ lệ hộ nghèo năm 2023 còn 5,1%, giảm 2,6 điểm % so với năm 2022."),
    "latrines": ("vi", "66,7% số hộ có nhà tiêu hợp vệ sinh."),
    "solved": ("vi", "Tỷ lệ điều tra, khám phá án đạt 13/15 vụ."),
    "lanes": ("vi", "Luồng xanh là 59,6%; luồng vàng là 37,4%."),
}
WORDED_RIGHT = [
    ("income", "vi", "Thu nhập bình quân đầu người là 50,8 triệu đồng một năm."),
    ("income", "vi", "Thu nhập bình quân đầu người đạt khoảng 51 triệu đồng."),
    ("income", "en", "Income per capita was 50.8 million VND per person per year."),
    ("income", "en", "Per-capita income was VND50.8 million a year."),
    ("budget", "en", "Total budget revenue was VND 12.456 billion, 104.5% of the estimate."),
    ("budget", "vi", "Tổng thu ngân sách đạt khoảng 12,5 tỷ đồng, vượt 4,5% dự toán."),
    ("budget", "vi", "Chi ngân sách thấp hơn kế hoạch 4,5%."),
    ("budget", "en", "Revenue came in 4.5% above the estimate."),
    ("water", "vi", "Tỷ lệ hộ dùng nước sạch tăng từ 58,3% năm 2022 lên 64,1% năm 2023."),
    ("water", "en", "The share rose from 58.3% in 2022 to 64.1% in 2023."),
    ("water", "vi", "Tỷ lệ này tăng 5,8 điểm phần trăm."),
    ("water", "en", "That is a rise of 5.8 percentage points."),
    ("poor", "en", "The poverty rate fell to 5.1% in 2023, down 2.6 percentage points from 2022."),
    ("latrines", "vi", "Khoảng hai phần ba số hộ có nhà tiêu hợp vệ sinh."),
    ("solved", "vi", "Tỷ lệ điều tra, khám phá án đạt gần 87%."),
]
WORDED_WRONG = [
    ("income", "vi", "Thu nhập bình quân đầu người là 50,8 triệu đồng một tháng."),
    ("income", "en", "Average income was 50.8 million VND per month."),
    ("aid", "vi", "Mỗi lao động được hỗ trợ 5 triệu đồng."),
    ("aid", "vi", "Mỗi lao động được hỗ trợ 5 triệu đồng một năm."),
    ("aid", "vi", "Tổng hỗ trợ là 2 triệu đồng."),
    ("budget", "en", "Total budget revenue was VND 12,456 billion."),
    ("budget", "vi", "Tổng thu ngân sách vượt dự toán 104,5%."),
    ("budget", "vi", "Tổng thu ngân sách vượt 104,5% dự toán."),
    ("budget", "vi", "Chi ngân sách vượt kế hoạch 4,6%."),
    ("budget", "en", "Revenue was 4.5% below the estimate."),
    ("water", "vi", "Tỷ lệ hộ dùng nước sạch tăng từ 64,1% năm 2022 lên 58,3% năm 2023."),
    ("water", "en", "The share rose from 58.3% in 2021 to 64.1% in 2023."),
    ("water", "vi", "Tỷ lệ này tăng 6,8 điểm phần trăm."),
    ("water", "vi", "Tỷ lệ này giảm 5,8 điểm phần trăm."),
    ("poor", "en", "The poverty rate fell by 5.1% in 2023."),
    ("latrines", "vi", "Khoảng ba phần tư số hộ có nhà tiêu hợp vệ sinh."),
    ("solved", "vi", "Tỷ lệ điều tra, khám phá án đạt hơn 87%."),
    ("lanes", "en", "The service sector was 59.6%."),
]


def worded(evidence: str, language: Language, sentence: str) -> tuple[Check, ...]:
    held, text = EVIDENCE[evidence]
    return verify(f"{sentence} [1]", [sentence_unit(text, held)], language)


@pytest.mark.parametrize(("evidence", "language", "sentence"), WORDED_RIGHT)
def test_a_models_own_words_pass(evidence: str, language: Language, sentence: str) -> None:
    checks = worded(evidence, language, sentence)
    assert checks
    assert passes(checks), checks


@pytest.mark.parametrize(("evidence", "language", "sentence"), WORDED_WRONG)
def test_a_models_own_words_are_stopped_where_they_say_something_else(evidence: str, language: Language, sentence: str) -> None:
    assert not passes(worded(evidence, language, sentence))


def test_from_one_year_to_another_in_a_row_of_a_table() -> None:
    report = make_report("# Doanh nghiệp", Row(["Công nghiệp chế biến", "1429", "2695"], ["Ngành", "Năm 2021", "Năm 2022"]))
    units = all_units(report)
    right = "Công nghiệp chế biến tăng từ 1.429 năm 2021 lên 2.695 năm 2022."
    assert passes(verify(right, units, "vi")), verify(right, units, "vi")
    for wrong in (
        right.replace("1.429 năm 2021", "1.429 năm 2022"),
        "Công nghiệp chế biến tăng từ 2.695 năm 2021 lên 1.429 năm 2022.",
    ):
        assert not passes(verify(wrong, units, "vi"))
