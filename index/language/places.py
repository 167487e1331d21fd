"""Administrative units as texts name them: "xã Hải Đông", "UBND huyện Đầm Hà", "Hai Dong commune", a province's name alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from index.language.normalise import fold, fold_key
from index.language.tokens import STOPWORDS, has_marks
from index.records import Place, PlaceLevel


class PlaceMention(NamedTuple):
    """`text[start:end]` names `place`, its level word included."""

    start: int
    end: int
    place: Place


# The 63 provinces and central cities up to June 2025; all 34 of July 2025 bear names among them, "Huế" apart.
_PROVINCES = """
An Giang,Bà Rịa - Vũng Tàu,Bạc Liêu,Bắc Giang,Bắc Kạn,Bắc Ninh,Bến Tre,Bình Dương,Bình Định,Bình Phước,Bình Thuận,Cà Mau,Cao Bằng,Cần Thơ,
Đà Nẵng,Đắk Lắk,Đắk Nông,Điện Biên,Đồng Nai,Đồng Tháp,Gia Lai,Hà Giang,Hà Nam,Hà Nội,Hà Tĩnh,Hải Dương,Hải Phòng,Hậu Giang,Hòa Bình,Hồ Chí Minh,
Hưng Yên,Khánh Hòa,Kiên Giang,Kon Tum,Lai Châu,Lạng Sơn,Lào Cai,Lâm Đồng,Long An,Nam Định,Nghệ An,Ninh Bình,Ninh Thuận,Phú Thọ,Phú Yên,
Quảng Bình,Quảng Nam,Quảng Ngãi,Quảng Ninh,Quảng Trị,Sóc Trăng,Sơn La,Tây Ninh,Thái Bình,Thái Nguyên,Thanh Hóa,Thừa Thiên Huế,Tiền Giang,
Trà Vinh,Tuyên Quang,Vĩnh Long,Vĩnh Phúc,Yên Bái,Huế
"""
_CENTRAL = {"ha noi", "ho chi minh", "hai phong", "da nang", "can tho", "hue", "thua thien hue"}
PROVINCES: dict[str, Place] = {}
"""Provinces and central cities by folded name."""
for _name in (n.strip() for n in _PROVINCES.replace("\n", "").split(",")):
    PROVINCES[fold_key(_name)] = Place(_name, "city" if fold_key(_name) in _CENTRAL else "province")

_SPELLINGS = {
    "hanoi": "ha noi", "danang": "da nang", "haiphong": "hai phong", "tp hcm": "ho chi minh", "tphcm": "ho chi minh", "dak lak": "dak lak",
    "daklak": "dak lak", "dac lac": "dak lak", "dak nong": "dak nong", "bac can": "bac kan", "sai gon": "ho chi minh", "kontum": "kon tum",
}  # fmt: skip
_ALIASES = {"thua thien hue": "hue", "bac can": "bac kan", "dac lac": "dak lak", "dac nong": "dak nong", "hcm": "ho chi minh", "sai gon": "ho chi minh"}

_LEVELS: dict[str, PlaceLevel] = {
    "xã": "commune", "phường": "ward", "thị trấn": "township", "huyện": "district", "quận": "district", "thị xã": "city",
    "thành phố": "city", "tỉnh": "province", "tp.": "city", "tp": "city", "tx.": "city", "tt.": "township", "đặc khu": "other",
    "huyện ủy": "district", "huyện uỷ": "district", "thành ủy": "city", "thành uỷ": "city", "thị ủy": "city", "tỉnh ủy": "province",
    "tỉnh uỷ": "province",
}  # fmt: skip
_LEVELS_FOLDED = {fold(word): level for word, level in _LEVELS.items()}
_LEVELS_EN: dict[str, PlaceLevel] = {
    "commune": "commune", "ward": "ward", "township": "township", "town": "township", "district": "district", "city": "city",
    "province": "province", "municipality": "city",
}  # fmt: skip

_UP = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_LOW = "a-zà-öø-ýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_SYLLABLE = rf"[{_UP}][{_LOW}]*(?:['’-][{_UP}]?[{_LOW}]+)?"
_NAME = rf"{_SYLLABLE}(?: {_SYLLABLE}){{0,4}}"
_UPPER_NAME = rf"[{_UP}]+(?: [{_UP}]+){{0,4}}"
_VI_WORD = "|".join(re.escape(w) for w in sorted({*_LEVELS, *_LEVELS_FOLDED}, key=len, reverse=True))
_VI = re.compile(rf"(?<![\w-])(?P<level>{_VI_WORD})(?:(?<=\.)\s*|\s+)(?P<name>(?-i:{_NAME})|\d{{1,2}}(?![\w.,/%]))", re.IGNORECASE)
_SHOUTED = re.compile(rf"(?<!\w)(?P<level>{_VI_WORD.upper()})\s+(?P<name>{_UPPER_NAME})(?!\w)")
_MORE = re.compile(rf"(?:,\s+|\s+(?:và|va)\s+)(?P<name>{_NAME})(?!\w)")
_PLURAL = re.compile(r"(?:các|những|cac|hai|ba|bốn|\d+)\s+$", re.IGNORECASE)
_EN = re.compile(rf"(?<!\w)(?P<name>{_NAME}),? (?P<level>(?i:commune|ward|township|town|district|city|province|municipality))(?!\w)")
_EN_OF = re.compile(rf"(?<!\w)(?P<level>(?i:commune|ward|township|town|district|city|province|municipality)) of (?P<name>{_NAME})(?!\w)")
_EN_LOWER = re.compile(r"(?<!\w)(?P<before>(?:[a-z]+ ){1,4})(?P<level>commune|ward|township|town|district|city|province)(?!\w)")
_VI_LOWER = re.compile(rf"(?<!\w)(?P<level>xa|phuong|thi tran|huyen|quan|thi xa|thanh pho|tp|tinh)\.?\s+(?P<rest>[a-z0-9]+(?: [a-z0-9]+){{0,4}})")
_BARE = re.compile(
    r"(?<!\w)(?:"
    + "|".join(re.escape(k).replace(r"\ ", r"[ -]{1,3}") for k in sorted({*PROVINCES, *_SPELLINGS}, key=len, reverse=True))
    + r")(?!\w)"
)

_LEADING = {"in", "the", "of", "what", "which", "how", "does", "do", "did", "is", "are", "was", "were", "at", "for", "from", "to", "by", "on", "and",
            "has", "have", "when", "where", "who", "why", "this", "that", "each", "every", "people's", "committee", "a", "an", "with", "can",
            "mong" if False else "in"}  # fmt: skip
_GENERIC = {"nong", "hoi", "dang", "doan", "nhan", "chu", "tong", "uy", "ubnd", "hdnd", "mttq", "ban", "so", "cong", "bi", "thuong", "nam"}
_SHOUT_STOPS = {"BÁO", "CÁO", "NĂM", "KẾT", "QUẢ", "TỔNG", "VỀ", "TÌNH", "HÌNH", "CÔNG", "TÁC", "THÁNG", "QUÝ", "NHIỆM", "VỤ", "THỰC", "HIỆN", "VÀ", "TRÊN",
                "ỦY", "ĐỊA", "GIAI", "ĐOẠN", "KẾ", "HOẠCH", "CỘNG", "HỘI", "ĐỘC", "SỐ", "TỈNH", "HUYỆN", "THÀNH", "PHỐ", "KHÓA", "KHOÁ", "NHIỆM", "LẦN",
                "PHÁT", "ĐẠT", "CHUẨN", "NÔNG", "TRIỂN", "QUYẾT", "NGHỊ", "ĐỀ", "ÁN"}  # fmt: skip
# Folded syllables after which a name written in small letters has ended, or has not begun.
_STOP_SYLLABLES = STOPWORDS["vi"] - {"hai", "tan", "cam"} | set(
    """
    dat dung su thu chi giam tang ty ti le so tong nuoc nguoi ho hoc lao dien san ket chuan nong thon moi giao hoi hoa quan ly tam huong phap an
    tien thuc trinh hinh tinh huyen xa phuong tp thi thanh trong toan thang quy giai ngheo dan can kinh te ngan sach y duoc trien khai xay khong
    chinh to chuc nao bao nhieu may
    """.split()
) - {"tan", "hoa", "an", "tien", "thanh", "quy"}
_NOT_LEVEL = {("xa", "hoi"), ("xa", "hoa"), ("phuong", "phap"), ("phuong", "an"), ("phuong", "huong"), ("phuong", "tien"), ("phuong", "thuc"),
              ("quan", "ly"), ("quan", "tam"), ("quan", "he"), ("quan", "su"), ("quan", "doi"), ("quan", "trong"), ("quan", "diem"),
              ("huyen", "thoai")}  # fmt: skip
_AMBIGUOUS_BARE = {"hoa binh", "ha nam", "hue", "phu yen", "hung yen", "nam dinh", "long an", "an giang"}


def find_places(text: str) -> list[PlaceMention]:
    """The places `text` (NFC) names, in reading order, apart.

    A name is a run of capitalised syllables beside its level word; "xã đạt chuẩn" and "thành phố giao" name nothing. In a text without
    any marks and capitals ("xa hai dong nam 2022") the name is the two syllables after the level word, three where the
    phrase ends after them; names then come back as written. Provinces are known by name alone.
    """
    found: list[PlaceMention] = []
    marked = has_marks(text)
    for mention in (*_vietnamese(text, marked), *_shouted(text), *_english(text), *_bare(text, marked), *_small(text, marked)):
        if not any(mention.start < other.end and other.start < mention.end for other in found):
            found.append(mention)
    return sorted(found, key=lambda m: m.start)


def same_place(a: Place, b: Place) -> bool:
    """Whether two names mean one unit: equal without marks, case and spaces, and of one level where both levels are known."""
    if _name_key(a) != _name_key(b):
        return False
    if a.level == b.level or "other" in (a.level, b.level):
        return True
    return {a.level, b.level} == {"city", "province"} and fold_key(a.name) in _CENTRAL


def _name_key(place: Place) -> str:
    key = fold_key(place.name)
    key = _SPELLINGS.get(key, key)
    return _ALIASES.get(key, key).replace(" ", "")


def _vietnamese(text: str, marked: bool) -> list[PlaceMention]:
    found = []
    position = 0
    while m := _VI.search(text, position):
        word = re.sub(r"\s+", " ", m["level"].lower())
        level = (_LEVELS if marked and word not in ("tp", "tp.", "tx.", "tt.") else _LEVELS_FOLDED).get(word)
        position = m.end("level")
        name, end = m["name"], m.end("name")
        if level is None or (name.isdigit() and level not in ("ward", "district")) or (name.isupper() and len(name) > 3 and " " in name):
            continue
        if level != "commune" and name.isdigit() and m["level"][0].islower() and word not in ("phường", "quận", "phuong", "quan"):
            continue
        if " " not in name and fold(name) in _GENERIC:
            continue
        name, end = _joined(text, name, end)
        found.append(PlaceMention(m.start(), end, _known(name, level)))
        position = end
        if _PLURAL.search(text[max(0, m.start() - 8) : m.start()]):
            while more := _MORE.match(text, position):
                found.append(PlaceMention(more.start("name"), more.end(), Place(more["name"], level)))
                position = more.end()
    return found


def _joined(text: str, name: str, end: int) -> tuple[str, int]:
    """Names with a dash in them: Bà Rịa - Vũng Tàu, Phan Rang - Tháp Chàm."""
    m = re.compile(r"\s?[-–]\s?(Vũng Tàu|Tháp Chàm|Vung Tau|Thap Cham|Huế)").match(text, end)
    if m and fold(name) in ("ba ria", "phan rang", "thua thien"):
        return f"{name} - {m[1]}", m.end()
    return name, end


def _known(name: str, level: PlaceLevel) -> Place:
    return Place(name, level)


def _shouted(text: str) -> list[PlaceMention]:
    """ "UBND XÃ HẢI ĐÔNG" of a heading: up to three syllables, none of a heading's other words."""
    found = []
    for m in _SHOUTED.finditer(text):
        syllables = m["name"].split(" ")
        count = next((i for i, s in enumerate(syllables) if s in _SHOUT_STOPS), len(syllables))
        count = min(count, 3)
        if not count or (count == 1 and fold(syllables[0]) in _GENERIC):
            continue
        name = " ".join(syllables[:count])
        found.append(PlaceMention(m.start(), m.start("name") + len(name), Place(name.title(), _LEVELS_FOLDED[fold(m["level"])])))
    return found


