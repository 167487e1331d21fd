"""One sentence of a report -> claims that are wrong by the way they are made: one thing altered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from random import Random

from .claim_making import RANGE_AFTER, Maker, approximate, is_absent, names_no_place, replaced
from .claim_numbers import Written, spell, written
from .claim_right import translated, year_added
from .claim_sources import Snippet


def wrong_makers(places: Sequence[str]) -> dict[str, Maker]:
    return {
        "digit": _digit,
        "scale slip": _slip,
        "unit": _unit_swapped,
        "year": _year_swapped,
        "other year added": _wrong_year_added,
        "place": lambda s, w, r: _place_swapped(s, w, r, places),
        "other place added": lambda s, w, r: _wrong_place(s, w, r, places),
        "other kind counted": _other_kind,
        "plan as result": _plan_as_result,
        "direction": _direction,
        "two values swapped": _values_swapped,
        "translated, digit": _translated_wrong,
        "translated, turned": _translated_backwards,
        "rounded wrong way": _bad_rounding,
    }


def _bad_rounding(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """ "hơn 86%" for 85,1%, "gần 85%" for 85,1%, "86%" for 85,1%."""
    vi = snippet.language == "vi"
    kind = rng.choice(["over", "under", "plain"])
    if kind == "over":
        made = approximate(snippet, figure, "hơn" if vi else "over", "ceiling")
    elif kind == "under":
        made = approximate(snippet, figure, "gần" if vi else "nearly", "floor")
    else:
        low = figure.value - figure.value // 1
        if figure.places != 1 or low >= Decimal("0.5") or figure.value < 5 or not low:
            return None
        made = approximate(snippet, figure, "", "ceiling")
    return made if made and is_absent(snippet, figure, made[0]) else None


def _wrong_year_added(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    made = year_added(snippet, figure, rng)
    if made is None or snippet.report.period is None:
        return None
    year = snippet.report.period.year
    other = year + rng.choice([-2, -1, 1, 2])
    return made[0].replace(str(year), str(other), 1), made[1]


def _wrong_place(snippet: Snippet, figure: Written, rng: Random, places: Sequence[str]) -> tuple[str, str] | None:
    if not names_no_place(snippet.text) or snippet.planned:
        return None
    name = rng.choice([p for p in places if p.lower() not in snippet.report.text.lower()])
    if snippet.language == "en":
        return f"In {name} commune, {snippet.text[0].lower()}{snippet.text[1:]}", "en"
    return f"Tại xã {name}, {snippet.text[0].lower()}{snippet.text[1:]}", "vi"


def _place_swapped(snippet: Snippet, figure: Written, rng: Random, places: Sequence[str]) -> tuple[str, str] | None:
    m = re.search(r"\b(xã|phường|huyện|tỉnh|thành phố) ((?:[A-ZĐÀ-Ỹ][a-zà-ỹ]+)(?: [A-ZĐÀ-Ỹ][a-zà-ỹ]+){1,2})", snippet.text)
    if not m:
        m = re.search(r"()\b([A-Z][a-z]+ [A-Z][a-z]+) (?=commune|district|province)", snippet.text)
    if not m:
        return None
    name = rng.choice([p for p in places if p.lower() not in snippet.report.text.lower()])
    return snippet.text[: m.start(2)] + name + snippet.text[m.end(2) :], snippet.language


def _plan_as_result(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    text = snippet.text
    for pattern, new in (
        (r"\bphấn đấu(?: tăng| đạt)? ", "đã đạt "),
        (r"\bdự kiến (?:sẽ )?", "đã "),
        (r"\bsẽ ", "đã "),
        (r"\baims? for ", "reached "),
        (r"\bwill be ", "was "),
        (r"\bMục tiêu[^,:]{0,30}(?:là|:) ", "Kết quả là "),
    ):
        m = re.search(pattern, text[: figure.start])
        rest = text[: m.start()] + new + text[m.end() :] if m else ""
        if (
            m
            and figure.start - m.end() < 60
            and not _PLAN_LEFT.search(rest)
            and not re.search(r"[;.]", text[m.end() : figure.start - 1])
        ):
            return rest[0].upper() + rest[1:], snippet.language
    if (
        snippet.unit.lead
        and re.search(r"phấn đấu|mục tiêu", snippet.unit.lead.lower())
        and not _PLAN_LEFT.search(text)
        and _told(text)
    ):
        return text, snippet.language
    return None


_PLAN_LEFT = re.compile(
    r"phấn đấu|mục tiêu|kế hoạch|chỉ tiêu|dự kiến|dự báo|\bsẽ\b|dự toán|ước|đề ra|giao|\baim|\bwill\b|target|plan|\bnếu\b|"
    r"có thể|\bcần\b|"
    r"đề xuất|kiến nghị|\bđến năm\b|tiếp tục|trở lên",
    re.IGNORECASE,
)


def _told(text: str) -> bool:
    return re.search(r"\b(?:đạt|là|còn|có)\b", text) is not None


def _digit(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    at = [i for i, c in enumerate(figure.digits) if c.isdigit()]
    keep = rng.choice(at)
    new = rng.choice([d for d in "123456789" if d != figure.digits[keep]])
    digits = figure.digits[:keep] + new + figure.digits[keep + 1 :]
    made = replaced(snippet.text, figure, digits + snippet.text[figure.start + len(figure.digits) : figure.end])
    return (
        (made, snippet.language)
        if is_absent(snippet, figure, made) and not RANGE_AFTER.search(snippet.text[figure.end :])
        else None
    )


def _slip(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    factor = rng.choice([Decimal(10), Decimal("0.1"), Decimal(100), Decimal(1000)])
    value = figure.value * factor
    if figure.sort in ("percent", "points"):
        value = figure.value * rng.choice([Decimal(10), Decimal("0.1")])
    if figure.sort == "count" and value != value.to_integral_value():
        return None
    digits = spell(value.normalize() + 0, snippet.language)
    made = replaced(snippet.text, figure, f"{digits}{figure.gap}{figure.unit}")
    return (made, snippet.language) if figure.value and is_absent(snippet, figure, made) else None


def _unit_swapped(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    swaps = {
        "tỷ đồng": "triệu đồng",
        "triệu đồng": "tỷ đồng",
        "tỷ USD": "triệu USD",
        "triệu USD": "tỷ USD",
        "ha": "km²",
        "tấn": "kg",
        "nghìn tỷ đồng": "tỷ đồng",
        "km": "m",
        "hectares": "km²",
        "million VND": "billion VND",
        "nghìn đồng": "triệu đồng",
    }
    if figure.sort == "percent" and snippet.language == "vi":
        return replaced(snippet.text, figure, f"{figure.digits} {rng.choice(['tỷ đồng', 'người', 'ha'])}"), "vi"
    if figure.unit not in swaps:
        return None
    return replaced(snippet.text, figure, f"{figure.digits} {swaps[figure.unit]}"), snippet.language


def _year_swapped(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    years = list(re.finditer(r"(?<=\bnăm )(?:19|20)\d\d(?![\d/–-])|(?<=\bin )(?:19|20)\d\d(?![\d/–-])", snippet.text))
    if not years:
        return None
    m = rng.choice(years)
    other = int(m[0]) + rng.choice([-3, -2, -1, 1, 2])
    return snippet.text[: m.start()] + str(other) + snippet.text[m.end() :], snippet.language


def _other_kind(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    swaps = {
        "hộ": "người",
        "người": "hộ",
        "học sinh": "giáo viên",
        "doanh nghiệp": "hộ",
        "lao động": "hộ",
        "nhân khẩu": "hộ",
        "giáo viên": "học sinh",
        "households": "people",
        "people": "households",
        "pupils": "teachers",
        "villages": "households",
    }
    text = snippet.text
    if figure.sort == "count" and figure.unit in swaps and not re.match(r"\s*(?:gia đình|/|dân)", text[figure.end :]):
        return replaced(text, figure, f"{figure.digits} {swaps[figure.unit]}"), snippet.language
    m = re.search(r"(?:[Tt]ỷ lệ|số) (hộ dân|hộ|dân số|người dân|học sinh|trẻ em) ", text)
    if (
        figure.sort == "percent"
        and m
        and m.end() < figure.start
        and figure.start - m.end() < 60
        and "nghèo" not in text[m.start() : figure.start]
    ):
        other = {
            "hộ dân": "người dân",
            "hộ": "dân số",
            "dân số": "hộ",
            "người dân": "hộ dân",
            "học sinh": "giáo viên",
            "trẻ em": "phụ nữ",
        }
        return text[: m.start(1)] + other[m[1]] + text[m.end(1) :], snippet.language
    m2 = re.match(r" of (?:rural )?(households|people|farmers|pupils)", text[figure.end :])
    if figure.sort == "percent" and m2:
        other_en = {"households": "residents", "people": "households", "farmers": "teachers", "pupils": "teachers"}
        at = figure.end + m2.start(1)
        return text[:at] + other_en[m2[1]] + text[at + len(m2[1]) :], snippet.language
    return None


def _direction(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    pairs = {
        "tăng": "giảm",
        "giảm": "tăng",
        "up": "down",
        "increased": "decreased",
        "rose": "fell",
        "fell": "rose",
        "cao hơn": "thấp hơn",
        "higher": "lower",
    }
    m = re.search(
        r"\b(tăng|giảm|cao hơn|increased by|rose by|fell by)(?: thêm| trên| khoảng| hơn| gần| tới)? $", snippet.text[: figure.start]
    )
    if not m:
        return None
    word = m[1].split(" by")[0]
    return snippet.text[: m.start(1)] + pairs[word] + snippet.text[m.start(1) + len(word) :], snippet.language


def _values_swapped(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """The values of two figures of one unit, each named by at least three words of its own."""
    text = snippet.text
    for other in written(text, snippet.language):
        between = text[figure.end : other.start]
        lead = text[: figure.start].split()
        if (
            other.start <= figure.end
            or other.unit != figure.unit
            or other.value == figure.value
            or len(between.split()) < 4
            or len(lead) < 3
        ):
            continue
        if re.search(r"\b(?:tăng|giảm|lần lượt|tương ứng|hơn|từ|so|respectively)\b", text):
            continue
        swapped = (
            text[: figure.start] + text[other.start : other.end] + between + text[figure.start : figure.end] + text[other.end :]
        )
        return swapped, snippet.language
    return None


def _translated_wrong(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    made = translated(snippet, figure, rng)
    if made is None:
        return None
    m = list(re.finditer(r"\d", made[0]))
    if not m:
        return None
    at = rng.choice(m).start()
    new = rng.choice([d for d in "123456789" if d != made[0][at]])
    text = made[0][:at] + new + made[0][at + 1 :]
    return (text, made[1]) if is_absent(snippet, figure, text) else None


def _translated_backwards(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """The direction or the year of a translated claim turned."""
    made = translated(snippet, figure, rng)
    if made is None:
        return None
    for one, other in (("rose by", "fell by"), ("fell by", "rose by"), (" tăng ", " giảm "), (" giảm ", " tăng ")):
        if one in made[0]:
            return made[0].replace(one, other), made[1]
    m = re.match(r"(?:Năm|In) ((?:19|20)\d\d),", made[0])
    if not m:
        return None
    return made[0].replace(m[1], str(int(m[1]) + rng.choice([-2, -1, 1, 2])), 1), made[1]
