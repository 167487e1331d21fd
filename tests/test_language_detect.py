"""Which language a question or a report is in."""

from __future__ import annotations

import unicodedata

import pytest

from index.language import detect_language

VIETNAMESE = [
    "Tỷ lệ hộ dân dùng nước sạch?",
    "Tỷ lệ hộ nghèo năm 2022 là bao nhiêu?",
    "Xã có bao nhiêu thôn?",
    "Thu ngân sách đạt bao nhiêu % dự toán?",
    "Còn năm 2023 thì sao?",
    "Ai là chủ tịch UBND xã Hải Đông?",
    "TỶ LỆ CHE PHỦ RỪNG?",
    "Dân số Hải Đông",
    "GDP năm 2022",
    "Có bao nhiêu doanh nghiệp FDI đầu tư vào khu công nghiệp Texhong?",
    "Chương trình OCOP có mấy sản phẩm?",
    "hộ nghèo",
    "Vì sao tỷ lệ giải ngân thấp?",
    "ty le ho dan dung nuoc sach",
    "ty le ho ngheo nam 2022 la bao nhieu",
    "xa co bao nhieu thon",
    "thu ngan sach dat bao nhieu phan tram du toan",
    "con nam 2023 thi sao",
    "ai la chu tich ubnd xa hai dong",
    "TY LE CHE PHU RUNG",
    "Ty le che phu rung cua xa Hai Dong?",
    "dan so hai dong",
    "so lao dong duoc tao viec lam moi",
    "bao nhieu ho duoc dung nuoc sach o xa Hai Dong nam 2022",
    "ti le tre em suy dinh duong",
    "muc tieu nam 2023 ve nuoc sach",
    "the con xa hai xuan?",
    "to dan pho nao dat chuan",
    "so doanh nghiep thanh lap moi",
    "be mac hoi nghi khi nao",
    "cho toi biet so truong hoc",
]
ENGLISH = [
    "What is the budget of xã Hải Đông?",
    "What share of households use clean water?",
    "How many villages does Hải Đông have?",
    "Who chairs the People's Committee of Hải Đông commune, Móng Cái City, Quảng Ninh province?",
    "And in 2023?",
    "poverty rate 2022",
    "Poverty rate in Hai Dong?",
    "WHAT IS THE POVERTY RATE?",
    "how much was collected",
    "clean water",
    "population of Móng Cái",
    "Does the report mention Covid-19?",
    "forest cover",
    "Is there a target for 2025?",
    "Number of new jobs",
    "when was the meeting held",
    "Which commune reached the new rural standard?",
    "share of waste collected",
    "health insurance coverage",
    "What about Hai Xuan?",
    "near-poor households",
]


@pytest.mark.parametrize("text", VIETNAMESE)
def test_vietnamese(text: str) -> None:
    assert detect_language(text) == "vi"


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text: str) -> None:
    assert detect_language(text) == "en"


def test_decomposed_text_is_vietnamese_too() -> None:
    assert detect_language(unicodedata.normalize("NFD", "Tỷ lệ hộ nghèo")) == "vi"


@pytest.mark.parametrize("text", ["", "2022", "???"])
def test_no_evidence_is_vietnamese(text: str) -> None:
    assert detect_language(text) == "vi"


def test_long_texts_go_by_their_words_not_by_their_names() -> None:
    english = "The commune of Hải Đông in Quảng Ninh reported that poor households fell to a new low. " * 300
    assert detect_language(english) == "en"
    assert detect_language("Theo World Bank, tỷ lệ hộ nghèo của cả nước tiếp tục giảm. " * 300) == "vi"
