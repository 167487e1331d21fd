"""Which value answers, and when none does: small reports made by hand, the units all found."""

from __future__ import annotations

from functools import partial

import pytest
from report_fakes import HAI_DONG, Row, all_units, make_report

from assistant.aspects import Matcher
from assistant.evidence import UNSCORED, SentenceScore, Unit
from assistant.extract import Extraction, _stands_for_comparison, extract, weigh
from assistant.question import analyse
from assistant.yes_no import polarity
from index import Period, Place, Report
from index.lexicon.glossary import Glossary
from index.lexicon.lexicon import Lexicon

GLOSSARY = Glossary.load()
MATCHER = Matcher(GLOSSARY, Lexicon.load())
WATER = (
    "# II. Kết quả",
    "Tỷ lệ sử dụng nước hợp vệ sinh của dân cư đạt 100%, trong đó có 85,1% số hộ dân đã đấu nối với hệ thống nước sạch.",
    "Xã có 10 thôn với 1.234 hộ dân.",
)
POVERTY = (
    "# I. Kết quả năm 2022",
    "Tỷ lệ hộ nghèo năm 2022 là 2,4%, giảm 1,1% so với năm 2021.",
    "# II. Phương hướng năm 2023",
    "Tỷ lệ hộ nghèo còn 1,5%.",
)


def ask(text: str, *reports: Report) -> Extraction:
    places = [report.place for report in reports if report.place]
    question = analyse(text, glossary=GLOSSARY, known_places=places)
    return extract(question, all_units(*reports), MATCHER, library_places=places)


def value(text: str, *reports: Report) -> str:
    best = ask(text, *reports).best
    return best.candidate.text if best and best.candidate else ""


@pytest.mark.parametrize(
    "text",
    ["Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?", "ty le ho dan dung nuoc sach", "What share of households use clean water?"],
)
def test_clean_water_is_not_hygienic_water(text: str) -> None:
    assert value(text, make_report(*WATER)) == "85,1%"


def test_hygienic_water_is_not_clean_water() -> None:
    assert value("Tỷ lệ dân cư dùng nước hợp vệ sinh?", make_report(*WATER)) == "100%"


def test_a_result_is_preferred_and_a_target_given_where_asked() -> None:
    report = make_report(*POVERTY)
    assert value("Tỷ lệ hộ nghèo là bao nhiêu?", report) == "2,4%"
    assert value("Chỉ tiêu tỷ lệ hộ nghèo năm 2023 là bao nhiêu?", report) == "1,5%"


def test_a_change_is_given_only_where_asked() -> None:
    report = make_report("Tỷ lệ hộ dân dùng nước sạch đạt 85,1%, tăng 3,2% so với năm 2021.")
    assert value("Tỷ lệ hộ dân dùng nước sạch tăng bao nhiêu?", report) == "3,2%"
    assert value("Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?", report) == "85,1%"


def test_another_year_is_refused_with_the_years_held() -> None:
    found = ask("Tỷ lệ hộ nghèo của xã Hải Đông năm 2019 là bao nhiêu?", make_report(*POVERTY[:2]))
    assert found.best is None
    assert found.reason == "other_period"
    assert Period(2022) in found.held


def test_another_place_is_refused_with_the_places_held() -> None:
    found = ask("Tỷ lệ hộ nghèo ở xã Tân Lập là bao nhiêu?", make_report(*POVERTY))
    assert (found.best, found.reason, found.held) == (None, "other_place", (HAI_DONG,))


def test_each_place_gets_its_own_figure() -> None:
    tan_lap = make_report("Tỷ lệ hộ nghèo là 7,9%.", id="r2", place=Place("Tân Lập", "commune"))
    assert value("Tỷ lệ hộ nghèo ở xã Tân Lập?", make_report(*POVERTY), tan_lap) == "7,9%"
    assert value("Tỷ lệ hộ nghèo ở xã Hải Đông?", make_report(*POVERTY), tan_lap) == "2,4%"


