"""Vietnamese typed without diacritics, with those it likeliest had.

>>> restored("Ty le nuoc sach 2023", Lexicon.load())
'tỷ lệ nước sạch 2023'
"""

from __future__ import annotations

from index.language.detect import detect_language
from index.language.normalise import nfc
from index.language.tokens import has_marks, words

from .lexicon import Lexicon


def restored(text: str, lexicon: Lexicon) -> str:
    """English, and text that has its marks, as it is. Two syllables that make a word before single ones; without punctuation."""
    text = nfc(text)
    if has_marks(text) or detect_language(text) == "en":
        return text
    tokens = [token.text for token in words(text)]
    said: list[str] = []
    i = 0
    while i < len(tokens):
        pair = lexicon.accented(" ".join(tokens[i : i + 2]).lower()) if i + 1 < len(tokens) else []
        found = pair or lexicon.accented(tokens[i].lower())
        said.append(found[0][0] if found else tokens[i])
        i += 2 if pair else 1
    return " ".join(said)
