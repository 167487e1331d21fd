"""Characters: storing, folding, tone placement."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import canonical, fold, fold_key, lower, nfc, tone

VIETNAMESE = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
    "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬBCDĐEÈÉẺẼẸÊỀẾỂỄỆGHIÌÍỈĨỊKLMNOÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢPQRSTUÙÚỦŨỤƯỪỨỬỮỰVXYỲÝỶỸỴ"
)


def test_every_vietnamese_letter_folds_to_one_plain_letter() -> None:
    folded = fold(VIETNAMESE)
    assert len(folded) == len(VIETNAMESE)
    assert set(folded) == set("abcdeghiklmnopqrstuvxy")
    assert folded[: len(folded) // 2] == folded[len(folded) // 2 :]


@given(st.text())
def test_fold_keeps_every_offset(text: str) -> None:
    stored = nfc(text)
    folded = fold(stored)
    assert len(folded) == len(stored)
    assert fold(folded) == folded
    assert all(fold(char) == other for char, other in zip(stored, folded, strict=True))


@given(st.text(alphabet=VIETNAMESE + " 0123456789,.%"))
def test_fold_reads_decomposed_text_alike(text: str) -> None:
    assert fold(nfc(unicodedata.normalize("NFD", text))) == fold(text)


@given(st.text())
def test_lower_keeps_every_offset(text: str) -> None:
    assert len(lower(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Tỷ lệ ĐẠT 85,1%", "ty le dat 85,1%"),
        ("Ðắk Lắk", "dak lak"),
        ("Straße", "straße"),
        ("İ", "i"),
        ("한국", "한국"),
        ("x\u0323", "x\u0323"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("\ufeffxã\u00a0Hải\u200b Đông", "xã Hải Đông"),
        ("Ha\u0309i \u0110o\u0302ng", "Hải Đông"),
        ("nông\u00ad thôn", "nông thôn"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("một\thai", "một\thai"),
        ("trang 1\ftrang 2", "trang 1\ftrang 2"),
    ],
)
def test_canonical(text: str, stored: str) -> None:
    assert canonical(text) == stored


@given(st.text())
def test_canonical_is_settled_at_once(text: str) -> None:
    stored = canonical(text)
    assert canonical(stored) == stored
    assert unicodedata.is_normalized("NFC", stored)


@pytest.mark.parametrize(
    ("written", "canonical_tone"),
    [
        ("hoà", "hòa"), ("hòa", "hòa"), ("Hoà", "hòa"), ("thuỷ", "thủy"), ("thủy", "thủy"), ("khoẻ", "khỏe"), ("khỏe", "khỏe"),
        ("hoá", "hóa"), ("uỷ", "ủy"), ("quý", "quý"), ("qúy", "quý"), ("quả", "quả"), ("già", "già"), ("gìa", "già"), ("gì",
        "gì"), ("gìn", "gìn"),
        ("giếng", "giếng"), ("hoàn", "hoàn"), ("hòan", "hoàn"), ("toán", "toán"), ("tóan", "toán"), ("thuế", "thuế"), ("nước",
        "nước"),
        ("khuỷu", "khuỷu"), ("ngoài", "ngoài"), ("được", "được"), ("mía", "mía"), ("cáo", "cáo"), ("rượu", "rượu"), ("nghĩa",
        "nghĩa"),
        ("ho", "ho"), ("café", "café"), ("resumé", "resumé"), ("water", "water"), ("85,1", "85,1"), ("", ""),
    ],
)  # fmt: skip
def test_tone(written: str, canonical_tone: str) -> None:
    assert tone(written) == canonical_tone
    assert tone(canonical_tone) == canonical_tone


@given(st.text(alphabet=VIETNAMESE, max_size=8))
def test_tone_settles_at_once_and_keeps_the_letters(token: str) -> None:
    once = tone(token)
    assert tone(once) == once
    assert fold(once) == fold(token)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  Móng-Cái ", "mong cai"),
        ("TP. Hồ Chí Minh", "tp ho chi minh"),
        ("Ia H’Drai", "ia h drai"),
        ("Bà Rịa – Vũng Tàu", "ba ria vung tau"),
        ("—", ""),
    ],
)
def test_fold_key(text: str, key: str) -> None:
    assert fold_key(text) == key
