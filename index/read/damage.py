"""Is a text layer what the page shows? A font whose map lies draws one letter and says another. Pure.

lying_lines(["TA/E B.2.7. HAN2I, C/ASSIFIED B< A*E", "whole country", "0-4 641 142 646 461"]) == {0}

Judged word by word: signs that no text has (replacement characters, private use, control characters), figures and rare signs
between letters, syllables that Vietnamese cannot have, words without a vowel. A figure that lies looks like any other figure,
so nothing here says that figures are right: index/read/repair.py compares them with what OCR sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from index.read.legacy import syllable_rate

FEWEST_WORDS = 3  # broken ones, for a page to be damaged: codes and formulas make one or two
FEWEST_ODD = 1  # the same for words with a character that no text has
PAGE_SHARE = 0.06  # of the page's words
_SIGN_INSIDE = re.compile(
    r"[^\W\d_][*<>;^~|\\{}=#$§¤¥¦¬±µ¶·¸¹º¼½¾¿×÷«»]+[^\W\d_]|^[*<>^~|\\{}=#$§]+[^\W_]|[^\W\d_][*<>^~|\\{}=#$]$"
)
_FIGURE_INSIDE = re.compile(r"[^\W\d_]{2}\d[^\W\d_]{2}|[^\W\d_]\d[^\W\d_]{2,}|[^\W\d_]{3,}\d[^\W\d_]?\b(?!\d)")
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"://|@|www\.|\.(?:vn|com|org|net|gov|html?|pdf|docx?|xlsx?)\b|[\\/].*[\\/]|_", re.IGNORECASE)
_ODD = re.compile(
    "[\x00-\x01\x03-\x08\x0b\x0c\x0e-\x1b\x7f-\x84\x86-\x9f\ufffd\ue000-\uefff\uf100-\uf8ff]"
)  # not \x02, nor bullets
_WORD = re.compile(r"\S*[^\W\d_]\S*")


def lying_lines(lines: Sequence[str]) -> set[int]:
    """Numbers of the lines that do not say what is drawn; empty for a page whose text layer can be trusted."""
    words = [_WORD.findall(line) for line in lines]
    broken = [sum(map(is_broken, row)) for row in words]
    odd = [at for at, line in enumerate(lines) if _ODD.search(line)]
    count, whole = sum(broken), sum(map(len, words))
    lying = set(odd) if len(odd) >= FEWEST_ODD else set()
    if count >= FEWEST_WORDS and count >= PAGE_SHARE * whole:
        lying |= {at for at in range(len(lines)) if broken[at]}
    return lying


def are_sound(words: Iterable[str], text: str) -> bool:
    """`lying_lines` has nothing to find in the lines of `text`, whose words with letters are `words`."""
    return not _ODD.search(text) and not any(map(is_broken, words))


@lru_cache(maxsize=50_000)
def is_broken(word: str) -> bool:
    """No text of ours holds a word like this."""
    if _ODD.search(word):
        return True
    if _ADDRESS.search(word):
        return False
    if _SIGN_INSIDE.search(word) or _FIGURE_INSIDE.search(word):
        return True
    return any(_is_impossible(part) for part in _LETTERS.findall(word))


def _is_impossible(part: str) -> bool:
    if part.isascii():
        return len(part) >= 4 and part.islower() and not _VOWEL.search(part)
    vietnamese = any(char in _OF_VIETNAMESE for char in part.lower())
    return len(part) >= 2 and not vietnamese and syllable_rate(part) == 0.0 and not _is_european(part)


# Letters that Vietnamese alone has of all languages in our reports; a word that holds one and is no syllable may still be a name.
_OF_VIETNAMESE = frozenset("ăâđêôơư" + "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")
_EUROPEAN = frozenset("éèêëàâäçîïôöûüùñóíáúßåøæãõ")


def _is_european(part: str) -> bool:
    """One or two marked letters in a long word: a name of another language ("Kraków", "Müller")."""
    marked = [char for char in part.lower() if not char.isascii()]
    return len(part) >= 4 and len(marked) <= 2 and all(char in _EUROPEAN for char in marked)
