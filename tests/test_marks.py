"""Vietnamese typed without diacritics, with those it likeliest had."""

import pytest

from index.lexicon.glossary import Glossary
from index.lexicon.lexicon import Lexicon
from index.lexicon.marks import restored


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Ty le nuoc sach 2023", "tỷ lệ nước sạch 2023"),
        ("ty le ho ngheo cua xa", "tỷ lệ hộ nghèo của xã"),  # a term of the glossary, not the commoner "họ"
        ("bao hiem y te", "bảo hiểm y tế"),
        ("Tỷ lệ nước sạch?", "Tỷ lệ nước sạch?"),  # has its marks
        ("How many households use clean water?", "How many households use clean water?"),
        ("", ""),
    ],
)
def test_marks_are_put_back_where_there_are_none(typed: str, read: str) -> None:
    assert restored(typed, Lexicon.load(), Glossary.load()) == read
