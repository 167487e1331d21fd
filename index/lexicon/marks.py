"""Vietnamese typed without diacritics, with those it likeliest had.

>>> restored("Ty le ho ngheo 2023", Lexicon.load(), Glossary.load())
'tỷ lệ hộ nghèo 2023'
"""

from __future__ import annotations

from index.language.detect import detect_language
from index.language.normalise import fold, nfc
from index.language.tokens import has_marks, words

from .glossary import Glossary
from .lexicon import Lexicon


def restored(text: str, lexicon: Lexicon, glossary: Glossary) -> str:
    """English, and text that has its marks, as it is. The glossary's terms first, for reports speak of "hộ nghèo" where the
    lexicon's texts have "họ"; then two syllables that make a word before single ones. Without punctuation."""
    text = nfc(text)
    if has_marks(text) or detect_language(text) == "en":
        return text
    said: list[str] = []
    at = 0
    for mention in glossary.find(text, "vi"):
        term = mention.term
        if fold(term) == fold(text[mention.start : mention.end]):
            said += [*_by_lexicon(text[at : mention.start], lexicon), term]
            at = mention.end
    return " ".join([*said, *_by_lexicon(text[at:], lexicon)])


def _by_lexicon(text: str, lexicon: Lexicon) -> list[str]:
    tokens = [token.text for token in words(text)]
    said: list[str] = []
    i = 0
    while i < len(tokens):
        pair = lexicon.accented(" ".join(tokens[i : i + 2]).lower()) if i + 1 < len(tokens) else []
        found = pair or lexicon.accented(tokens[i].lower())
        said.append(found[0][0] if found else tokens[i])
        i += 2 if pair else 1
    return said