def _english(text: str) -> list[PlaceMention]:
    found = []
    for m in _EN.finditer(text):
        name, start = m["name"], m.start("name")
        while " " in name and name.split(" ")[0].lower() in _LEADING:
            start += len(name.split(" ")[0]) + 1
            name = name.split(" ", 1)[1]
        if name.lower() in _LEADING:
            continue
        found.append(PlaceMention(start, m.end(), Place(name, _LEVELS_EN[m["level"].lower()])))
    for m in _EN_OF.finditer(text):
        found.append(PlaceMention(m.start(), m.end(), Place(m["name"], _LEVELS_EN[m["level"].lower()])))
    return found


def _bare(text: str, marked: bool) -> list[PlaceMention]:
    found = []
    for m in _BARE.finditer(fold(text)):
        written = text[m.start() : m.end()]
        small = written.islower()
        key = re.sub(r"[ -]+", " ", m[0])
        if small and (marked or key in _AMBIGUOUS_BARE):
            continue
        if not small and not all(part[0].isupper() for part in re.split(r"[ -]+", written) if part):
            continue
        if marked and has_marks(written) and fold(written) == key and not _same_marks(written, key):
            continue
        if not small and re.search(rf"(?<![.!?:;\n] )(?<!^)\b[{_UP}][{_LOW}]+ $", text[max(0, m.start() - 12) : m.start()]) and marked:
            continue
        if not small and marked and re.match(rf" [{_UP}][{_LOW}]", text[m.end() : m.end() + 3]):
            continue
        place = PROVINCES[_SPELLINGS.get(key, key)]
        found.append(PlaceMention(m.start(), m.end(), place))
    return found


