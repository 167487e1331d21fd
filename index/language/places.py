"""Administrative units as texts name them: "xã Hải Đông", "UBND huyện Đầm Hà", "Hai Dong commune", a province's name alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from index.language.normalise import fold, fold_key, listed, tone
from index.language.tokens import STOPWORDS, has_marks
from index.records import Place, PlaceLevel


class PlaceMention(NamedTuple):
    """`text[start:end]` names `place`, its level word included."""

    start: int
    end: int
    place: Place


# The 63 provinces and central cities up to June 2025. The 34 of July 2025 bear names from among them, and "Huế".
_PROVINCE_NAMES = """
An Giang,Bà Rịa - Vũng Tàu,Bạc Liêu,Bắc Giang,Bắc Kạn,Bắc Ninh,Bến Tre,Bình Dương,Bình Định,Bình Phước,Bình Thuận,Cà Mau,Cao Bằng,
Cần Thơ,Đà Nẵng,Đắk Lắk,Đắk Nông,Điện Biên,Đồng Nai,Đồng Tháp,Gia Lai,Hà Giang,Hà Nam,Hà Nội,Hà Tĩnh,Hải Dương,Hải Phòng,Hậu Giang,
Hòa Bình,Hồ Chí Minh,Hưng Yên,Khánh Hòa,Kiên Giang,Kon Tum,Lai Châu,Lạng Sơn,Lào Cai,Lâm Đồng,Long An,Nam Định,Nghệ An,Ninh Bình,
Ninh Thuận,Phú Thọ,Phú Yên,Quảng Bình,Quảng Nam,Quảng Ngãi,Quảng Ninh,Quảng Trị,Sóc Trăng,Sơn La,Tây Ninh,Thái Bình,Thái Nguyên,
Thanh Hóa,Thừa Thiên Huế,Tiền Giang,Trà Vinh,Tuyên Quang,Vĩnh Long,Vĩnh Phúc,Yên Bái,Huế
"""
_CENTRAL = frozenset({"ha noi", "ho chi minh", "hai phong", "da nang", "can tho", "hue"})
PROVINCES: dict[str, Place] = {}
"""Provinces and central cities by folded name."""
for _name in _PROVINCE_NAMES.replace("\n", "").split(","):
    PROVINCES[fold_key(_name)] = Place(_name, "city" if fold_key(_name) in _CENTRAL else "province")
_SPELLINGS = {
    "hanoi": "ha noi", "danang": "da nang", "haiphong": "hai phong", "tp hcm": "ho chi minh", "tphcm": "ho chi minh", "tp.hcm": "ho chi minh",
    "tp. hcm": "ho chi minh", "daklak": "dak lak", "dac lac": "dak lak", "dac nong": "dak nong", "bac can": "bac kan", "kontum": "kon tum",
    "sai gon": "ho chi minh", "hcmc": "ho chi minh",
}  # fmt: skip
_SAME = {"thua thien hue": "hue", "hcm": "ho chi minh"}

_LEVELS: dict[str, PlaceLevel] = {
    "xã": "commune", "phường": "ward", "thị trấn": "township", "huyện": "district", "quận": "district", "thị xã": "city", "thành phố": "city",
    "tỉnh": "province", "tp": "city", "tx": "city", "tt": "township", "đặc khu": "other", "huyện đảo": "district", "xã đảo": "commune",
    "huyện ủy": "district", "huyện uỷ": "district", "thành ủy": "city", "thành uỷ": "city", "tỉnh ủy": "province", "tỉnh uỷ": "province",
}  # fmt: skip
_FOLDED_LEVELS = {fold(word): level for word, level in _LEVELS.items()}
_SHORT = frozenset({"tp", "tx", "tt"})
_LEVELS_EN: dict[str, PlaceLevel] = {
    "commune": "commune", "ward": "ward", "township": "township", "town": "township", "district": "district", "city": "city",
    "province": "province", "municipality": "city",
}  # fmt: skip

_UP = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_LOW = "a-zàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_SYLLABLE = rf"[{_UP}][{_LOW}]*(?:['’-][{_UP}]?[{_LOW}]+)?(?!\w)"
_NAME = rf"{_SYLLABLE}(?: {_SYLLABLE}){{0,4}}"
_WORDS = "|".join(re.escape(w) for w in sorted({*_LEVELS, *_FOLDED_LEVELS}, key=len, reverse=True))
_WORDS_EN = "|".join(_LEVELS_EN)
_VI = re.compile(rf"(?<![\w-])(?P<level>(?i:{_WORDS}))(?:\.[ \u00a0]?|[ \u00a0]+)(?P<name>{_NAME}|\d{{1,2}}(?![\w/%]|[.,]\d))")
_SHOUTED = re.compile(rf"(?<!\w)(?P<level>{_WORDS.upper()})[ \u00a0]+(?P<name>[{_UP}]+(?: [{_UP}]+){{0,4}})(?!\w)")
_MORE = re.compile(rf"(?:, ?| (?:và|va) )(?P<name>{_NAME})")
_SEVERAL = re.compile(r"(?:các|những|cac|hai|ba|bốn|\d+) $", re.IGNORECASE)
_EN = re.compile(rf"(?<!\w)(?P<name>{_NAME}),? (?P<level>(?i:{_WORDS_EN}))(?!\w)")
_EN_OF = re.compile(rf"(?<!\w)(?P<level>(?i:{_WORDS_EN})) of (?P<name>{_NAME})")
_EN_SMALL = re.compile(rf"(?<!\w)(?P<before>(?:[a-z]+ ){{1,4}})(?P<level>{_WORDS_EN})(?!\w)")
_VI_SMALL = re.compile(
    r"(?<!\w)(?P<level>xa|phuong|thi tran|huyen|quan|thi xa|thanh pho|tp|tinh)\.? (?P<rest>[a-z0-9]+(?: [a-z0-9]+){0,4})", re.IGNORECASE
)
_BARE = re.compile(
    r"(?<!\w)(?:"
    + "|".join(re.escape(k).replace(r"\ ", r"[ -]{1,3}") for k in sorted({*PROVINCES, *_SPELLINGS}, key=len, reverse=True))
    + r")(?!\w)"
)
_DASHED = re.compile(r"\s?[-–]\s?(Vũng Tàu|Tháp Chàm|Vung Tau|Thap Cham|Huế|Hue)(?!\w)")

_LEADING = frozenset(
    listed(
        "in the of what which how does do did is are was were at for from to by on and has have when where who why this that each every"
        " people's committee a an with can tell as has"
    )
)
_NO_NAMES = frozenset(listed("nong hoi dang doan nhan chu tong uy ubnd hdnd mttq ban so cong bi thuong cac bao toan truong mat phong"))
_SURNAMES = frozenset(
    listed("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đoàn Trịnh Trương Mai Hà Lương Cao Đào Tạ")
)
_SURE_SURNAMES = frozenset(listed("Nguyễn Trần Phạm Huỳnh Đặng Bùi Đỗ Ngô Lê Vũ Võ Hoàng Phan Đinh Trịnh Trương"))
_LEADER = re.compile(r"(?:chủ tịch|bí thư|giám đốc|trưởng|phó|ủy viên|đại biểu|đồng chí)[^.;\n]{0,40}$", re.IGNORECASE)
_SHOUTED_STOPS = frozenset(
    listed(
        "BÁO CÁO NĂM KẾT QUẢ TỔNG VỀ TÌNH HÌNH CÔNG TÁC THÁNG QUÝ NHIỆM VỤ THỰC HIỆN VÀ TRÊN ỦY ĐỊA GIAI ĐOẠN KẾ HOẠCH CỘNG HỘI ĐỘC SỐ"
        " TỈNH HUYỆN THÀNH PHỐ KHÓA KHOÁ LẦN PHÁT ĐẠT CHUẨN NÔNG TRIỂN QUYẾT NGHỊ ĐỀ ÁN CHỦ TỊCH CỦA XÃ PHƯỜNG DỰ"
    )
)
# Folded syllables after which a name in small letters has ended, or has not begun.
_SMALL_STOPS = (STOPWORDS["vi"] | frozenset(
    listed(
        "dat dung su thu chi giam tang ty ti le so tong nuoc nguoi ho hoc lao dien san ket chuan nong thon moi giao hoi ly tam huong phap"
        " thuc trinh hinh tinh huyen xa phuong tp thi trong thang giai ngheo dan kinh te ngan sach y duoc trien khai xay khong nao bao nhieu"
        " may nay cong tac chu tich"
    )
)) - {"nam", "tan", "cam", "hai"}  # fmt: skip
_NO_LEVEL = frozenset(
    {("xa", "hoi"), ("xa", "hoa"), ("phuong", "phap"), ("phuong", "an"), ("phuong", "huong"), ("phuong", "tien"), ("phuong", "thuc"),
     ("quan", "ly"), ("quan", "tam"), ("quan", "he"), ("quan", "su"), ("quan", "doi"), ("quan", "trong"), ("quan", "diem")}
)  # fmt: skip
_OTHER_SENSES = frozenset({"hoa binh", "ha nam", "hue", "phu yen", "long an"})  # peace, "120 ha nam 2022" …: not in small letters


def find_places(text: str) -> list[PlaceMention]:
    """The places `text` (NFC) names, in reading order, apart.

    A name is a run of capitalised syllables beside its level word; "xã đạt chuẩn" and "thành phố giao" name nothing, nor does a
    leader's name after "Chủ tịch UBND tỉnh". In a text without marks and capitals ("xa hai dong nam 2022") the name is the two
    syllables after the level word, three where the phrase ends after them; names come back as written. Provinces are known by name
    alone, and come back in their Vietnamese spelling.
    """
    found: list[PlaceMention] = []
    taken = bytearray(len(text))
    marked = has_marks(text)
    for mention in (*_vietnamese(text, marked), *_shouted(text), *_english(text), *_bare(text, marked), *_small(text, marked)):
        if not any(taken[mention.start : mention.end]):
            found.append(mention)
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    return sorted(found, key=lambda m: m.start)


def same_place(a: Place, b: Place) -> bool:
    """Whether two names mean one unit: equal without marks, case and spaces, and of one level where both levels are known
    (the central cities are cities and provinces at once)."""
    key = _name_key(a)
    if key != _name_key(b):
        return False
    if a.level == b.level or "other" in (a.level, b.level):
        return True
    return {a.level, b.level} == {"city", "province"} and key in {c.replace(" ", "") for c in _CENTRAL}


def _name_key(place: Place) -> str:
    key = fold_key(place.name)
    key = _SPELLINGS.get(key, key)
    return _SAME.get(key, key).replace(" ", "")


def _vietnamese(text: str, marked: bool) -> list[PlaceMention]:
    found = []
    position = 0
    while m := _VI.search(text, position):
        position = m.end("level")
        word = re.sub(r"\s+", " ", m["level"].lower())
        level = (_FOLDED_LEVELS if not marked or word in _SHORT else _LEVELS).get(word)
        dotted = text[m.end("level")] == "."
        if level is None or (dotted and word not in _SHORT):
            continue
        name = m["name"]
        if name.isdigit():
            if word not in ("phường", "quận", "phuong", "quan"):
                continue
        else:
            name = _without_person(text, m.start(), m["name"], level)
            if not name or (" " not in name and (fold(name) in _NO_NAMES or len(name) == 1)):
                continue
        name, end = _dashed(text, name, m.start("name") + len(name))
        found.append(PlaceMention(m.start(), end, Place(name, level)))
        position = end
        if _SEVERAL.search(text[max(0, m.start() - 8) : m.start()]):
            while more := _MORE.match(text, position):
                found.append(PlaceMention(more.start("name"), more.end(), Place(more["name"], level)))
                position = more.end()
    return found


def _without_person(text: str, start: int, name: str, level: PlaceLevel) -> str:
    """`name` without the person's name behind it: "Hải Phòng Lê Khắc Nam" -> "Hải Phòng"; "" where it is a person's alone."""
    syllables = name.split(" ")
    for count in range(len(syllables), 0, -1):
        known = PROVINCES.get(fold(" ".join(syllables[:count])))
        if known and (count > 1 or level == "city" or len(syllables) == 1):
            return " ".join(syllables[:count])
    if len(syllables) > 2 and syllables[0] in _SURNAMES and (level == "province" or _LEADER.search(text[max(0, start - 60) : start])):
        return ""
    if level == "province" and len(syllables) > 1 and syllables[0] in _SURE_SURNAMES:
        return ""
    cut = next((i for i, s in enumerate(syllables) if i and s in _SURE_SURNAMES and len(syllables) - i > 1), len(syllables))
    return " ".join(syllables[: min(cut, 4)])


def _dashed(text: str, name: str, end: int) -> tuple[str, int]:
    """Names with a dash in them: Bà Rịa - Vũng Tàu, Phan Rang - Tháp Chàm."""
    m = _DASHED.match(text, end)
    if m and fold(name) in ("ba ria", "phan rang", "thua thien"):
        return f"{name} - {m[1]}", m.end()
    return name, end


def _shouted(text: str) -> list[PlaceMention]:
    """ "UBND XÃ HẢI ĐÔNG" of a heading: up to three syllables, none of a heading's other words."""
    found = []
    for m in _SHOUTED.finditer(text):
        syllables = m["name"].split(" ")
        count = min(3, next((i for i, s in enumerate(syllables) if s in _SHOUTED_STOPS), len(syllables)))
        if not count or (count == 1 and (fold(syllables[0]) in _NO_NAMES or len(syllables[0]) < 2)):
            continue
        name = " ".join(syllables[:count])
        level = _FOLDED_LEVELS[fold(m["level"])]
        found.append(PlaceMention(m.start(), m.start("name") + len(name), Place(name.title(), level)))
    return found


