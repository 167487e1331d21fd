"""What a question is understood to ask for, however it is typed; follow-ups completed."""

from __future__ import annotations

import pytest

from assistant.followup import complete
from assistant.question import Question, analyse
from index import Period, Place
from index.lexicon.glossary import Glossary

GLOSSARY = Glossary.load()
HAI_DONG = Place("Hải Đông", "commune")


def ask(text: str, *places: Place) -> Question:
    return analyse(text, glossary=GLOSSARY, known_places=places)


def follow(question: str, *earlier: str) -> str:
    return complete(question, earlier, glossary=GLOSSARY, known_places=[HAI_DONG])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Vì sao dân Lũng Sàng bỏ bớt đậu tương trong năm 2022?", "text"),
        ("Công nhân đình công vì lý do gì?", "text"),
        ("Nguyên nhân còn tồn 12 hồ sơ?", "text"),
        ("Why did seven pupils quit school?", "text"),
        ("What caused the poisoning in March 2023?", "text"),
        ("Doanh nghiệp nào chủ trì chuỗi quế ở Nà Khoang?", "text"),
        ("Which company sponsors the eight houses?", "text"),
        ("Tỷ lệ hộ nghèo ở mức nào?", "percentage"),
        ("Hồng Dương đứng hạng mấy toàn tỉnh kỳ thi học sinh giỏi?", "rank"),
        ("From what date did the tax rate drop to 20%?", "date"),
        ("Từ ngày nào thuế suất giảm còn 20%?", "date"),
        ("Who was chief executive when the meeting took place?", "person"),
        ("thu được bao nhiêu tấn thóc?", "number"),
    ],
)
def test_reasons_names_and_days_are_no_figures(text: str, kind: str) -> None:
    assert ask(text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "Exports from the Saigon Hi-Tech Park, first ten months of 2020",
        "Charter capital of the bank after the increase approved in Q2 2020",
        "Tự quảng cáo là số một thì bị phạt cỡ nào?",
        "Heaviest fine bracket when a boss evades a billion dong or more of social insurance",
        "Bộ Tài chính giao ngành Hải quan phải thu bao nhiêu trong năm 2018?",
        "When Covid-19 first hit, by how much did the four biggest banks trim deposit rates on average?",
    ],
)
def test_words_that_together_want_a_figure_do_so_whatever_the_first_of_them(text: str) -> None:
    assert ask(text).kind == "number"


@pytest.mark.parametrize(
    ("text", "change", "previous"),
    [
        ("So với năm trước, đàn lợn nhiều hơn bao nhiêu con?", True, False),
        ("Diện tích ngô hụt bao nhiêu ha so với kế hoạch?", True, False),
        ("How many more cases were there than in 2021?", True, False),
        ("Giá sắn cùng kỳ năm trước là bao nhiêu?", False, True),
        ("What was the price the year before?", False, True),
        ("Đàn lợn tăng bao nhiêu so với cùng kỳ năm trước?", True, False),
        ("Giá sắn là bao nhiêu?", False, False),
    ],
)
def test_a_difference_and_the_year_before_are_told_apart(text: str, change: bool, previous: bool) -> None:
    question = ask(text)
    assert (question.asks_change, question.asks_previous) == (change, previous)


@pytest.mark.parametrize(
    ("text", "noun", "names"),
    [
        ("Đã cấp bao nhiêu bộ C/O?", "bo", ()),
        ("How many million passengers flew?", "passengers", ()),
        ("Chi bao nhiêu tiền?", "", ()),
        ("Tiền gửi khách hàng tại HDBank là bao nhiêu?", "", ("hdbank",)),
        ("Tỷ Lệ Hộ Nghèo Là Bao Nhiêu?", "", ()),
    ],
)
def test_what_is_counted_and_whose_names_are_said(text: str, noun: str, names: tuple[str, ...]) -> None:
    question = ask(text)
    assert (question.asked_noun, question.names) == (noun, names)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?", "percentage"),
        ("ty le ho dan dung nuoc sach", "percentage"),
        ("What share of households use clean water?", "percentage"),
        ("Xã còn bao nhiêu hộ nghèo?", "count"),
        ("xa con bao nhieu ho ngheo", "count"),
        ("How many poor households are left?", "count"),
        ("Kinh phí làm đường là bao nhiêu tiền?", "money"),
        ("How much money was spent on roads?", "money"),
        ("Lễ hội diễn ra khi nào?", "date"),
        ("When did the festival take place?", "date"),
        ("Ai là chủ tịch xã?", "person"),
        ("Who chairs the commune?", "person"),
        ("Lễ hội được tổ chức ở đâu?", "place"),
        ("Where was the festival held?", "place"),
        ("Xã có đạt chuẩn nông thôn mới không?", "yes_no"),
        ("Did the commune meet the standard?", "yes_no"),
        ("Tỉnh xếp hạng thứ mấy?", "rank"),
        ("Hồng Dương đứng hạng mấy toàn tỉnh về thi học sinh giỏi?", "rank"),
        ("Ngày khởi công trung tâm y tế", "date"),
        ("Deadline for paving the pavement of Bờ Thành street", "date"),
        ("Nhóm hàng nào của ngành dệt may sụt mạnh nhất?", "text"),
    ],
)
def test_the_kind_of_answer_wanted(text: str, kind: str) -> None:
    assert ask(text).kind == kind


