"""Which of the two languages a text is written in; Vietnamese counts with and without its marks."""

from __future__ import annotations

from functools import lru_cache

from index.language.normalise import fold, is_syllable, listed, nfc
from index.language.tokens import STOPWORDS, has_marks, word_texts
from index.records import Language

_SAMPLE = 6000  # characters looked at, from the beginning and from the middle

# English words that have the shape of a folded Vietnamese syllable: alone they prove nothing ("so" is also số, "the" thể).
_AMBIGUOUS = frozenset(
    listed(
        "a an in on do to so no me he she we i am at can may may have has hat the then than that thin tin ten men man hay my by it"
        " be or"
    )
)
_ENGLISH = (STOPWORDS["en"] - _AMBIGUOUS) | {"the", "that", "have", "percentage", "percent", "rate", "number", "total"}

# Frequent syllables of reports and of questions about them, folded.
_SYLLABLES = frozenset(
    listed("""
    ty le so ho dan nguoi xa phuong huyen tinh thanh pho thon ban nam thang quy ngay bao nhieu la cua co khong trong duoc dat
    tang giam thu chi ngan sach kinh te hoi nuoc ngheo can lao dong viec lam hoc sinh truong lop giao duc y benh tram dich vu
    nong nghiep cong thuy san dien tich luong nang suat xay dung nha chuong trinh ket qua nhiem tieu ke hoach muc tong von
    dau tu du an duong rac thai moi rung che phu hiem tham gia dinh van hoa phat trien thuc hien hoan nhu the nao gi ai o khi
    may vao den cac nhung va voi cho ve theo binh quan nhap kha trieu nghin hai viet dia phong ubnd hdnd dang doan chinh
    quyen ninh quoc thi tran khu vuc tre em nu cap giay su mat do toc xuat khau doanh hop tac biet nhat hon gio sao vi be
    """)
)


def detect_language(text: str) -> Language:
    """ "vi" or "en". An English question that names Vietnamese places is English; "ty le ho dan dung nuoc sach" is Vietnamese.

    Every word votes: English function words and words no Vietnamese syllable looks like for English; marked syllables, frequent
    folded ones and the shape of a syllable for Vietnamese. Capitalised words inside a text (names) hardly count. No evidence: "vi".
    """
    sample = nfc(text if len(text) <= 2 * _SAMPLE else text[:_SAMPLE] + " " + text[len(text) // 2 :][:_SAMPLE])
    vi = en = 0.0
    shouting = sample.upper() == sample
    for number, word in enumerate(word_texts(sample)):
        for_vi, for_en = _votes(word, word[0].isupper() and number > 0 and not shouting, shouting)
        vi += for_vi
        en += for_en
    return "en" if en > vi else "vi"


@lru_cache(20_000)
def _votes(word: str, name: bool, shouting: bool) -> tuple[float, float]:
    """What one word says for Vietnamese and for English."""
    if not word[0].isalpha():
        return 0.0, 0.0
    if word.lower() in _ENGLISH:
        return 0.0, 2.0
    vi = en = 0.0
    key = fold(word)
    if has_marks(word):
        vi = 0.3 if name else 2.0
    elif key in _SYLLABLES:
        vi = 0.1 if name else 1.0
    elif is_syllable(key):
        vi = 0.05 if name else 0.4
    elif len(key) > 1 and not (word.isupper() and not shouting):
        en = 0.3 if name else 1.0
    return vi, en + 0.5 if key in _AMBIGUOUS else en
