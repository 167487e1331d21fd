"""Characters: one form of each for storing, folded forms for comparing.

nfc("xa\\u0303")                 "xã"
canonical("\\ufeffxã\\u00a0Hải")  "xã Hải"
fold("Tỷ lệ ĐẠT 85,1%")         "ty le dat 85,1%"      as long as its argument, so offsets carry over
tone("thuỷ"), tone("hoà")       "thủy", "hòa"
fold_key("  Móng-Cái ")         "mong cai"
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_REMOVED = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " ")
_NEWLINES = re.compile("\r\n|[\r\u2028\u2029\x85]")
_CANONICAL = {**_REMOVED, **_SPACES}
_CHANGED = re.compile(f"[\r\u2028\u2029\x85{''.join(map(chr, _CANONICAL))}]")


def listed(text: str) -> tuple[str, ...]:
    """The words of a list written as one string."""
    return tuple(text.split())


def nfc(text: str) -> str:
    """`text` with every letter and its marks as one character wherever Unicode has one (NFC)."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def canonical(text: str) -> str:
    """The form in which text is stored: NFC, no byte-order mark, zero-width character or soft hyphen; every kind of space but
    the tab is " "; every kind of line end is "\\n". Runs of spaces and lines are left as they are."""
    if _CHANGED.search(text):  # few texts hold any; looking is much cheaper than writing anew
        text = _NEWLINES.sub("\n", text).translate(_CANONICAL)
    return nfc(text)


class _Table(dict[int, str]):
    """For `str.translate`: filled one character at a time, as texts bring them."""

    def __init__(self, fold_marks: bool) -> None:
        super().__init__()
        self.fold_marks = fold_marks

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if self.fold_marks:
            if char in "đĐðÐ":  # Ð (eth) stands for Đ in many converted files
                base = "d"
            else:
                base = "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c)).lower()
        else:
            base = char.lower()
        folded = base if len(base) == 1 else char
        self[code] = folded
        return folded


_FOLD = _Table(fold_marks=True)
_LOWER = _Table(fold_marks=False)


def fold(text: str) -> str:
    """Lower-case without diacritics, đ as d. `len(fold(t)) == len(t)` for NFC text and `fold(t)[i]` comes from `t[i]`;
    a character that does not fold to exactly one (ß, a Hangul syllable, a lone combining mark) stays as it is."""
    return text.translate(_FOLD)


def lower(text: str) -> str:
    """Lower-case, marks kept, as long as `text` (`str.lower` makes two characters of "İ")."""
    return text.translate(_LOWER)


_NOT_ALNUM = re.compile(r"[\W_]+")


def fold_key(text: str) -> str:
    """The key under which names are compared: folded letters and digits, single spaces between words."""
    return _NOT_ALNUM.sub(" ", fold(nfc(text))).strip()


_TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_TONE_OF: dict[str, tuple[str, str]] = {}
for _vowel in "aăâeêioôơuưy":
    for _mark in _TONES:
        _TONE_OF[unicodedata.normalize("NFC", _vowel + _mark)] = (_vowel, _mark)

_SYLLABLE = re.compile(
    r"(?P<onset>ngh|ng|nh|gh|gi(?=[aăâeêoôơuư])|qu(?=[aăâeêioôơy])|kh|ph|th|tr|ch|[bcdđghklmnprstvx])?"
    r"(?P<vowels>oai|oay|oeo|uây|uôi|uya|uyê|uyu|iêu|yêu|ươi|ươu|uao|uai|uay"
    r"|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|iê|oa|oă|oe|oi|oo|ôi|ôô|ơi|ua|uâ|uă|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|ya|ue"
    r"|[aăâeêioôơuưy])"
    r"(?P<coda>ch|ng|nh|[cmnpt])?"
)


@lru_cache(maxsize=65536)
def tone(token: str) -> str:
    """A Vietnamese syllable in lower-case with its tone mark where the older, most printed rule puts it: hoà -> hòa,
    khoẻ -> khỏe, thuỷ -> thủy; hoàn, quý and già stay. Anything that is not one syllable is only lower-cased. Idempotent."""
    word = nfc(token.lower())
    plain, marks = [], []
    for char in word:
        vowel, mark = _TONE_OF.get(char, (char, ""))
        plain.append(vowel)
        if mark:
            marks.append(mark)
    if len(marks) != 1:
        return word
    match = _SYLLABLE.fullmatch("".join(plain))
    if not match:
        return word
    at = match.start("vowels") + _tone_place(match["vowels"], bool(match["coda"]))
    plain[at] = unicodedata.normalize("NFC", plain[at] + marks[0])
    return "".join(plain)


def _tone_place(vowels: str, coda: bool) -> int:
    for i in range(len(vowels) - 1, -1, -1):
        if vowels[i] in "ăâêôơ":
            return i
    if "ư" in vowels:
        return vowels.index("ư")
    if len(vowels) == 1:
        return 0
    if len(vowels) == 3:
        return 1
    return 1 if coda else 0


def is_syllable(folded: str) -> bool:
    """Whether folded lower-case letters have the shape of one Vietnamese syllable ("nuoc" yes, "water" no)."""
    return _FOLDED_SYLLABLE.fullmatch(folded) is not None


_FOLDED_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|qu|kh|ph|th|tr|ch|[bcdghklmnprstvx])?"
    r"(?:oai|oay|oeo|uay|uoi|uya|uye|uyu|ieu|yeu|uou|uao|uai|ai|ao|au|ay|eo|eu|ia|iu|ie|oa|oe|oi|ua|ue|ui|uo|uy|uu|ye|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