@pytest.mark.parametrize(
    "text", ["Tỷ lệ hộ dân dùng nước sạch?", "ty le ho dan dung nuoc sach", "What share of households use clean water?"]
)
def test_one_indicator_in_three_spellings(text: str) -> None:
    assert "clean_water" in ask(text).concepts


@pytest.mark.parametrize(("text", "language"), [("ty le ho ngheo nam 2022", "vi"), ("What is the poverty rate in Hải Đông?", "en")])
def test_the_language_is_the_asker_s(text: str, language: str) -> None:
    assert ask(text).language == language


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Tỷ lệ hộ nghèo năm 2022?", Period(2022)),
        ("Thu ngân sách 6 tháng đầu năm 2023?", Period(2023, 1, 2023, 6)),
        ("Budget revenue in Q3 2023?", Period(2023, 7, 2023, 9)),
    ],
)
def test_the_period_asked_for(text: str, period: Period) -> None:
    assert ask(text).periods == (period,)


@pytest.mark.parametrize(
    "text",
    [
        "Tỷ lệ hộ nghèo ở xã Hải Đông?",
        "ty le ho ngheo o hai dong",
        "What is the poverty rate in Hai Dong?",
        "Tỷ lệ hộ nghèo của Hải Đông?",
    ],
)
def test_a_place_of_the_library_is_found_with_and_without_its_level(text: str) -> None:
    assert ask(text, HAI_DONG).places == (HAI_DONG,)


def test_a_place_that_no_report_has_is_still_asked_for() -> None:
    assert [place.name for place in ask("What is the poverty rate in Trà Cổ?", HAI_DONG).places] == ["Trà Cổ"]


def test_the_smallest_of_the_places_named_is_the_one_asked_of() -> None:
    asked = ask("Trong huyện Giồng Sậy, Hải Đông đứng hạng mấy?", HAI_DONG)
    assert [place.name for place in asked.places] == ["Hải Đông", "Giồng Sậy"]


def test_a_verb_after_the_level_is_no_place() -> None:
    assert ask("Năm 2023 xã phấn đấu giảm bao nhiêu hộ nghèo?").places == ()


@pytest.mark.parametrize(
    ("text", "periods", "base", "relation"),
    [
        ("Hộ ủ rác tăng bao nhiêu so với cuối năm 2022?", (), Period(2022), "against"),
        ("How fast did tuna sales grow against 2019?", (), Period(2019), "against"),
        ("Net increase in participants since the end of 2023", (), Period(2023), "since"),
        ("Lương cơ sở trước năm 2020 là bao nhiêu?", (), Period(2020), "before"),
        ("Năm 2021 tăng bao nhiêu so với năm 2020?", (Period(2021), Period(2020)), None, "against"),
        ("Before 2020, in 2019, how many families were weaving?", (Period(2019), Period(2020)), None, "against"),
        ("Dollar index on the morning of 18 November 2020", (Period(2020, 11, 2020, 11),), None, "against"),
        ("What did lychees fetch per kilo the year before 2021?", (Period(2020),), None, "against"),
        ("Giá vải năm trước năm 2021 là bao nhiêu?", (Period(2020),), None, "against"),
        ("Các năm trước năm 2021 có bao nhiêu hộ?", (), Period(2021), "before"),
    ],
)
def test_a_period_that_is_only_compared_with_is_not_asked_for(
    text: str, periods: tuple[Period, ...], base: Period | None, relation: str
) -> None:
    asked = ask(text)
    assert (asked.periods, asked.base, asked.base_is) == (periods, base, relation)


