"""One sentence of a report -> claims that are right or wrong by the way they are made. Shares no code with the checker."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Literal

from assistant.evidence import Unit

from .claim_numbers import EN_NOUNS, MEASURES_EN, MONEY_EN, VI_NOUNS, Written, every_value, in_words, spell, written
from .claim_sources import Snippet
from .claim_terms import TERMS

Label = Literal["right", "wrong"]


@dataclass(frozen=True)
class Claim:
    """A sentence, what it cites, and whether it is borne out. `was` is the source sentence, for people who read the set."""

    text: str
    language: str
    label: Label
    how: str
    cited: tuple[Unit, ...] = field(repr=False)
    was: str = ""


Maker = Callable[[Snippet, Written, Random], tuple[str, str] | None]

_ROUNDED_BEFORE = re.compile(
    r"(khoảng|gần|hơn|trên|dưới|tới|đến|từ|ít nhất|tối thiểu|xấp xỉ|quá|nhất|about|over|nearly|than|some|least|around|under|up to|to|from)"
    r"\s*$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"^\s*(?:[-–]|đến|to)\s*\d|^\s*/")


def right_makers() -> dict[str, Maker]:
    return {
        "verbatim": _verbatim, "marked up": _marked_up, "percent in words": _percent_words, "other scale": _other_scale,
        "other unit": _other_unit, "number in words": _number_words, "decimals dropped": _dropped, "about": _about, "over": _over,
        "nearly": _nearly, "translated": _translated, "other marks": _other_marks, "year added": _year_added, "place added": _place_added,
        "one clause": _clause, "plan told as plan": _plan_kept,
    }  # fmt: skip


def wrong_makers(places: Sequence[str]) -> dict[str, Maker]:
    return {
        "digit": _digit, "scale slip": _slip, "unit": _unit_swapped, "year": _year_swapped, "other year added": _wrong_year_added,
        "place": lambda s, w, r: _place_swapped(s, w, r, places), "other place added": lambda s, w, r: _wrong_place(s, w, r, places),
        "other kind counted": _other_kind, "plan as result": _plan_as_result, "direction": _direction, "two values swapped": _values_swapped,
        "translated, digit": lambda s, w, r: _translated_wrong(s, w, r), "rounded wrong way": _bad_rounding,
    }  # fmt: skip


def _with(text: str, figure: Written, new: str) -> str:
    return text[: figure.start] + new + text[figure.end :]


def _free(text: str, figure: Written) -> bool:
    """Whether the figure stands alone: no range, no rounding word before it."""
    return not _ROUNDED_BEFORE.search(text[: figure.start]) and not _RANGE.search(text[figure.end :])


def _says_plan(snippet: Snippet) -> bool:
    """Whether the sentence itself tells that it speaks of a plan, or nothing round it does."""
    return not snippet.planned or re.search(r"phấn đấu|mục tiêu|kế hoạch năm|dự kiến|\baims?\b|\btarget", snippet.text.lower()) is not None


def _verbatim(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    return (snippet.text, snippet.language) if _says_plan(snippet) else None


def _marked_up(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    if not _says_plan(snippet):
        return None
    return _with(snippet.text, figure, f"**{snippet.text[figure.start : figure.end]}**").rstrip(". ;") + " [1].", snippet.language


def _percent_words(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    if figure.sort != "percent" or not _says_plan(snippet):
        return None
    unit = rng.choice([" phần trăm", " %"]) if snippet.language == "vi" else rng.choice([" per cent", "%"])
    return _with(snippet.text, figure, figure.digits + unit), snippet.language


def _other_scale(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    steps = {"tỷ đồng": ("triệu đồng", 1000), "triệu đồng": ("tỷ đồng", Decimal("0.001")), "nghìn tỷ đồng": ("tỷ đồng", 1000),
             "tỷ USD": ("triệu USD", 1000)}  # fmt: skip
    if figure.unit not in steps or not _says_plan(snippet) or _RANGE.search(snippet.text[figure.end :]):
        return None
    unit, factor = steps[figure.unit]
    if figure.unit == "triệu đồng" and figure.value < 100:
        return None
    return _with(snippet.text, figure, f"{spell((figure.value * factor).normalize() + 0, 'vi')} {unit}"), "vi"


def _other_unit(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    after = snippet.text[figure.end :].lower()
    if figure.unit not in ("ha", "tấn") or not _says_plan(snippet) or not _free(snippet.text, figure) or after.startswith(("/", " lúa")):
        return None
    if figure.unit == "ha":
        return _with(snippet.text, figure, f"{spell((figure.value / 100).normalize() + 0, 'vi')} km²"), "vi"
    return _with(snippet.text, figure, f"{spell(figure.value * 10, 'vi')} tạ"), "vi"


def _number_words(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    whole = figure.places == 0 and 11 <= figure.value <= 99 and figure.value % 10 != 0
    if not whole or figure.sort not in ("count", "percent") or not _says_plan(snippet) or _RANGE.search(snippet.text[figure.end :]):
        return None
    unit = figure.unit
    if figure.sort == "percent":
        unit = "phần trăm" if snippet.language == "vi" else "percent"
    return _with(snippet.text, figure, f"{in_words(int(figure.value), snippet.language)} {unit}"), snippet.language


def _dropped(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    if figure.places == 0 or figure.value < 2 or not _says_plan(snippet) or not _free(snippet.text, figure):
        return None
    return _with(snippet.text, figure, f"{spell(figure.value, snippet.language, figure.places - 1)}{figure.gap}{figure.unit}"), snippet.language


def _coarse(figure: Written) -> Decimal | None:
    """The step to which a person would round the figure."""
    if figure.places and figure.value >= 5:
        return Decimal(1)
    if not figure.places and figure.value >= 1000:
        return Decimal(10) ** (len(str(int(figure.value))) - 2)
    return None


def _approximate(snippet: Snippet, figure: Written, word: str, way: str) -> tuple[str, str] | None:
    step = _coarse(figure)
    if step is None or not _says_plan(snippet) or not _free(snippet.text, figure):
        return None
    floor = figure.value // step * step
    value = {"floor": floor, "ceiling": floor + step, "near": (figure.value / step).quantize(Decimal(1)) * step}[way]
    if value == figure.value or floor == figure.value:
        return None
    if way != "near" and abs(value - figure.value) > figure.value * Decimal("0.1"):
        return None
    return _with(snippet.text, figure, f"{word} {spell(value, snippet.language, 0)}{figure.gap}{figure.unit}"), snippet.language


def _about(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    return _approximate(snippet, figure, "khoảng" if snippet.language == "vi" else "about", "near")


def _over(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    return _approximate(snippet, figure, rng.choice(["hơn", "trên"]) if snippet.language == "vi" else "over", "floor")


def _nearly(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    return _approximate(snippet, figure, "gần" if snippet.language == "vi" else "nearly", "ceiling")


def _bad_rounding(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """ "hơn 86%" for 85,1%, "gần 85%" for 85,1%, "86%" for 85,1%."""
    vi = snippet.language == "vi"
    kind = rng.choice(["over", "under", "plain"])
    if kind == "over":
        made = _approximate(snippet, figure, "hơn" if vi else "over", "ceiling")
    elif kind == "under":
        made = _approximate(snippet, figure, "gần" if vi else "nearly", "floor")
    else:
        low = figure.value - figure.value // 1
        if figure.places != 1 or low >= Decimal("0.5") or figure.value < 5 or not low:
            return None
        made = _approximate(snippet, figure, "", "ceiling")
    return made if made and _absent(snippet, figure, made[0]) else None


def _absent(snippet: Snippet, figure: Written, made: str) -> bool:
    """Whether the figure that took this one's place stands nowhere in the sentence as it was."""
    new = [v for v in every_value(made) if v not in every_value(snippet.unit.text)]
    return bool(new)