def test_a_share_does_not_answer_how_many() -> None:
    found = ask("Xã có bao nhiêu hộ nghèo?", make_report("Tỷ lệ hộ nghèo là 2,4%."))
    assert found.best is None
    assert found.reason == "not_found"


def test_a_count_answers_how_many_and_a_share_what_share() -> None:
    report = make_report("Toàn xã còn 97 hộ nghèo, chiếm tỷ lệ 2,4%.")
    assert value("Xã còn bao nhiêu hộ nghèo?", report).startswith("97")
    assert value("Tỷ lệ hộ nghèo là bao nhiêu?", report) == "2,4%"


def test_the_cell_of_the_year_asked_for() -> None:
    report = make_report(Row(["Tỷ lệ hộ nghèo", "3,5", "2,4"], ["Chỉ tiêu", "Năm 2021 (%)", "Năm 2022 (%)"]))
    assert value("Tỷ lệ hộ nghèo năm 2021?", report) == "3,5"
    assert value("Tỷ lệ hộ nghèo năm 2022?", report) == "2,4"


@pytest.mark.parametrize(
    "text", ["Tỷ lệ che phủ rừng là bao nhiêu?", "How many tourists came?", "Tỷ lệ hộ cận nghèo là bao nhiêu?"]
)
def test_what_no_report_says_is_refused(text: str) -> None:
    found = ask(text, make_report(*WATER, *POVERTY))
    assert (found.best, found.reason) == (None, "not_found")


def test_units_are_shown_with_the_answering_one_first_and_once() -> None:
    found = ask("Tỷ lệ hộ nghèo năm 2022?", make_report(*POVERTY))
    assert found.best is not None
    assert found.ranked[0].unit == found.best.unit
    starts = [judged.unit.start for judged in found.ranked]
    assert len(starts) == len(set(starts))


def test_the_unit_after_a_ratio_is_that_of_both() -> None:
    """Asked for hectares, "118,5/110 ha" is among the values, and the percentage beside it is not."""
    report = make_report("Trồng rừng tập trung được 118,5/110 ha, đạt 107,7% kế hoạch.")
    question = analyse("Trồng được bao nhiêu ha rừng?", glossary=GLOSSARY)
    weighed = weigh(question, all_units(report), MATCHER, lambda unit: UNSCORED)
    assert [j.candidate.text for j in weighed.values if j.candidate] == ["118,5/110"]


def test_nothing_found_is_refused() -> None:
    assert ask("Tỷ lệ hộ nghèo?").reason == "not_found"


@pytest.mark.parametrize(
    ("text", "sentence", "said"),
    [
        ("Xã có đạt chuẩn nông thôn mới không?", "Xã đã được công nhận đạt chuẩn nông thôn mới.", True),
        ("Xã có đạt chuẩn nông thôn mới không?", "Xã chưa đạt chuẩn nông thôn mới.", False),
        ("Tỷ lệ hộ nghèo có giảm không?", "Tỷ lệ hộ nghèo giảm còn 2,4%.", True),
        ("Tỷ lệ hộ nghèo có tăng không?", "Tỷ lệ hộ nghèo giảm còn 2,4%.", False),
        ("Thu ngân sách có vượt dự toán không?", "Thu ngân sách đạt 108% dự toán.", True),
        ("Thu ngân sách có đạt dự toán không?", "Thu ngân sách đạt 92% dự toán.", False),
    ],
)
def test_yes_or_no(text: str, sentence: str, said: bool) -> None:
    question = analyse(text, glossary=GLOSSARY)
    (unit,) = all_units(make_report(sentence))
    assert polarity(question, unit, MATCHER.aspects(question), MATCHER) is said


def test_the_chance_chooses_among_sentences_and_never_makes_one_an_answer() -> None:
    report = make_report("Trạm y tế xã hoạt động tốt trong năm.", "Trạm y tế xã hoạt động tốt nhờ bác sĩ mới về.")
    question = analyse("Vì sao trạm y tế xã hoạt động tốt?", glossary=GLOSSARY)
    found = all_units(report)
    for unit in found:
        best = extract(question, found, MATCHER, sentence=partial(_only, unit)).best
        assert best is not None
        assert best.unit is unit
    other = analyse("Vì sao tàu vũ trụ bị hoãn phóng?", glossary=GLOSSARY)
    refused = extract(other, found, MATCHER, sentence=partial(_only, found[1]))
    assert refused.best is None
    assert refused.ranked[0].unit is found[1]


