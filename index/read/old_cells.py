"""Cells of a workbook in old encodings, decided cell by cell. Pure.

Evidence: the font, which reading gives possible Vietnamese syllables, what most of the workbook is written in.

Mender(sample, findings)("B¸o c¸o", ".VnTime") == "Báo cáo"       in ".VnTimeH", whose letters are capitals: "BÁO CÁO"
"""

from __future__ import annotations

import re
import unicodedata

from index.read.legacy import mended, reading, syllable_rate
from index.read.sheet_rows import Findings

_MODERN = re.compile("[\u1ea0-\u1ef9\u01a0\u01a1\u01af\u01b0\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169]")
_OLD = re.compile("[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_TCVN3_FONT = re.compile(r"^\.?vn(?!i)", re.IGNORECASE)
_VNI_FONT = re.compile(r"^vni[- ]", re.IGNORECASE)
_CAPITALS = re.compile(r"H$")
_WORD = re.compile(r"\S+")
_NOISE = re.compile("[A-Za-z][\u0080-\u00a9\u00ab-\u00b1\u00b4-\u00b9\u00bb-\u00bf\u00d7\u00f7\ue000-\uf8ff\ufffd]|\ufffd")


class Mender:
    """Calls take (text, font name) and give the text as Unicode, NFC; "" where no reading makes sense."""

    def __init__(self, sample: str, findings: Findings) -> None:
        self._findings = findings
        self._mostly = _mostly(sample)
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, text: str, font: str) -> str:
        if text.isascii():
            return text.upper() if _is_capitals(font) and text.strip() else text
        key = (text, font)
        if key not in self._known:
            if len(self._known) > 50_000:
                self._known.clear()
            self._known[key] = self._read(text, font)
        return self._known[key]

    def _read(self, text: str, font: str) -> str:
        encoding = _encoding_of(font) or self._mostly
        by_font = bool(_encoding_of(font))
        found = _decided(text, encoding, by_font)
        if found != text:
            self._findings.decoded.add({"tcvn3": "TCVN3 (ABC)", "vni": "VNI"}.get(encoding, "an old encoding"))
        if _is_noise(found):
            self._findings.undecodable += 1
            return ""
        return found.upper() if _is_capitals(font) else found


def _is_capitals(font: str) -> bool:
    return bool(_TCVN3_FONT.match(font) and _CAPITALS.search(font))


def _encoding_of(font: str) -> str:
    if _VNI_FONT.match(font):
        return "vni"
    return "tcvn3" if _TCVN3_FONT.match(font) else ""


def _mostly(sample: str) -> str:
    """The encoding that many cells of the workbook are in, "" for Unicode."""
    lines = [line for line in sample.split("\n") if not line.isascii()][:2000]
    votes = sum(1 for line in lines if not _MODERN.search(line) and mended(line) != line)
    return "tcvn3" if votes > 3 and votes > 0.2 * len(lines) else ""


def old_bytes(text: str) -> bytes | None:
    """The bytes the letters were before a program took them for a Western code page; None where there are others among them."""
    out = bytearray()
    for char in text:
        if ord(char) < 256:
            out.append(ord(char))
            continue
        try:
            out += char.encode("cp1252")
        except UnicodeEncodeError:
            return None
    return bytes(out)


def _decided(text: str, encoding: str, by_font: bool) -> str:
    text = unicodedata.normalize("NFC", text)
    if _MODERN.search(text):
        return _WORD.sub(lambda match: _word(match[0], encoding), text) if encoding and _OLD.search(text) else text
    if not encoding:
        return mended(text)
    data = old_bytes(text)
    if data is None:
        return text
    read = reading(encoding, data)
    as_is, as_read = syllable_rate(text), syllable_rate(read)
    if as_read > as_is or (by_font and as_read == as_is):
        return read
    return text


def _word(word: str, encoding: str) -> str:
    """A word in the old encoding among Unicode ones: no syllable as it stands, one when read so."""
    if word.isascii() or not _OLD.search(word) or (syllable_rate(word) == 1.0 and not _NOISE.search(word)):
        return word
    data = old_bytes(word)
    if data is None:
        return word
    read = reading(encoding, data)
    return read if syllable_rate(read) == 1.0 else word


def _is_noise(text: str) -> bool:
    words = text.split()
    noisy = sum(1 for word in words if _NOISE.search(word))
    return noisy >= 2 and noisy > 0.3 * len(words)