def _other_marks(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """A percentage with the other language's decimal mark, as models write them: "85.1%" in a Vietnamese sentence."""
    if figure.sort != "percent" or figure.places not in (1, 2) or not _says_plan(snippet) or len(written(snippet.text, snippet.language)) > 1:
        return None
    if re.search(r"\d[.,]\d", snippet.text[: figure.start] + snippet.text[figure.end :]):
        return None
    other = "en" if snippet.language == "vi" else "vi"
    return _with(snippet.text, figure, f"{spell(figure.value, other)}%"), snippet.language


def _year_added(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    period = snippet.report.period
    clean = not snippet.planned and period and period.is_whole_year and not re.search(r"\b(19|20)\d\d\b|cùng kỳ|năm trước", snippet.text)
    if not clean or period is None or re.search(r"\b(?:19|20)\d\d\b|năm", snippet.unit.heading + snippet.unit.lead + snippet.unit.previous):
        return None
    if snippet.language == "en":
        return f"In {period.year}, {snippet.text[0].lower()}{snippet.text[1:]}", "en"
    return f"Năm {period.year}, {snippet.text[0].lower()}{snippet.text[1:]}", "vi"


def _wrong_year_added(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    made = _year_added(snippet, figure, rng)
    if made is None or snippet.report.period is None:
        return None
    year = snippet.report.period.year
    other = year + rng.choice([-2, -1, 1, 2])
    return made[0].replace(str(year), str(other), 1), made[1]


def _no_place(text: str) -> bool:
    return not re.search(r"\b(?:xã|phường|huyện|tỉnh|thành phố|thôn|TP|commune|ward|district|province|thị trấn|quận)\b", text, re.IGNORECASE)


def _place_added(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    place = snippet.report.place
    if place is None or snippet.planned or not _no_place(snippet.text) or place.level not in ("commune", "ward", "district", "province"):
        return None
    if snippet.language == "en":
        return f"In {place.name} {place.level}, {snippet.text[0].lower()}{snippet.text[1:]}", "en"
    word = {"commune": "xã", "ward": "phường", "district": "huyện", "province": "tỉnh"}[place.level]
    return f"Tại {word} {place.name}, {snippet.text[0].lower()}{snippet.text[1:]}", "vi"


def _wrong_place(snippet: Snippet, figure: Written, rng: Random, places: Sequence[str]) -> tuple[str, str] | None:
    if not _no_place(snippet.text) or snippet.planned:
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


def _clause(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """The stretch between semicolons or full stops that holds the figure."""
    left = max(snippet.text.rfind(mark, 0, figure.start) for mark in ";.")
    ends = [at for mark in (";", ". ") if (at := snippet.text.find(mark, figure.end)) >= 0]
    clause = snippet.text[left + 1 : min(ends, default=len(snippet.text))].strip(" ;.")
    lead = snippet.text[left + 1 : figure.start].split()
    if snippet.planned or (left < 0 and not ends) or len(lead) < 4 or "đó" in lead or not _plain(clause, figure):
        return None
    return clause[0].upper() + clause[1:] + ".", snippet.language


def _plain(clause: str, figure: Written) -> bool:
    return len(re.findall(r"\d+(?:[.,]\d+)*", clause)) == 1 and figure.sort in ("percent", "count", "measure")


def _plan_kept(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    unit = snippet.unit
    if not re.search(r"phấn đấu|chỉ tiêu|mục tiêu|phương hướng", f"{unit.heading} {unit.lead}".lower()) or "kết quả" in unit.heading.lower():
        return None
    if snippet.language != "vi" or re.search(r"đã|năm trước|so với|thực hiện", snippet.text.lower()):
        return None
    return f"Mục tiêu đề ra: {snippet.text[0].lower()}{snippet.text[1:]}", "vi"


def _plan_as_result(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    text = snippet.text
    for pattern, new in (
        (r"\bphấn đấu(?: tăng| đạt)? ", "đã đạt "), (r"\bdự kiến (?:sẽ )?", "đã "), (r"\bsẽ ", "đã "), (r"\baims? for ", "reached "),
        (r"\bwill be ", "was "), (r"\bMục tiêu[^,:]{0,30}(?:là|:) ", "Kết quả là "),
    ):
        m = re.search(pattern, text[: figure.start])
        rest = text[: m.start()] + new + text[m.end() :] if m else ""
        if m and figure.start - m.end() < 60 and not _PLAN_LEFT.search(rest) and not re.search(r"[;.]", text[m.end() : figure.start - 1]):
            return rest[0].upper() + rest[1:], snippet.language
    if snippet.unit.lead and re.search(r"phấn đấu|mục tiêu", snippet.unit.lead.lower()) and not _PLAN_LEFT.search(text) and _told(text):
        return text, snippet.language
    return None


_PLAN_LEFT = re.compile(
    r"phấn đấu|mục tiêu|kế hoạch|chỉ tiêu|dự kiến|dự báo|\bsẽ\b|dự toán|ước|đề ra|giao|\baim|\bwill\b|target|plan|\bnếu\b|có thể|\bcần\b|"
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
    made = _with(snippet.text, figure, digits + snippet.text[figure.start + len(figure.digits) : figure.end])
    return (made, snippet.language) if _absent(snippet, figure, made) and not _RANGE.search(snippet.text[figure.end :]) else None


def _slip(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    factor = rng.choice([Decimal(10), Decimal("0.1"), Decimal(100), Decimal(1000)])
    value = figure.value * factor
    if figure.sort in ("percent", "points"):
        value = figure.value * rng.choice([Decimal(10), Decimal("0.1")])
    if figure.sort == "count" and value != value.to_integral_value():
        return None
    digits = spell(value.normalize() + 0, snippet.language)
    made = _with(snippet.text, figure, f"{digits}{figure.gap}{figure.unit}")
    return (made, snippet.language) if figure.value and _absent(snippet, figure, made) else None


def _unit_swapped(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    swaps = {"tỷ đồng": "triệu đồng", "triệu đồng": "tỷ đồng", "tỷ USD": "triệu USD", "triệu USD": "tỷ USD", "ha": "km²", "tấn": "kg",
             "nghìn tỷ đồng": "tỷ đồng", "km": "m", "hectares": "km²", "million VND": "billion VND", "nghìn đồng": "triệu đồng"}  # fmt: skip
    if figure.sort == "percent" and snippet.language == "vi":
        return _with(snippet.text, figure, f"{figure.digits} {rng.choice(['tỷ đồng', 'người', 'ha'])}"), "vi"
    if figure.unit not in swaps:
        return None
    return _with(snippet.text, figure, f"{figure.digits} {swaps[figure.unit]}"), snippet.language


def _year_swapped(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    years = list(re.finditer(r"(?<=\bnăm )(?:19|20)\d\d(?![\d/–-])|(?<=\bin )(?:19|20)\d\d(?![\d/–-])", snippet.text))
    if not years:
        return None
    m = rng.choice(years)
    other = int(m[0]) + rng.choice([-3, -2, -1, 1, 2])
    return snippet.text[: m.start()] + str(other) + snippet.text[m.end() :], snippet.language


def _other_kind(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    swaps = {"hộ": "người", "người": "hộ", "học sinh": "giáo viên", "doanh nghiệp": "hộ", "lao động": "hộ", "nhân khẩu": "hộ",
             "giáo viên": "học sinh", "households": "people", "people": "households", "pupils": "teachers", "villages": "households"}  # fmt: skip
    text = snippet.text
    if figure.sort == "count" and figure.unit in swaps and not re.match(r"\s*(?:gia đình|/|dân)", text[figure.end :]):
        return _with(text, figure, f"{figure.digits} {swaps[figure.unit]}"), snippet.language
    m = re.search(r"(?:[Tt]ỷ lệ|số) (hộ dân|hộ|dân số|người dân|học sinh|trẻ em) ", text)
    if figure.sort == "percent" and m and m.end() < figure.start and figure.start - m.end() < 60 and "nghèo" not in text[m.start() : figure.start]:
        other = {"hộ dân": "người dân", "hộ": "dân số", "dân số": "hộ", "người dân": "hộ dân", "học sinh": "giáo viên", "trẻ em": "phụ nữ"}
        return text[: m.start(1)] + other[m[1]] + text[m.end(1) :], snippet.language
    m2 = re.match(r" of (?:rural )?(households|people|farmers|pupils)", text[figure.end :])
    if figure.sort == "percent" and m2:
        other_en = {"households": "residents", "people": "households", "farmers": "teachers", "pupils": "teachers"}
        at = figure.end + m2.start(1)
        return text[:at] + other_en[m2[1]] + text[at + len(m2[1]) :], snippet.language
    return None


def _direction(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    pairs = {"tăng": "giảm", "giảm": "tăng", "up": "down", "increased": "decreased", "rose": "fell", "fell": "rose", "cao hơn": "thấp hơn",
             "higher": "lower"}  # fmt: skip
    m = re.search(r"\b(tăng|giảm|cao hơn|increased by|rose by|fell by)(?: thêm| trên| khoảng| hơn| gần| tới)? $", snippet.text[: figure.start])
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
        if other.start <= figure.end or other.unit != figure.unit or other.value == figure.value or len(between.split()) < 4 or len(lead) < 3:
            continue
        if re.search(r"\b(?:tăng|giảm|lần lượt|tương ứng|hơn|từ|so|respectively)\b", text):
            continue
        swapped = text[: figure.start] + text[other.start : other.end] + between + text[figure.start : figure.end] + text[other.end :]
        return swapped, snippet.language
    return None


def _translated(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """ "Tỷ lệ hộ nghèo còn 2,1%" -> "The share of poor households was 2.1%": a known term right before the figure, nothing between."""
    if snippet.planned or not _free(snippet.text, figure):
        return None
    source, target = snippet.language, "en" if snippet.language == "vi" else "vi"
    before = snippet.text[: figure.start]
    link = r"(?: năm (?:19|20)\d\d)?(?: đạt| là| còn| chiếm| có)?\s*$" if source == "vi" else r"(?: was| is| reached| of)?\s*$"
    for vi, en in TERMS:
        term = vi if source == "vi" else en
        m = re.search(rf"(?:^|[,;:.]\s*|\btổng )({re.escape(term)}){link}", before, re.IGNORECASE)
        if not m:
            continue
        amount = _unit_in(figure, target)
        if amount is None:
            return None
        if target == "en":
            return f"The {en} was {amount}.", "en"
        return f"{vi[0].upper()}{vi[1:]} là {amount}.", "vi"
    return None


def _unit_in(figure: Written, target: str) -> str | None:
    digits = spell(figure.value, target)
    if figure.sort == "percent":
        return f"{digits}%"
    tables = {"money": MONEY_EN, "measure": MEASURES_EN, "count": VI_NOUNS}
    table = tables.get(figure.sort)
    if table is None:
        return None
    if target == "en":
        return f"{digits} {table[figure.unit]}" if figure.unit in table else None
    back = {en: vi for vi, en in table.items()}
    return f"{digits} {back[figure.unit]}" if figure.unit in back and figure.unit not in EN_NOUNS[2:] else None


def _translated_wrong(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    made = _translated(snippet, figure, rng)
    if made is None:
        return None
    m = list(re.finditer(r"\d", made[0]))
    if not m:
        return None
    at = rng.choice(m).start()
    new = rng.choice([d for d in "123456789" if d != made[0][at]])
    text = made[0][:at] + new + made[0][at + 1 :]
    return (text, made[1]) if _absent(snippet, figure, text) else None