def _only(unit: Unit, other: Unit) -> SentenceScore:
    return SentenceScore(1.0, 0.0, ()) if other is unit else UNSCORED


def test_a_total_is_no_average() -> None:
    report = make_report("Tổng mức bồi thường đạt 187,5 tỷ đồng.")
    assert value("Tổng mức bồi thường là bao nhiêu?", report) == "187,5 tỷ đồng"
    assert value("Mức bồi thường trung bình là bao nhiêu?", report) == ""
    told = make_report("Mức bồi thường đạt 233 triệu đồng/hộ.")
    assert value("Mức bồi thường trung bình mỗi hộ là bao nhiêu?", told).startswith("233 triệu đồng")


def values(text: str, *sentences: str) -> list[str]:
    """What is weighed for a question of a report."""
    question = analyse(text, glossary=GLOSSARY)
    weighed = weigh(question, all_units(make_report(*sentences)), MATCHER, lambda unit: UNSCORED)
    return [judged.candidate.text for judged in weighed.values if judged.candidate]


def test_a_surplus_is_no_deficit() -> None:
    told = ("Cả năm 2022 thặng dư 19,18 tỷ USD, riêng nửa đầu tháng 12 thâm hụt 883 triệu USD.",)
    assert values("Nhập siêu bao nhiêu?", *told) == ["883 triệu USD"]
    assert values("Trade surplus?", *told) == ["19,18 tỷ USD"]
    assert len(values("Cán cân thương mại là bao nhiêu?", *told)) == 2


@pytest.mark.parametrize("text", ["Giải ngân vốn FDI cả năm 2022 được bao nhiêu?", "FDI disbursed in the whole of 2022?"])
def test_a_part_of_a_year_is_not_the_whole_of_it(text: str) -> None:
    assert values(text, "Trong 9 tháng năm 2022, giải ngân vốn FDI đạt 13,76 tỷ USD.") == []
    assert values(text, "Cả năm 2022, giải ngân vốn FDI đạt 19,98 tỷ USD.") == ["19,98 tỷ USD"]
    assert values("Giải ngân vốn FDI năm 2022?", "Trong 9 tháng năm 2022, giải ngân vốn FDI đạt 13,76 tỷ USD.") == ["13,76 tỷ USD"]


def test_what_was_the_year_before_does_not_answer_beside_what_is() -> None:
    unit = all_units(make_report("Có 81,3% mẫu nước không nhiễm khuẩn, năm trước 64,7%."))
    alone = all_units(make_report("Năm trước 64,7% mẫu nước không nhiễm khuẩn."))

    def refused(text: str, found: list[Unit]) -> bool:
        question = analyse(text, glossary=GLOSSARY)
        judged = weigh(question, found, MATCHER, lambda unit: UNSCORED).values
        (before,) = [j for j in judged if j.candidate and j.candidate.text == "64,7%"]
        return _stands_for_comparison(question, before, judged)

    assert refused("Tỷ lệ mẫu nước không nhiễm khuẩn?", unit)
    assert not refused("Tỷ lệ mẫu nước không nhiễm khuẩn năm trước?", unit)
    assert not refused("Ban đầu bao nhiêu phần trăm mẫu nước không nhiễm khuẩn?", unit)
    assert not refused("Tỷ lệ mẫu nước không nhiễm khuẩn tăng bao nhiêu so với năm trước?", unit)
    assert not refused("Tỷ lệ mẫu nước không nhiễm khuẩn?", alone)
    assert (
        value("Tỷ lệ mẫu nước không nhiễm khuẩn?", make_report("Có 81,3% mẫu nước không nhiễm khuẩn, năm trước 64,7%.")) == "81,3%"
    )
