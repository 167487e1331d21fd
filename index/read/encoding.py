"""Bytes -> text for files that do not say how they are written. charset-normalizer lives here.

Order of trust: a byte-order mark, valid UTF-8, the zero bytes of UTF-16, then the 8-bit code page whose Vietnamese reads best.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

from index.errors import FileDamaged

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODE_PAGES = ("cp1258", "cp1252")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_MARKED = re.compile(r"[à-ỹđ]", re.IGNORECASE)
_SYLLABLE = re.compile(
    r"^(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    r"(?:[aăâeêioôơuưy]{1,3})(?:ng|nh|ch|[cmnpt])?$"
)
_WORD = re.compile(r"[^\W\d_]+")


class Decoded(NamedTuple):
    """Text in NFC and the encoding it was read with; `doubt` is a warning sentence, "" where none."""

    text: str
    encoding: str
    doubt: str = ""


def decode(data: bytes, *, name: str, format: str = "TXT", declared: str = "") -> Decoded:
    """The text of `data`. `declared` is what the file says of itself (a meta tag). Raises FileDamaged where it is no text."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(data.decode(encoding, errors="replace"), encoding.removesuffix("-sig"), name, format)
    if declared and (text := _strictly(data, declared)) is not None:
        return _checked(text, declared.lower(), name, format)
    if (text := _strictly(data, "utf-8")) is not None and "\x00" not in text:
        return _checked(text, "utf-8", name, format)
    wide = _utf16_order(data)
    if wide:
        return _checked(data.decode(wide, errors="replace"), wide, name, format)
    if data.count(0):
        raise FileDamaged(file=name, format=format, detail="it holds binary data")
    return _by_code_page(data, name, format)


def syllable_rate(text: str) -> float:
    """Share, 0..1, of the words with Vietnamese letters that are shaped like a Vietnamese syllable; 1.0 where there are none."""
    words = [word.lower() for word in _WORD.findall(text[:200_000]) if not word.isascii()]
    good = sum(1 for word in words if _is_syllable(word))
    return good / len(words) if words else 1.0


def _is_syllable(word: str) -> bool:
    tones = 0
    bare = []
    for char in unicodedata.normalize("NFD", word):
        if char in "\u0300\u0301\u0303\u0309\u0323":
            tones += 1
        else:
            bare.append(char)
    return tones <= 1 and bool(_SYLLABLE.match(unicodedata.normalize("NFC", "".join(bare))))


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError):
        pass
    if encoding == "utf-8" and len(data) > 64:  # a file cut in the middle of a letter is still UTF-8
        try:
            return data[:-3].decode(encoding) + data[-3:].decode(encoding, errors="ignore")
        except UnicodeDecodeError:
            return None
    return None


def _utf16_order(data: bytes) -> str:
    """Latin script in UTF-16 has a zero in most pairs, always on the same side."""
    sample = data[:20_000]
    pairs = len(sample) // 2
    if pairs < 2:
        return ""
    high_first, low_first = sample[0::2].count(0), sample[1::2].count(0)
    if low_first > 0.3 * pairs and high_first < 0.05 * pairs:
        return "utf-16-le"
    if high_first > 0.3 * pairs and low_first < 0.05 * pairs:
        return "utf-16-be"
    return ""


def _by_code_page(data: bytes, name: str, format: str) -> Decoded:
    from charset_normalizer import from_bytes

    readings = {page: unicodedata.normalize("NFC", data.decode(page, errors="replace")) for page in _CODE_PAGES}
    rates = {page: syllable_rate(text) - 0.2 * text.count("\ufffd") / max(len(text), 1) for page, text in readings.items()}
    best = max(_CODE_PAGES, key=lambda page: rates[page])
    if rates[best] >= 0.8:
        return _checked(readings[best], best, name, format)
    guess = from_bytes(data[:200_000]).best()
    if guess is None:
        raise FileDamaged(file=name, format=format, detail="its character encoding is not recognised")
    text = data.decode(guess.encoding, errors="replace")
    rate = syllable_rate(text)
    doubt = (
        ""
        if rate >= 0.8
        else f"The character encoding was guessed ({guess.encoding}); Vietnamese letters may be wrong. Save the file as UTF-8."
    )
    return _checked(text, guess.encoding, name, format, doubt)


def _checked(text: str, encoding: str, name: str, format: str, doubt: str = "") -> Decoded:
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    bad = len(_CONTROL.findall(text)) + text.count("\ufffd")
    if bad > 0.05 * len(text) + 2:
        raise FileDamaged(file=name, format=format, detail="most of it is not text")
    if bad and not doubt and text.count("\ufffd"):
        doubt = f"{text.count(chr(0xFFFD))} characters could not be decoded."
    return Decoded(_CONTROL.sub(" ", text), encoding, doubt)
