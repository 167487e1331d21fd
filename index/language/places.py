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
    "hanoi": "ha noi", "danang": "da nang", "haiphong": "hai phong", "tp hcm": "ho chi minh", "tphcm": "ho chi minh",
    "tp.hcm": "ho chi minh",
    "tp. hcm": "ho chi minh", "daklak": "dak lak", "dac lac": "dak lak", "dac nong": "dak nong", "bac can": "bac kan",
    "kontum": "kon tum",
    "sai gon": "ho chi minh", "hcmc": "ho chi minh",
}  # fmt: skip
_SAME = {"thua thien hue": "hue", "hcm": "ho chi minh"}

_LEVELS: dict[str, PlaceLevel] = {
    "xã": "commune", "phường": "ward", "thị trấn": "township", "huyện": "district", "quận": "district", "thị xã": "city",
    "thành phố": "city",
    "tỉnh": "province", "tp": "city", "tx": "city", "tt": "township", "đặc khu": "other", "huyện đảo": "district",
    "xã đảo": "commune",
    "huyện ủy": "district", "huyện uỷ": "district", "thành ủy": "city", "thành uỷ": "city", "tỉnh ủy": "province",
    "tỉnh uỷ": "province",
}  # fmt: skip
_FOLDED_LEVELS = {fold(word): level for word, level in _LEVELS.items()}
_SHORT = frozenset({"tp", "tx", "tt"})
_LEVELS_EN: dict[str, PlaceLevel] = {
    "commune": "commune", "ward": "ward", "township": "township", "town": "township", "district": "district", "city": "city",
    "province": "province", "municipality": "city",
}  # fmt: skip

UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_LOW = "a-zàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_SYLLABLE = rf"[{UPPER}][{_LOW}]*(?:[{UPPER}][{_LOW}]+|['’](?!s(?!\w)) ?[{UPPER}]?[{_LOW}]+|-[{UPPER}][{_LOW}]+)?(?!\w)"
_NAME = rf"{_SYLLABLE}(?: {_SYLLABLE}){{0,4}}"
_WORDS = "|".join(re.escape(w) for w in sorted({*_LEVELS, *_FOLDED_LEVELS}, key=len, reverse=True))
_WORDS_EN = "|".join(_LEVELS_EN)
_VI = re.compile(rf"(?<![\w-])(?P<level>(?i:{_WORDS}))(?:\.[ \u00a0]?|[ \u00a0]+)(?P<name>{_NAME}|\d{{1,2}}(?![\w/%]|[.,]\d))")
_SHOUTED = re.compile(rf"(?<!\w)(?P<level>{_WORDS.upper()})[ \u00a0]+(?P<name>[{UPPER}]+(?: [{UPPER}]+){{0,4}})(?!\w)")
_MORE = re.compile(rf"(?:, ?| (?:và|va) )(?P<name>{_NAME})")
_SEVERAL = re.compile(r"(?:các|những|cac|hai|ba|bốn|\d+) $", re.IGNORECASE)
_EN = re.compile(rf"(?<!\w)(?P<name>{_NAME})(?:['’]s)?,? (?P<level>(?i:{_WORDS_EN}))(?!\w)")
_EN_OF = re.compile(rf"(?<!\w)(?P<level>(?i:{_WORDS_EN})) of (?P<name>{_NAME})")
_ASKED_FOR = re.compile(r"\b(?:which|what|each|every|one|any) $", re.IGNORECASE)
_EN_NUMBER = re.compile(r"(?<!\w)(?P<level>Ward|District) (?P<name>\d{1,2})(?![\w/%]|[.,]\d)")
_EN_PLURAL = re.compile(
    rf"(?<!\w)(?P<names>{_NAME}(?:(?:, and|,| and) {_NAME}){{1,8}})"
    r" (?P<level>(?i:communes|wards|townships|towns|districts|cities|provinces))(?!\w)"
)
_EN_KINDS = frozenset({"whole", "entire", "rural", "poor", "mountainous", "urban", "new", "per", "same", "other", "main"})
_EN_SMALL = re.compile(rf"(?<!\w)(?P<before>(?:[a-z]+ ){{1,4}})(?P<level>{_WORDS_EN})(?!\w)")
_VI_SMALL = re.compile(
    r"(?<!\w)(?P<level>xa|phuong|thi tran|huyen|quan|thi xa|thanh pho|tp|tinh)\.? (?P<rest>[a-z0-9]+(?: [a-z0-9]+){0,4})",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<!\w)(?:"
    + "|".join(re.escape(k).replace(r"\ ", r"[ -]{1,3}") for k in sorted({*PROVINCES, *_SPELLINGS}, key=len, reverse=True))
    + r")(?!\w)"
)
_NO_QUARTER = re.compile(r"\b(?:hai|co|lien) $", re.IGNORECASE)  # hải quan, cơ quan, liên quan
_DASHED = re.compile(r"\s?[-–]\s?(Vũng Tàu|Tháp Chàm|Vung Tau|Thap Cham|Huế|Hue)(?!\w)")

_LEADING = frozenset(
    listed(
        "in the of what which how does do did is are was were at for from by on and has have when where who why this that"
        " each every compare between about within across show list give near under people's committee with tell as"
    )
)
_LEADING_OR_NAME = frozenset({"an", "a", "can", "to"})  # strip where two syllables remain: An Hoa is a ward
_NO_NAMES = frozenset(listed("nong hoi dang doan nhan chu tong uy ubnd hdnd mttq ban so cong bi thuong cac bao toan mat phong"))
_REGIONS = frozenset({"viet nam", "tay nguyen", "tay bac", "dong bac", "dong nam bo", "tay nam bo", "nam bo", "bac bo",
                      "trung bo", "nam trung bo", "bac trung bo",
                      "mien bac", "mien nam", "mien trung"})  # fmt: skip
_SURNAMES = frozenset(
    listed("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đoàn Trịnh Trương Mai Hà Lương Cao Đào Tạ")
)
_SURE_SURNAMES = frozenset(listed("Nguyễn Trần Phạm Huỳnh Đặng Bùi Đỗ Ngô Lê Vũ Võ Hoàng Phan Đinh Trịnh Trương"))
_LEADER = re.compile(r"(?:chủ tịch|bí thư|giám đốc|trưởng|phó|ủy viên|đại biểu|đồng chí)[^.;\n]{0,40}$", re.IGNORECASE)
_THE_MAN = re.compile(
    r"\b(?:chu tich|bac|tu tuong|chu nghia|dao duc|tam guong|guong|phong cach|thoi dai|doi ngu|di chuc|lang|duong|duong mon"
    r"|cong san|president|thought|ideology|mausoleum|trail)[, ]*$"
)
_SHOUTED_STOPS = frozenset(listed("NĂM VỀ VÀ TRÊN CỦA SỐ THÁNG QUÝ TỈNH HUYỆN KHÓA KHOÁ TẠI THEO CÁC ĐƯỢC"))
_SHOUTED_PAIRS = frozenset(
    tuple(pair.split("_"))
    for pair in listed(
        "BÁO_CÁO KẾT_QUẢ TỔNG_KẾT TÌNH_HÌNH CÔNG_TÁC NHIỆM_VỤ THỰC_HIỆN GIAI_ĐOẠN KẾ_HOẠCH CỘNG_HÒA CỘNG_HOÀ THÀNH_PHỐ"
        " ĐỘC_LẬP PHÁT_TRIỂN"
        " ĐẠT_CHUẨN NÔNG_THÔN TRIỂN_KHAI QUYẾT_ĐỊNH NGHỊ_QUYẾT CHỦ_TỊCH ỦY_BAN UỶ_BAN HỘI_ĐỒNG HỘI_NGHỊ ĐỊA_BÀN DỰ_TOÁN"
        " LẦN_THỨ THÔNG_BÁO"
        " TỜ_TRÌNH ĐỀ_ÁN KINH_TẾ SÁU_THÁNG CHÍN_THÁNG XÂY_DỰNG GIÁM_ĐỐC"
    )
)
# Folded syllables and pairs after which a name in small letters has ended, or has not begun.
_SMALL_STOPS = frozenset(
    listed(
        "nao nay co dat duoc khong va cua o tai den voi cac nhung nhieu thuoc theo truoc bi se gom giam tang nguoi gi ai hay cung"
        " vay chua nua phai muon noi len"
    )
)
_SMALL_PAIRS = frozenset(
    tuple(pair.split("_"))
    for pair in listed(
        "dung_nuoc dung_dien dan_so dan_cu thu_ngan thu_nhap thu_duoc chi_ngan ty_le ti_le so_ho so_nguoi tong_so tong_thu"
        " tong_chi ho_ngheo"
        " ho_dan ho_can ho_gia lao_dong kinh_te san_luong san_xuat dien_tich trong_nam trong_quy trong_thang bao_nhieu"
        " bao_gio bao_hiem"
        " bao_cao ngan_sach nong_thon nong_nghiep nong_dan thi_sao thi_tran thi_xa hoc_sinh giao_duc giao_chi y_te can_bo"
        " thuc_hien trien_khai"
        " phat_trien con_bao con_lai con_ho quan_ly nuoc_sach truong_hoc tram_y xay_dung cong_tac chu_tich the_nao nhu_the"
        " la_bao la_gi la_may"
        " may_thon may_ho may_nguoi da_dat da_co da_duoc da_hoan da_thuc da_giam da_tang thanh_pho lam_gi to_chuc moi_nam"
        " hang_nam so_voi"
        " binh_quan sau_khi cho_biet ra_sao su_dung tinh_den ket_qua la_nhu hoi_nghi hoi_dong hien_nay hien_co hien_dang"
        " da_va ca_nam quyet_liet giao_cho hoan_thanh can_phai can_khac nhiem_ky thue_dat nang_suat rac_thai moi_truong"
    )
)
_NO_LEVEL = frozenset(
    {("xa", "hoi"), ("phuong", "phap"), ("phuong", "huong"), ("phuong", "tien"), ("phuong", "thuc"), ("phuong", "cham"),
     ("quan", "ly"),
     ("quan", "tam"), ("quan", "he"), ("quan", "su"), ("quan", "doi"), ("quan", "trong"), ("quan", "diem"), ("huyen", "dang")}
)  # fmt: skip
_OTHER_SENSES = frozenset(
    {"hoa binh", "ha nam", "hue", "phu yen", "long an", "dien bien", "gia lai"}
)  # peace, "120 ha nam 2022" …: not in small letters


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
    for mention in (*_vietnamese(text, marked), *_shouted(text), *_english(text), *_small(text, marked), *_bare(text, marked)):
        if not any(taken[mention.start : mention.end]):
            found.append(mention)
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    return sorted(found, key=lambda m: m.start)


def same_place(a: Place, b: Place) -> bool:
    """Whether two names mean one unit: equal without marks, case and spaces, and of one level where both levels are known
    (the central cities are cities and provinces at once; a "town" may be a city)."""
    key = _name_key(a)
    if key != _name_key(b):
        return False
    if a.level == b.level or "other" in (a.level, b.level):
        return True
    if {a.level, b.level} == {"city", "township"}:  # an English "town" is a thị xã or a thị trấn
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
        if word == "quan" and _NO_QUARTER.search(text[max(0, m.start() - 8) : m.start()]) and _begins_with_province(name):
            continue  # "Hai quan Cao Bang" is the customs office there
        if name.isdigit():
            if word not in ("phường", "quận", "phuong", "quan") or re.search(
                r"(?:binh|co|hai) $", text[max(0, m.start() - 5) : m.start()]
            ):
                continue  # "binh quan 9 thang"
        else:
            name = _without_person(text, m.start(), m["name"], level)
            if not marked and any(part in _LEVELS_EN for part in name.lower().split(" ")):
                continue
            if not name or (" " not in name and (fold(name) in _NO_NAMES or len(name) == 1)) or fold(name) in _REGIONS:
                continue
        name, end = _dashed(text, name, m.start("name") + len(name))
        found.append(PlaceMention(m.start(), end, Place(name, level)))
        position = end
        if _SEVERAL.search(text[max(0, m.start() - 8) : m.start()]):
            while more := _MORE.match(text, position):
                found.append(PlaceMention(more.start("name"), more.end(), Place(more["name"], level)))
                position = more.end()
    return found


def _begins_with_province(name: str) -> bool:
    parts = fold(name).split(" ")
    return any(" ".join(parts[:count]) in PROVINCES for count in (1, 2, 3))


def _without_person(text: str, start: int, name: str, level: PlaceLevel) -> str:
    """`name` without the person's name behind it: "Hải Phòng Lê Khắc Nam" -> "Hải Phòng"; "" where it is a person's alone."""
    syllables = name.split(" ")
    for count in range(len(syllables), 0, -1):
        known = PROVINCES.get(fold(" ".join(syllables[:count])))
        if known and (count > 1 or level == "city" or len(syllables) == 1):
            return " ".join(syllables[:count])
    led = _LEADER.search(text[max(0, start - 60) : start])
    if len(syllables) > 2 and syllables[0] in _SURNAMES and (level == "province" or led):
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
    levels = _LEVELS if has_marks(text) else _FOLDED_LEVELS
    for m in _SHOUTED.finditer(text):
        level = levels.get(m["level"].lower())
        if level is None:
            continue
        syllables = m["name"].split(" ")
        pairs = [*zip(syllables, [*syllables[1:], ""], strict=True)]
        count = min(3, next((i for i, pair in enumerate(pairs) if pair[0] in _SHOUTED_STOPS or pair in _SHOUTED_PAIRS), len(pairs)))
        if not count or syllables[0] == "HỘI" or (count == 1 and (fold(syllables[0]) in _NO_NAMES or len(syllables[0]) < 2)):
            continue
        name = " ".join(syllables[:count])
        found.append(PlaceMention(m.start(), m.start("name") + len(name), Place(name.title(), level)))
    return found


def _led(name: str, start: int) -> tuple[str, int]:
    """`name` and its offset without the words that only open a question: "In Hai Dong" -> "Hai Dong"."""
    while " " in name and (first := name.split(" ")[0].lower()) in _LEADING | _LEADING_OR_NAME:
        if first in _LEADING_OR_NAME and name.count(" ") < 2:
            break
        start += len(first) + 1
        name = name.split(" ", 1)[1]
    return name, start


def _english(text: str) -> list[PlaceMention]:
    found = []
    for m in _EN_PLURAL.finditer(text):
        level = _LEVELS_EN[{"cities": "city"}.get(m["level"].lower(), m["level"].lower()[:-1])]
        for part in re.finditer(_NAME, m["names"]):
            name, start = _led(part[0], m.start() + part.start())
            found.append(PlaceMention(start, m.start() + part.end(), Place(name, level)))
    for m in _EN.finditer(text):
        name, start = _led(m["name"], m.start("name"))
        if name.lower() in _LEADING or name.lower() in _LEVELS_EN:
            continue
        found.append(PlaceMention(start, m.end(), Place(name, _LEVELS_EN[m["level"].lower()])))
    for m in _EN_NUMBER.finditer(text):
        found.append(PlaceMention(m.start(), m.end(), Place(m["name"], _LEVELS_EN[m["level"].lower()])))
    for m in _EN_OF.finditer(text):
        if _ASKED_FOR.search(text[max(0, m.start() - 12) : m.start()]):
            continue  # "which commune of Thanh Vầu": the district is named, the commune asked for
        found.append(PlaceMention(m.start(), m.end(), Place(m["name"], _LEVELS_EN[m["level"].lower()])))
    return found


def _bare(text: str, marked: bool) -> list[PlaceMention]:
    """Provinces by name alone: capitalised where the text has marks, and no piece of a longer name ("Nguyễn Thái Bình")."""
    found = []
    for m in _BARE.finditer(fold(text)):
        written = text[m.start() : m.end()]
        key = re.sub(r"\s*[ -]\s*", " ", m[0])
        small = written.islower()
        if small and (marked or key in _OTHER_SENSES):
            continue
        if not small and not all(part[0].isupper() for part in re.split(r"[ -]+", written)):
            continue
        if marked and (not _same_marks(written, key) or _in_name(text, m.start(), m.end())):
            continue
        if _other_sense(text, key, m.start(), m.end()):
            continue
        place = PROVINCES.get(key) or PROVINCES.get(_SPELLINGS.get(key, _SPELLINGS.get(m[0], ""))) or PROVINCES.get(fold_key(m[0]))
        if place:
            found.append(PlaceMention(m.start(), m.end(), place))
    return found


def _other_sense(text: str, key: str, start: int, end: int) -> bool:
    """The Pacific, and Hồ Chí Minh the man."""
    if key == "thai binh":
        return fold(text[end : end + 6]) == " duong"
    return key == "ho chi minh" and _THE_MAN.search(fold(text[max(0, start - 40) : start])) is not None


def _in_name(text: str, start: int, end: int) -> bool:
    before = re.search(rf"([{UPPER}][{_LOW}]+) $", text[max(0, start - 12) : start])
    if before and before[1] in _SURNAMES | {"Văn", "Thị", "Ngọc", "Minh", "Đức", "Hữu"}:
        return True
    return re.match(rf" [{UPPER}][{_LOW}]", text[end : end + 3]) is not None and before is not None


def _same_marks(written: str, key: str) -> bool:
    """Whether the marks are the province's own, in either tone placement, or left out: "Hai Dưỡng" is not Hải Dương."""
    place = PROVINCES.get(key)
    if place is None or not has_marks(written):
        return True
    return [tone(w) for w in re.findall(r"\w+", written)] == [tone(w) for w in re.findall(r"\w+", place.name)]


def _small(text: str, marked: bool) -> list[PlaceMention]:
    """Names in small letters: only where the text has no capitals that could have marked them; with marks, only in a question."""
    if re.search(rf"(?<=[ (])[{UPPER}][{_LOW}]", text) or (marked and (len(text) > 150 or text.rstrip().endswith((".", ";", ":")))):
        return []
    low = fold(text)
    found = _vietnamese_small(text, low)
    if marked:
        return [m for m in found if re.match(r"xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tp|tỉnh", text[m.start :].lower())]
    return [*found, *_english_small(text, low)]


def _vietnamese_small(text: str, low: str) -> list[PlaceMention]:
    found = []
    for m in _VI_SMALL.finditer(low):
        rest = m["rest"].split(" ")
        before = low[max(0, m.start() - 12) : m.start()]
        known = 0
        if m["level"] in ("tinh", "thanh pho", "tp"):
            known = 1 if rest[0] == "hcm" else next((n for n in (3, 2) if " ".join(rest[:n]) in PROVINCES), 0)
        if not known and not _is_level(m["level"], rest[0], before):
            continue
        count = known or _small_name(rest, closed=m.end() >= len(low.rstrip(" ?.!")))
        if not count:
            continue
        start = m.start("rest")
        end = start + len(" ".join(rest[:count]))
        found.append(PlaceMention(m.start(), end, Place(text[start:end], _FOLDED_LEVELS[m["level"]])))
    return found


def _is_level(word: str, following: str, before: str) -> bool:
    """Whether a folded level word is one: "quan" is also quan in cơ quan and hải quan, "phuong" in địa phương and phương án."""
    if word in ("thanh pho", "tp") and following in ("giao", "truc", "lon", "uoc", "do", "tu", "van", "lam", "cach", "phe", "de"):
        return False
    if word == "tinh" or (word, following) in _NO_LEVEL or (word == "phuong" and re.search(r"\b(?:dia|da|doi|song|don) $", before)):
        return False
    if word == "quan" or (word, following) == ("phuong", "an"):
        return re.search(r"\b(?:ubnd|hdnd|o|tai|cua|dia ban|thuoc|va) $", before) is not None
    return True


def _small_name(rest: list[str], *, closed: bool) -> int:
    """How many of the syllables `rest` make the name; `closed`: the phrase ends with them."""
    count = 0
    for syllable, following in zip(rest, [*rest[1:], ""], strict=True):
        in_time = syllable in ("nam", "thang", "quy") and (
            following.isdigit() or following in ("nay", "hoc", "qua", "ngoai", "ii", "iv")
        )
        if syllable.isdigit() or in_time or syllable in _SMALL_STOPS or (syllable, following) in _SMALL_PAIRS:
            closed = True
            break
        count += 1
    if count == 1:
        return 0 if rest[0] in STOPWORDS["vi"] or not closed else 1
    return 3 if count == 3 and closed else min(count, 2)


def _english_small(text: str, low: str) -> list[PlaceMention]:
    found = []
    for m in _EN_SMALL.finditer(low):
        names = m["before"].split()
        while names and (len(names) > 2 or any(n in STOPWORDS["en"] for n in names)):
            names = names[1:]
        if not names or any(n in _EN_KINDS or n.endswith("est") for n in names):
            continue
        start = m.start("level") - len(" ".join(names)) - 1
        found.append(PlaceMention(start, m.end(), Place(text[start : m.start("level") - 1], _LEVELS_EN[m["level"]])))
    return found
