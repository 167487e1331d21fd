"""What the number gate lets through and what it stops, one sentence each."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_fakes import Row, all_units, make_report

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