@pytest.mark.parametrize(
    "text", ["Chờ kết quả mất mấy tiếng?", "How many months of benefit did they draw?", "longest repayment period"]
)
def test_how_long_is_asked(text: str) -> None:
    assert ask(text).asks_duration


def test_what_is_counted() -> None:
    assert ask("Xã có bao nhiêu hộ nghèo?").counted == "poor_household"
    assert ask("How many poor households are there?").counted == "poor_household"
    assert ask("Tỷ lệ hộ nghèo?").counted == ""


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Thu ngân sách đạt bao nhiêu tỷ đồng?", "money"),
        ("Rừng trồng mới bao nhiêu ha?", "measure"),
        ("How many hectares of forest were planted?", "measure"),
        ("Thu ngân sách đạt bao nhiêu?", ""),
    ],
)
def test_the_unit_demanded(text: str, unit: str) -> None:
    assert ask(text).unit == unit


def test_targets_changes_and_estimates_are_told_apart() -> None:
    assert ask("Chỉ tiêu tỷ lệ hộ nghèo năm 2023?").asks_target
    assert ask("Tỷ lệ hộ nghèo giảm bao nhiêu?").asks_change
    assert ask("How much is output expected to be?").asks_estimate
    plain = ask("Tỷ lệ hộ nghèo năm 2022?")
    assert (plain.asks_target, plain.asks_change, plain.asks_estimate) == (False, False, False)


def test_what_people_say_of_themselves_is_not_searched_for() -> None:
    polite = ask("Kính gửi quý cơ quan, tôi là phóng viên của một tờ báo, xin cho biết tỷ lệ hộ nghèo năm 2022 là bao nhiêu?")
    assert "phóng viên" not in polite.text
    assert "poor_household" in polite.concepts
    assert polite.periods == (Period(2022),)


@pytest.mark.parametrize("text", ["", "???", "In 2023?", "what is it", "🙂"])
def test_no_subject_matter(text: str) -> None:
    assert not ask(text).has_subject_matter


def test_a_year_alone_takes_the_rest_from_the_turn_before() -> None:
    standalone = follow("Còn năm 2023?", "Tỷ lệ hộ nghèo ở xã Hải Đông năm 2022 là bao nhiêu?")
    question = ask(standalone, HAI_DONG)
    assert question.periods == (Period(2023),)
    assert question.places == (HAI_DONG,)
    assert "poor_household" in question.concepts


def test_a_place_alone_replaces_the_place() -> None:
    question = ask(follow("What about Tân Lập?", "What was the poverty rate in Hải Đông in 2022?"), HAI_DONG)
    assert [place.name for place in question.places] == ["Tân Lập"]
    assert question.periods == (Period(2022),)


def test_another_indicator_keeps_place_and_period() -> None:
    question = ask(follow("Còn bảo hiểm y tế thì sao?", "Tỷ lệ hộ nghèo ở xã Hải Đông năm 2022?"), HAI_DONG)
    assert "health_insurance" in question.concepts
    assert "poor_household" not in question.concepts
    assert (question.places, question.periods, question.kind) == ((HAI_DONG,), (Period(2022),), "percentage")


def test_a_follow_up_without_diacritics_is_completed_without_them() -> None:
    standalone = follow("con nam 2023", "Tỷ lệ hộ nghèo năm 2022?")
    assert standalone.isascii()
    assert ask(standalone).periods == (Period(2023),)


@pytest.mark.parametrize("text", ["Tỷ lệ hộ cận nghèo năm 2021 là bao nhiêu?", "How many villages are there?"])
def test_a_complete_question_is_left_as_it_is(text: str) -> None:
    assert follow(text, "Tỷ lệ hộ nghèo ở xã Hải Đông năm 2022?") == text
    assert follow(text) == text


def test_a_whole_question_takes_nothing_from_the_turn_before() -> None:
    earlier = ["Tỷ lệ hộ nghèo huyện Sơn Trạch năm 2020?"]
    whole = ("Thị trấn Khe Vàng có bao nhiêu hộ?", "How many households are there in Khe Vang township?", "Xã có bao nhiêu thôn?")
    for question in whole:
        assert complete(question, earlier, glossary=Glossary.load()) == question
