"""Vietnamese as it was written before Unicode: TCVN3 (ABC), VISCII and VNI, and the evidence for which one a text is in. Pure.

reading("tcvn3", "Hµ Néi".encode("latin-1")) == "Hà Nội"
mended("Thu ng©n s¸ch ®¹t 108% dù to¸n") == "Thu ngân sách đạt 108% dự toán"
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

# Bytes 80..FF. TCVN 5712:1993 and RFC 1456; a space where the standard has no letter.
_TCVN3 = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀ"
    "ặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
_TCVN3_LOW = dict(zip(b"\x01\x02\x04\x05\x06\x11\x12\x13\x14\x15\x16\x17", "ÚỤỪỬỮỨỰỲỶỸÝỴ", strict=True))
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗ"
    "ỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_LOW = dict(zip(b"\x02\x05\x06\x14\x19\x1e", "ẲẴẪỶỸỴ", strict=True))

# VNI writes a vowel and its marks as two letters of the Western code page.
_TONE = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_ROOF = dict(zip("áàåãä", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_BOW = dict(zip("éèúüë", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_SINGLE = dict(zip("ñôöíìæóòî", "đơưíìỉĩịỵ", strict=True))


def _vni_pairs() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for base in "aeouyôö":
        letter = _VNI_SINGLE.get(base, base)
        pairs.update({base + sign: letter + mark for sign, mark in _TONE.items()})
    for base in "aeo":
        pairs[f"{base}â"] = base + "\u0302"
        pairs.update({base + sign: base + "\u0302" + mark for sign, mark in _ROOF.items()})
    pairs["aê"] = "a\u0306"
    pairs.update({"a" + sign: "a\u0306" + mark for sign, mark in _BOW.items()})
    composed = {key: unicodedata.normalize("NFC", value) for key, value in {**pairs, **_VNI_SINGLE}.items()}
    upper = {key.upper(): value.upper() for key, value in composed.items()}
    title = {key[0].upper() + key[1:]: value.upper() for key, value in composed.items() if len(key) == 2}
    return {**title, **upper, **composed}


_VNI = _vni_pairs()
_VNI_LETTER = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def _page(upper: str, lower: Mapping[int, str]) -> str:
    """The letter of every byte, those of the upper half and the exceptions in the lower."""
    return "".join(lower.get(code, chr(code)) for code in range(0x80)) + upper


_LETTERS = {"tcvn3": _page(_TCVN3, _TCVN3_LOW), "viscii": _page(_VISCII, _VISCII_LOW)}
NAMES = {"tcvn3": "TCVN3 (ABC)", "viscii": "VISCII", "vni": "VNI"}

_RIME = re.compile(
    r"^(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    r"(?:a(?:ch|c|i|m|nh|ng|n|o|p|t|u|y)?|ă(?:c|m|ng|n|p|t)|â(?:c|m|ng|n|p|t|u|y)|e(?:c|m|ng|n|o|p|t)?|ê(?:ch|c|m|nh|n|p|t|u)?"
    r"|i(?:a|ch|m|nh|n|p|t|u)?|iê(?:c|m|ng|n|p|t|u)|o(?:c|i|m|ng|n|p|t)?|oa(?:ch|c|i|m|nh|ng|n|o|p|t|y)?|oă(?:c|m|ng|n|p|t)|oe(?:n|o|t)?"
    r"|oo(?:c|ng)|ô(?:c|i|m|ng|n|p|t)?|ơ(?:i|m|n|p|t)?|u(?:a|c|i|m|ng|n|p|t)?|uâ(?:ng|n|t|y)|uê(?:ch|nh|n)?|uơ|uy(?:a|ch|nh|n|p|t|u)?"
    r"|uyê(?:n|t)|uô(?:c|i|m|ng|n|t)|ư(?:a|c|i|m|ng|n|t|u)?|ươ(?:c|i|m|ng|n|p|t|u)|y(?:ch|nh|n|t|u)?|yê(?:m|ng|n|t|u)|[aeêơ]u|uây)$"
)
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORD = re.compile(r"[^\W\d_]+")
_OLD_SIGNS = re.compile("[\u00a1-\u00ff]")
_MODERN = re.compile("[\u1ea0-\u1ef9\u01a0\u01a1\u01af\u01b0\u0110\u0111]")


def reading(encoding: str, data: bytes) -> str:
    """`data` as "tcvn3", "viscii" or "vni" text, NFC. Every byte has a reading; `syllable_rate` tells whether it is right."""
    if encoding == "vni":
        western = data.decode("cp1252", errors="replace")
        return unicodedata.normalize("NFC", _VNI_LETTER.sub(lambda match: _VNI[match.group()], western))
    return unicodedata.normalize("NFC", codecs.charmap_decode(data, "strict", _LETTERS[encoding])[0])


def syllable_rate(text: str) -> float:
    """Share, 0..1, of the words with letters beyond ASCII that are possible Vietnamese syllables; 1.0 where there are none."""
    words = [word for word in _WORD.findall(text[:100_000]) if not word.isascii()]
    return sum(map(_is_syllable, words)) / len(words) if words else 1.0


@lru_cache(20_000)
def _is_syllable(word: str) -> bool:
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [char for char in parts if char in _TONES]
    bare = unicodedata.normalize("NFC", "".join(char for char in parts if char not in _TONES))
    if len(tones) > 1 or not _RIME.match(bare):
        return False
    stopped = bare.endswith(("c", "ch", "p", "t"))  # closed by a stop: only sắc and nặng are possible
    return not stopped or not tones or tones[0] in "\u0301\u0323"


def mended(text: str) -> str:
    """The text itself, or its reading in an old encoding where it is no Vietnamese as it stands and good Vietnamese when read so.

    For files that hold old letters in a Unicode shell: Word files in .VnTime fonts, pages copied from them.
    """
    if text.isascii() or _MODERN.search(text) or len(_OLD_SIGNS.findall(text)) < 2:
        return text
    try:
        data = text.encode("cp1252")
    except UnicodeEncodeError:
        try:
            data = text.encode("latin-1")
        except UnicodeEncodeError:
            return text
    words = len([word for word in text.split() if not word.isascii()])
    if words < 2 or syllable_rate(text) >= (0.6 if words >= 4 else 0.34):
        return text
    best, rate = text, 0.0
    for encoding in NAMES:
        read = reading(encoding, data)
        if (own := syllable_rate(read)) > rate:
            best, rate = read, own
        if rate == 1.0:
            break
    return best if rate >= 0.9 and _MODERN.search(best) else text
