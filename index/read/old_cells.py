"""Cells of a workbook in old encodings, decided cell by cell. Pure.

Evidence: the font, which reading gives possible Vietnamese syllables, what most of the workbook is written in.

Mender(sample, findings)("B¸o c¸o", ".VnTime") == "Báo cáo"       in ".VnTimeH", whose letters are capitals: "BÁO CÁO"
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from index.language.detect import detect_language
from index.read.legacy import mended, reading, syllable_rate
from index.read.sheet_rows import Findings

SHORT = 200  # characters

_MODERN = re.compile("[\u1ea0-\u1ef9\u01a0\u01a1\u01af\u01b0\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169]")
_OLD = re.compile("[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_TCVN3_FONT = re.compile(r"^\.?vn(?!i)", re.IGNORECASE)
_VNI_FONT = re.compile(r"^vni[- ]", re.IGNORECASE)
_CAPITALS = re.compile(r"H$")
_WORD = re.compile(r"\S+")
_SIGN = "\u0080-\u00a9\u00ab-\u00b1\u00b4-\u00b9\u00bb-\u00bf\u00d7\u00f7\ue000-\uf8ff"  # no letters; ª º ² ³ stand in good words
_NOISE = re.compile(f"[^\\W\\d_][{_SIGN}]|[{_SIGN}][^\\W\\d_]|[a-zà-ÿ][À-ÖØ-Þ]|\ufffd")
_ABBREVIATION = re.compile(r"^\W*[A-ZĐ]{1,5}\W*$")
_PARTS = re.compile(r"[\s/()\-–,;:.]+")
_WESTERN = {ord(char): code for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore"))}
_BEYOND = re.compile("([^\x00-\xff]+)")


class Mender:
    """Calls take (text, font name) and give the text as Unicode, NFC; "" where no reading makes sense.

    `sample`: many of the workbook's texts, a line each; `language` is what they are written in, "vi" or "en".
    """

    def __init__(self, sample: str, findings: Findings) -> None:
        self._findings = findings
        self._mostly = _mostly(sample)
        self._modern = not self._mostly and bool(_MODERN.search(sample))  # written in Unicode, as far as one sees
        head = sample[:10_000]
        self.language = detect_language(_decided(head, self._mostly, False) if self._mostly else head)
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, text: str, font: str) -> str:
        if text.isascii():
            return text.upper() if _is_capitals(font) else text
        key = (text, font)
        found = self._known.get(key)
        if found is None:
            if len(self._known) > 20_000:
                self._known.clear()
            found = self._known[key] = self._read(text, font)
        return found

    def _read(self, text: str, font: str) -> str:
        encoding = _encoding_of(font) or self._mostly
        if not encoding and (self._modern or _MODERN.search(text)) and not _NOISE.search(text):
            return unicodedata.normalize("NFC", text)
        by_font = bool(_encoding_of(font))
        found = (_decided_before if len(text) <= SHORT else _decided)(text, encoding, by_font)
        if found != text:
            self._findings.decoded.add({"tcvn3": "TCVN3 (ABC)", "vni": "VNI"}.get(encoding, "an old encoding"))
        if _is_noise(found):
            self._findings.undecodable.add((text, font))
            return ""
        return found.upper() if _is_capitals(font) else found


@lru_cache(maxsize=256)
def _is_capitals(font: str) -> bool:
    return bool(_TCVN3_FONT.match(font) and _CAPITALS.search(font))


@lru_cache(maxsize=256)
def _encoding_of(font: str) -> str:
    if _VNI_FONT.match(font):
        return "vni"
    return "tcvn3" if _TCVN3_FONT.match(font) else ""


def _mostly(sample: str) -> str:
    """The encoding that many cells of the workbook are in, "" for Unicode."""
    lines = [line for line in sample.split("\n") if not line.isascii()][:500]
    votes = sum(count for line, count in Counter(lines).items() if not _MODERN.search(line) and _is_old(line))
    return "tcvn3" if votes > 3 and votes > 0.2 * len(lines) else ""


def _is_old(line: str) -> bool:
    return line != (_mended_before if len(line) <= SHORT else mended)(line)


def _decided(text: str, encoding: str, by_font: bool) -> str:
    text = unicodedata.normalize("NFC", text)
    if not encoding:
        return text if _MODERN.search(text) else mended(text)
    if not _OLD.search(text):
        return text
    if _MODERN.search(text):  # Unicode, with words in the old encoding among it
        return _WORD.sub(lambda match: _better(match[0], encoding), text)
    read = _read_as(encoding, text)
    as_is, as_read = _quality(text), _quality(read)
    if as_read > as_is or (by_font and as_read == as_is):
        return _WORD.sub(lambda match: _kept(match[0], encoding), text) if encoding == "tcvn3" else read
    return text


# Workbooks of one office hold the same labels month after month. Only short ones are kept: so many long ones would fill the memory.
_decided_before = lru_cache(10_000)(_decided)
_mended_before = lru_cache(10_000)(mended)


def _read_as(encoding: str, text: str) -> str:
    """The text as its letters' bytes read in the encoding; letters that no Western code page has stay."""
    try:
        return reading(encoding, text.encode("latin-1"))
    except UnicodeEncodeError:
        parts = _BEYOND.split(text.translate(_WESTERN))
    read = [part if at % 2 else reading(encoding, part.encode("latin-1")) for at, part in enumerate(parts)]
    return unicodedata.normalize("NFC", "".join(read))


def _quality(text: str) -> float:
    """Share, 0..1, of the words with letters beyond ASCII that are possible syllables written with letters alone."""
    marks = [mark for mark in map(_mark, _PARTS.split(text)) if mark is not None]
    return sum(marks) / len(marks) if marks else 0.5


@lru_cache(20_000)
def _mark(word: str) -> bool | None:
    """Whether it is such a syllable; None where it is ASCII or an abbreviation."""
    if word.isascii() or _ABBREVIATION.match(word):
        return None
    return not _NOISE.search(word) and syllable_rate(word) == 1.0


def _better(word: str, encoding: str) -> str:
    """The word read in the old encoding where that makes a syllable of what is none."""
    if not _OLD.search(word) or _quality(word) >= 0.5:
        return word
    read = _read_as(encoding, word)
    return read if _quality(read) == 1.0 else word


@lru_cache(20_000)
def _kept(word: str, encoding: str) -> str:
    """The word read in the old encoding, unless that spoils a good one: a Unicode word among the others."""
    read = _read_as(encoding, word)
    return word if _quality(read) < 0.5 and _quality(word) == 1.0 else read


def _is_noise(text: str) -> bool:
    words = text.split()
    noisy = sum(1 for word in words if _NOISE.search(word))
    return noisy >= 2 and noisy > 0.3 * len(words)