def _english(text: str) -> list[PlaceMention]:
    found = []
    for m in _EN.finditer(text):
        name, start = m["name"], m.start("name")
        while " " in name and name.split(" ")[0].lower() in _LEADING:
            start += len(name.split(" ")[0]) + 1
            name = name.split(" ", 1)[1]
        if name.lower() in _LEADING or name.lower() in _LEVELS_EN:
            continue
        found.append(PlaceMention(start, m.end(), Place(name, _LEVELS_EN[m["level"].lower()])))
    for m in _EN_OF.finditer(text):
        found.append(PlaceMention(m.start(), m.end(), Place(m["name"], _LEVELS_EN[m["level"].lower()])))
    return found


def _bare(text: str, marked: bool) -> list[PlaceMention]:
    """Provinces by name alone: capitalised where the text has marks, and no piece of a longer name ("Nguyễn Thái Bình")."""
    found = []
    for m in _BARE.finditer(fold(text)):
        written = text[m.start() : m.end()]
        key = re.sub(r"\s*[ -]\s*", " ", m[0])
        if written.islower():
            if marked or key in _OTHER_SENSES:
                continue
        elif not all(part[0].isupper() for part in re.split(r"[ -]+", written)):
            continue
        elif marked and (not _same_marks(written, key) or _in_name(text, m.start(), m.end())):
            continue
        place = PROVINCES.get(key) or PROVINCES.get(_SPELLINGS.get(key, _SPELLINGS.get(m[0], ""))) or PROVINCES.get(fold_key(m[0]))
        if place:
            found.append(PlaceMention(m.start(), m.end(), place))
    return found