def _same_marks(written: str, key: str) -> bool:
    """Whether the marks are the province's own, in either tone placement: "Hải Dương" is one, "Hai Dưỡng" is none."""
    from index.language.normalise import tone

    place = PROVINCES.get(_SPELLINGS.get(key, key))
    if place is None or key in _SPELLINGS:
        return True
    return [tone(w) for w in re.findall(r"\w+", written)] == [tone(w) for w in re.findall(r"\w+", place.name)]


def _small(text: str, marked: bool) -> list[PlaceMention]:
    """Names in small letters: only where the text has no capitals that could have marked them."""
    found = []
    if marked or re.search(r"(?<=[ (])[A-Z][a-z]", text):
        return []
    low = fold(text)
    for m in _VI_LOWER.finditer(low):
        first = m["rest"].split(" ")
        if (m["level"], first[0]) in _NOT_LEVEL or m["level"] == "tinh":
            continue
        run: list[str] = []
        for i, syllable in enumerate(first):
            year = syllable == "nam" and (i + 1 >= len(first) or first[i + 1].isdigit() or first[i + 1] in ("nay", "hoc"))
            if syllable.isdigit() or year or (syllable in _STOP_SYLLABLES and syllable != "nam"):
                break
            run.append(syllable)
        closed = len(run) < len(first) or m.end() == len(low.rstrip(" ?.!"))
        count = 3 if len(run) == 3 and closed else min(len(run), 2)
        if not count:
            continue
        name = " ".join(first[:count])
        start = m.start("rest")
        found.append(PlaceMention(m.start(), start + len(name), Place(text[start : start + len(name)], _LEVELS_FOLDED[m["level"]])))
    for m in _EN_LOWER.finditer(low):
        names = m["before"].split()
        while names and (names[0] in STOPWORDS["en"] or len(names) > 2):
            names = names[1:]
        while names and any(n in STOPWORDS["en"] for n in names):
            names = names[1:]
        if not names or fold(names[-1]) in ("the", "this", "each", "whole", "entire", "rural", "poor"):
            continue
        name = " ".join(names)
        start = m.start("level") - len(name) - 1
        found.append(PlaceMention(start, m.end(), Place(text[start : start + len(name)], _LEVELS_EN[m["level"]])))
    return found
