"""Bytes -> text for files that do not say how they are written. charset-normalizer lives here.

Order of trust: a byte-order mark, valid UTF-8, the zero bytes of UTF-16, then the 8-bit code page whose Vietnamese reads best.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

from index.errors import FileDamaged
from index.read.legacy import NAMES, reading, syllable_rate

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODE_PAGES = ("cp1258", "cp1252")
_DOUBT = "The character encoding was guessed ({}); letters may be wrong. Save the file as UTF-8."
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


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
    """Western text has few words with marks, Vietnamese mostly such: the reading with the most possible syllables wins."""
    from charset_normalizer import from_bytes

    readings = {page: unicodedata.normalize("NFC", data.decode(page, errors="replace")) for page in _CODE_PAGES}
    words = readings["cp1252"].split()
    marked = sum(1 for word in words if any(char.isalpha() and not char.isascii() for char in word))
    if marked <= 0.15 * len(words):
        return _checked(readings["cp1252"], "cp1252", name, format)
    readings |= {encoding: reading(encoding, data) for encoding in NAMES}
    rates = {encoding: syllable_rate(text) * (1 - 5 * text.count("\ufffd") / len(text)) for encoding, text in readings.items()}
    best = max(rates, key=lambda encoding: rates[encoding])
    if rates[best] >= 0.85:
        others = [rate for encoding, rate in rates.items() if encoding != best and readings[encoding] != readings[best]]
        doubt = "" if max(others) < rates[best] - 0.1 else _DOUBT.format(NAMES.get(best, best))
        return _checked(readings[best], best, name, format, doubt)
    guess = from_bytes(data[:200_000]).best()
    if guess is None:
        raise FileDamaged(file=name, format=format, detail="its character encoding is not recognised")
    return _checked(data.decode(guess.encoding, errors="replace"), guess.encoding, name, format, _DOUBT.format(guess.encoding))


def _checked(text: str, encoding: str, name: str, format: str, doubt: str = "") -> Decoded:
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    bad = len(_CONTROL.findall(text)) + text.count("\ufffd")
    if bad > 0.05 * len(text) + 2:
        raise FileDamaged(file=name, format=format, detail="most of it is not text")
    if bad and not doubt and text.count("\ufffd"):
        doubt = f"{text.count(chr(0xFFFD))} characters could not be decoded."
    return Decoded(_CONTROL.sub(" ", text), encoding, doubt)