def _in_name(text: str, start: int, end: int) -> bool:
    before = re.search(rf"([{_UP}][{_LOW}]+) $", text[max(0, start - 12) : start])
    if before and before[1] in _SURNAMES | {"Văn", "Thị", "Ngọc", "Minh", "Đức", "Hữu"}:
        return True
    return re.match(rf" [{_UP}][{_LOW}]", text[end : end + 3]) is not None and before is not None


def _same_marks(written: str, key: str) -> bool:
    """Whether the marks are the province's own, in either tone placement, or left out: "Hai Dưỡng" is not Hải Dương."""
    place = PROVINCES.get(key)
    if place is None or not has_marks(written):
        return True
    return [tone(w) for w in re.findall(r"\w+", written)] == [tone(w) for w in re.findall(r"\w+", place.name)]


def _small(text: str, marked: bool) -> list[PlaceMention]:
    """Names in small letters: only where the text has no capitals that could have marked them."""
    if marked or re.search(r"(?<=[ (])[A-Z][a-z]", text):
        return []
    low = fold(text)
    return [*_vietnamese_small(text, low), *_english_small(text, low)]


def _vietnamese_small(text: str, low: str) -> list[PlaceMention]:
    found = []
    for m in _VI_SMALL.finditer(low):
        rest = m["rest"].split(" ")
        if (m["level"], rest[0]) in _NO_LEVEL or m["level"] == "tinh":
            continue
        run: list[str] = []
        for i, syllable in enumerate(rest):
            following = rest[i + 1] if i + 1 < len(rest) else ""
            year = syllable == "nam" and (i > 0 and not following or following.isdigit() or following in ("nay", "hoc", "qua", "ngoai"))
            if syllable.isdigit() or year or syllable in _SMALL_STOPS:
                break
            run.append(syllable)
        closed = len(run) < len(rest) or m.end() >= len(low.rstrip(" ?.!"))
        count = 3 if len(run) == 3 and closed else min(len(run), 2)
        if not count:
            continue
        start = m.start("rest")
        end = start + len(" ".join(rest[:count]))
        found.append(PlaceMention(m.start(), end, Place(text[start:end], _FOLDED_LEVELS[m["level"]])))
    return found


def _english_small(text: str, low: str) -> list[PlaceMention]:
    found = []
    for m in _EN_SMALL.finditer(low):
        names = m["before"].split()
        while names and (len(names) > 2 or any(n in STOPWORDS["en"] for n in names)):
            names = names[1:]
        if not names or any(n in ("whole", "entire", "rural", "poor", "mountainous", "urban", "new", "per") for n in names):
            continue
        start = m.start("level") - len(" ".join(names)) - 1
        found.append(PlaceMention(start, m.end(), Place(text[start : m.start("level") - 1], _LEVELS_EN[m["level"]])))
    return found
