"""Words and numbers of a text, in order, with their offsets; the words that carry no meaning of their own."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from index.language.normalise import fold, listed


class Token(NamedTuple):
    """`text == source[start:end]`, in the case of the source."""

    text: str
    start: int
    end: int


_WORD = re.compile(
    r"(\d+[a-zA-Z]?(?:/\d{4})?/[A-ZĐ][A-ZĐa-z]+(?:[-/][A-ZĐ][A-ZĐa-z]*)*"  # 12/2022/NQ-HĐND, 36/KH-UBND
    r"|\d+(?:[.,/]\d+)*"  # 85,1  1.234.567  9/12  28/12/2022
    r"|[^\W\d_][^\W_]*(?:['’](?![sS]\b)[^\W\d_]+)*"  # hộ  m2  don't  H'Mông
    r"|[%‰])"
    r"(?:['’][sS]\b)?"
)


def words(text: str) -> list[Token]:
    """Syllables, words, numbers ("85,1" and "9/12" are one each), document codes and percent signs of `text`.

    Hyphenated words fall apart ("Covid-19" is "Covid" and "19"); "don't" is one word; an English possessive 's is dropped.
    """
    return [Token(m[1], m.start(1), m.end(1)) for m in _WORD.finditer(text)]


def word_texts(text: str) -> list[str]:
    """The texts of `words`, where nobody asks for their places."""
    found: list[str] = _WORD.findall(text)
    return found


_MARKED = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
    "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ]"
)


def has_marks(text: str) -> bool:
    """Whether any letter of `text` (NFC) bears a mark that Vietnamese writes. "café" has one too."""
    return _MARKED.search(text) is not None


_IRREGULAR = {
    "children": "child", "women": "woman", "men": "man", "used": "use", "using": "use", "uses": "use", "users": "user",
    "teeth": "tooth", "feet": "foot", "leaves": "leaf", "lives": "life", "wives": "wife", "dying": "die", "died": "die",
    "dies": "die", "lying": "lie", "tied": "tie", "news": "news", "series": "series", "species": "species", "less": "less",
    "people": "people", "peoples": "people", "spent": "spend", "built": "build", "paid": "pay", "fell": "fall", "rose": "rise",
    "grew": "grow", "grown": "grow", "data": "data", "during": "during", "was": "be", "were": "be", "is": "be", "are": "be",
    "been": "be", "being": "be", "has": "have", "had": "have", "having": "have", "does": "do", "did": "do", "done": "do",
    "this": "this", "thus": "thus", "gas": "gas", "its": "its", "as": "as", "us": "us", "one": "one",
}  # fmt: skip
_VOWEL = re.compile("[aeiouy]")
_CVC = re.compile(r"[^aeiou]*[aeiouy][^aeiouwxy]")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A light stem of an English word: plural, -ed, -ing and a last -e go (after Porter, 1980, steps 1a, 1b and 5a), so that
    "households", "sharing" and "located" meet "household", "share" and "locate". Lower-case; other words come back lower-cased.
    A stem is a key to compare, not a word to show."""
    w = word.lower()
    if len(w) < 4 or not w.isascii() or not w.isalpha():
        return _IRREGULAR.get(w, w)
    if w in _IRREGULAR:
        return _IRREGULAR[w]
    w = _without_suffix(_singular(w))
    if len(w) > 4 and w[-1] == "e" and w[-2] != "e":
        w = w[:-1]
    return w


def _singular(w: str) -> str:
    if w[-1] != "s" or w.endswith(("ss", "us", "is")):
        return w
    if w.endswith("ies") and len(w) > 4:
        return w[:-3] + "y"
    if w.endswith(("ches", "shes", "sses", "xes", "zes")):
        return w[:-2]
    return w[:-1]


def _without_suffix(w: str) -> str:
    if w.endswith("ied") and len(w) > 4:
        return w[:-3] + "y"
    for suffix in ("ing", "ed"):
        if not w.endswith(suffix):
            continue
        rest = w[: -len(suffix)]
        if len(rest) < 2 or not _VOWEL.search(rest) or (suffix == "ed" and rest.endswith("e")):
            return w
        if len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "lsz":
            return rest[:-1]
        if rest.endswith(("at", "bl", "iz")) or _CVC.fullmatch(rest):
            return rest + "e"
        return rest
    return w


_VI = """
là của và với cho các những một được bị có không trong ngoài trên dưới tại ở từ đến vào ra về theo do bởi vì nên để mà thì nếu
khi này kia đó đây ấy nào gì ai sao thế đâu mấy bao nhiêu đã đang sẽ vẫn còn cũng rất hơn nhất cùng như nhưng hay hoặc
rằng lại cả mọi mỗi từng đều ngay vừa rồi năm xin hỏi hãy biết ạ vậy giữa sau trước qua bằng
"""
_EN = """
a an the of in on at by for to from with and or but not no is are was were be been being am do does did has have had having
what which who whom whose when where why how many much there this that these those it its they them their he she his her we our
you your i as than then so if about into over under between during after before per also can could will would shall should may
might must please tell me us any some each all most more such don't
"""
_WORDS_VI = frozenset(_VI.split())

# Without their marks these are also words that a report is about: đảng, hội, tài, văn, thị, chợ …; folded they stay.
_KEPT_FOLDED = frozenset(listed("dang hoi tai van thi dau may den de con da day lai bang moi hon ca ngay dang ve khi doi"))

STOPWORDS: dict[str, frozenset[str]] = {
    "vi": _WORDS_VI | (frozenset(fold(w) for w in _WORDS_VI) - _KEPT_FOLDED),
    "en": frozenset(_EN.split()),
}
"""Words that say nothing of what a text is about, lower-case; the Vietnamese ones with their marks and, where the folded
form is no other word, without."""

_QUESTIONS_VI = (
    "bao nhiêu", "là bao nhiêu", "mấy", "nào", "gì", "ai", "đâu", "ở đâu", "khi nào", "bao giờ", "lúc nào", "vì sao", "tại sao",
    "thế nào", "như thế nào", "ra sao", "có phải", "phải không", "đúng không", "hay không", "hay chưa", "hãy cho biết", "cho biết",
    "xin cho biết", "xin hỏi", "bao lâu", "bao xa",
)  # fmt: skip

QUESTION_WORDS: dict[str, frozenset[str]] = {
    "vi": frozenset(_QUESTIONS_VI) | frozenset(fold(w) for w in _QUESTIONS_VI),
    "en": frozenset(
        ("what", "which", "who", "whom", "whose", "when", "where", "why", "how", "how many", "how much", "how far", "how long",
         "how large", "is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "can", "could", "please tell me",
         "tell me")
    ),
}  # fmt: skip
"""Words and phrases by which a question is known, lower-case; the Vietnamese ones with and without marks."""
