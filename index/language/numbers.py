"""Numbers as reports write them, with what they count.

Which of "." and "," is the decimal mark is read off the number's own shape first (85.1, 1.234.567, 1.234,5), then off the other
numbers of the text, then off its language: a single mark before exactly three digits is a thousands mark when it is the one of the
language ("1.234" in Vietnamese, "1,234" in English) or when a counted noun follows ("1,234 hộ"), else a decimal mark.

A number's span holds its unit too: "85,1%", "1,2 tỷ đồng", "350 lao động". The value is in the written scale: "1,2 tỷ đồng" is 1.2
with the unit "tỷ đồng". Dates have the value yyyymmdd, with 0 for what is not written.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from index.language.detect import detect_language
from index.language.normalise import fold, lower
from index.language.numerals import find_numerals
from index.language.tokens import has_marks
from index.language.units import KIND, PER, SCALES, unit_in

NumberKind = Literal["percentage", "ratio", "money", "measure", "count", "ordinal", "year", "date", "code"]


class Number(NamedTuple):
    """`text == source[start:end]`. `unit` as written ("" where none). A ratio "9/12" has value 9 and `of` 12."""

    start: int
    end: int
    text: str
    value: Decimal
    unit: str
    kind: NumberKind
    of: Decimal | None = None


_S = "[ \u00a0\u202f\u2009]"
_NUM = re.compile(
    rf"(?<![\w.,/])(?<![^\W\d_]-)(?:\d{{1,3}}(?:{_S}\d{{3}}){{1,4}}(?![\d.,]*\d)(?:[.,]\d{{1,2}})?(?!\w)"
    rf"|\d+(?:[.,]\d+)*)"
)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)*")
_DATE_WORD = {
    m: i
    for i, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct|november nov|"
        "december dec".split("|"), 1)
    for m in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_DATE_WORD, key=len, reverse=True))

_CODE = re.compile(
    r"(?<![\w/])\d+[a-zA-Z]?(?:/\d{4})?/(?:[A-ZĐ]{2,}[A-ZĐa-z0-9]*)(?:[-/][A-ZĐ][A-ZĐa-z0-9]*)*"
    r"|(?<!\w)[^\W\d_][^\W_]*-\d+\w*"
    r"|(?<!\w)(?:QCVN|TCVN|ISO)\s*\d[\d:./-]*(?:/[A-Z]+)?"
    r"|(?<![\w.,])(?:\+84|0)\d{2,3}[ .]?\d{3}[ .]?\d{3,4}(?!\w)|\(0\d{2,3}\)\s?\d[\d .]{5,}\d"
    r"|(?<![\w.,])0\d{8,}(?!\w)"
    r"|(?:https?://|www\.)\S+|[\w.]+@[\w.]+"
    r"|(?<![\d.])\d+(?:\.\d+){2,}(?![\d,])(?<!\.\d{3})|(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)",
)
_CODE_AFTER = re.compile(
    r"(?:(?:quyết định|nghị quyết|thông tư|nghị định|chỉ thị|công văn|kế hoạch|thông báo|tờ trình|đề án|báo cáo|luật|văn bản|hướng dẫn"
    r"|quyet dinh|nghi quyet|thong tu|nghi dinh|chi thi|ke hoach|bao cao)\s+(?:số\s*:?|so\s*:?)?"
    r"|(?:^|\n)\s*số\s*:|quốc lộ|tỉnh lộ|đường tỉnh|chương trình|highway|hotline:?|điện thoại:?|đt:?|tel\.?:?|fax:?|phone:?"
    r"|\bno\.|\bnos\.|resolution|decision|decree|circular|directive|mã số:?|tài khoản:?)\s*$",
)
_FULL_DATE = re.compile(
    r"(?<![\w./-])(?P<d>\d{1,2})(?P<sep>[/.-])(?P<m>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d{2})(?![\w/]|[.,-]\d)"
    r"|(?<![\w./-])(?P<y2>(?:19|20)\d{2})-(?P<m2>\d{2})-(?P<d2>\d{2})(?!\w)"
    r"|(?<![\w./-])(?P<m3>\d{1,2})\s?/\s?(?P<y3>(?:19|20)\d{2})(?![\w/]|[.,-]\d)"
    r"|\b(?:ngày|ngay)\s+(?P<d4>\d{1,2})\s*(?:/|tháng|thang)\s*(?P<m4>\d{1,2})(?:\s+(?:năm|nam)\s+(?P<y4>\d{4}))?(?!\w|/\d)"
    r"|\b(?:tháng|thang)\s+(?P<m5>\d{1,2})\s+(?:năm|nam)\s+(?P<y5>\d{4})(?!\w)"
    rf"|\b(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<n6>{_MONTH})\.?,?(?:\s+(?P<y6>\d{{4}}))?\b"
    rf"|\b(?P<n7>{_MONTH})\.?\s+(?:(?P<d7>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y7>\d{{4}}))?|(?P<y8>(?:19|20)\d{{2}}))(?!\w|[.,]\d)"
    r"|\b(?:quý|quy)\s+(?P<q9>[1-4]|i{1,3}|iv)\s*(?:/|năm|nam)\s*(?P<y9>\d{4})(?!\w)"
    r"|(?<![\w:])\d{1,2}(?::\d{2}){1,2}(?![\w:])|(?<!\w)\d{1,2}h\d{2}\b",
)
_PERIOD_MONTHS = re.compile(r"\s?(?:tháng|thang)\s+(?:đầu|cuối|dau|cuoi)\b|\s?(?:-month|months? of)\b")
_DATE_BEFORE = re.compile(r"(?:\b(?:ngày|tháng|ngay|thang|quý|on|dịp|lễ|kỷ niệm|ngày lễ|dated|hôm|sáng|chiều|tối)\s*|\bq)$")
_ORDINAL_BEFORE = re.compile(
    r"\b(?:thứ|lần thứ|lần|điều|khoản|mục|chương|phần|phụ lục|bảng|biểu|hình|đợt|giai đoạn|lớp|khóa|khoá|cấp|hạng|loại|mức độ|nhóm|tổ"
    r"|khu|thôn|ấp|bản|quận|phường|trang|câu|bài|kỳ họp|khối|article|section|chapter|table|figure|annex|appendix|page|phase|grade|level"
    r"|village|hamlet|zone|district|ward|type|category|class|round|part|item|clause|step|dieu|muc|bang|thu|lan thu|trung tâm)\s+$"
)
_NOUN_ORDINALS = re.compile(r"\b(?:thôn|ấp|bản|quận|phường|lớp|nhóm|tổ|khu|khối|loại|lần|phần|district|ward|village|part|class)\s+$")
_YEAR_BEFORE = re.compile(r"(?:\b(?:năm|nam|in|year|since|until|by|từ|đến|giai đoạn|fy|hè|xuân|tết|and|of|from|to)\s*|(?:19|20)\d{2}\s?[-–—]\s?)$")
_PERCENT = re.compile(
    r"\s?(?:(?P<points>(?:điểm|diem)\s*(?:phần trăm|phan tram|%)|%\s*điểm|percentage points?|p\.p\.|pp\b)"
    r"|(?P<plain>%|phần trăm\b|phan tram\b|per ?cent\b|pct\b)|(?P<mille>‰|phần nghìn\b))"
)


def _alternatives(forms: set[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=lambda f: (-len(f), f)))


def _unit_pattern(language: str, folded: bool) -> re.Pattern[str]:
    fit = fold if folded else lower
    skip = {"em", "ca", "con", "cai", "bo", "dan", "can", "cau", "nam", "thu"} if folded else set()
    units = {fit(u) for u in KIND[language]} - skip
    per = _alternatives({fit(p) for p in PER[language]})
    scales = _alternatives({fit(s) for s in SCALES[language]})
    nouns = _alternatives({fit(u) for u, kind in KIND[language].items() if kind == "count"} - skip)
    return re.compile(rf"[ \u00a0]?-?(?P<unit>(?:(?:{scales})\s+(?:{nouns})|{_alternatives(units)})(?:\s?/\s?(?:{per}))*)(?![^\W_])")


_UNITS = {(la, fd): _unit_pattern(la, fd) for la, fd in (("vi", False), ("vi", True), ("en", False))}
_FOLDED_KIND = {**{fold(u): k for u, k in reversed(KIND["vi"].items())}}
_ADJECTIVES = (
    "poor|near-poor|new|rural|urban|local|young|old|female|male|primary|secondary|high|medical|public|private|small|large|key|main|national"
    "|ethnic|elderly|disabled|registered|foreign|social|health|active|permanent|direct|full-time|different|other|more|additional|hospital"
    "|farming|fishing|state|non-state|district-level|communal|provincial|agricultural|industrial|residential|cultural|party|school"
)
_PLURAL = re.compile(
    rf" (?P<unit>(?:(?:{_ADJECTIVES}) ){{0,2}}(?:(?!(?:is|was|has|its|as|this|us|less|plus|versus|thus|does|times|yes|percentage|gas)\b)"
    r"[a-z]{2,}(?:[^\Ws]s|men|people|children)|people|children|women|men|staff|cattle|poultry|livestock|head|criteria))\b"
)
_CURRENCY = re.compile(r"(?:(?P<usd>US\$|USD|\$)|(?P<vnd>VND|VNĐ|₫)|(?P<eur>€|EUR))[ \u00a0]?$")
_SCALE_EN = re.compile(r"\s?(?P<scale>thousand|million|billion|trillion|bn|mn|m|k)\b")


class _Context(NamedTuple):
    text: str
    low: str  # lower-case, as long as text
    language: str
    marked: bool
    dot_decimal: bool  # another number of the text shows it
    comma_decimal: bool
    dot_thousands: bool
    comma_thousands: bool


_DOT_DECIMAL = re.compile(r"(?<![\d.,/])\d+(?:,\d{3})*\.\d{1,2}(?![\d/]|[.,]\d)")
_COMMA_DECIMAL = re.compile(r"(?<![\d.,/])\d+(?:\.\d{3})*,\d{1,2}(?![\d/]|[.,]\d)")
_DOT_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:\.\d{3}){2,}(?![\d.])|(?<![\d.,])[1-9]\d{0,2}\.\d{3},\d{1,2}(?!\d)")
_COMMA_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3}){2,}(?![\d,])|(?<![\d.,])[1-9]\d{0,2},\d{3}\.\d{1,2}(?!\d)")


def find_numbers(text: str, language: str | None = None) -> list[Number]:
    """Every number of `text` (NFC) in reading order, digits or words, spans apart.

    `language` ("vi", "en") is that of the report or question; None: told from the text. Number words count only where they cannot
    be other words: "hai phần ba", "mười hai", "two thirds", "ba thôn"; never "một", "năm" or "one" alone.
    """
    if not text:
        return []
    context = _context(text, language)
    found: list[Number] = []
    taken: list[tuple[int, int]] = []
    for number in (*_codes(context), *_dates(context)):
        if not any(number.start < end and start < number.end for start, end in taken):
            found.append(number)
            taken.append((number.start, number.end))
    position = 0
    for match in _NUM.finditer(text):
        if match.start() < position or any(match.start() < end and start < match.end() for start, end in taken):
            continue
        number = _read(context, match)
        if number.kind != "year" and any(number.start < end and start < number.end for start, end in taken):
            number = number._replace(end=match.end(), text=text[match.start() : match.end()], start=match.start(), unit="")
        found.append(number)
        position = number.end
    found.sort()
    found = _ranges(context, found)
    spans = [(n.start, n.end) for n in found]
    for start, end, value, of in find_numerals(text, context.language, context.marked):
        if any(start < e and s < end for s, e in spans):
            continue
        found.append(_spelled(context, start, end, value, of))
    found.sort()
    return found


def _context(text: str, language: str | None) -> _Context:
    marked = has_marks(text)
    chosen = language or ("vi" if marked and detect_language(text) == "vi" else detect_language(text))
    return _Context(
        text, lower(text), chosen, marked,
        bool(_DOT_DECIMAL.search(text)), bool(_COMMA_DECIMAL.search(text)),
        bool(_DOT_THOUSANDS.search(text)), bool(_COMMA_THOUSANDS.search(text)),
    )  # fmt: skip


def _codes(context: _Context) -> list[Number]:
    numbers = []
    for m in _CODE.finditer(context.text):
        if re.fullmatch(r"\d{1,2}\.\d{1,2}\.(?:19|20)\d{2}", m[0]):
            continue
        digits = re.search(r"\d+", m[0])
        numbers.append(Number(m.start(), m.end(), m[0], Decimal(digits[0] if digits else 0), "", "code"))
    return numbers


def _dates(context: _Context) -> list[Number]:
    numbers = []
    for m in _FULL_DATE.finditer(context.low):
        parts: dict[str, str] = {}
        for name, value in m.groupdict().items():
            if value and name != "sep":
                parts[name[0]] = value
        month = _DATE_WORD[parts["n"]] if "n" in parts else int(parts.get("m", 0))
        year, day = int(parts.get("y", 0)), int(parts.get("d", 0))
        if month > 12 or day > 31 or (m["m3"] and not month):
            continue
        if m["n6"] == "may" and not year and context.text[m.start("n6")].islower():
            continue
        if m["n7"] in ("may", "mar", "jan", "sep", "dec") and not m["d7"] and context.text[m.start()].islower():
            continue
        numbers.append(
            Number(m.start(), m.end(), context.text[m.start() : m.end()], Decimal(year * 10000 + month * 100 + day), "", "date")
        )
    return numbers


def _read(context: _Context, match: re.Match[str]) -> Number:
    """The number whose digits are at `match`, with its unit."""
    text, low = context.text, context.low
    start, end = match.span()
    before = low[max(0, start - 40) : start]
    if re.search(r"[\u00a0\u202f\u2009 ]", match[0]) and not _is_grouped(context, match, before):
        end = start + len(re.split(rf"{_S}", match[0])[0])
    digits = text[start:end]
    ratio = _ratio(context, start, end, before)
    if ratio:
        return ratio
    if _is_heading(context, start, end):
        return Number(start, end, digits, _plain(digits), "", "ordinal")
    if _CODE_AFTER.search(before):
        return Number(start, end, digits, _plain(digits), "", "code")
    integer = digits.isdigit()
    unit = _unit(context, end)
    if integer:
        special = _special(context, start, end, before, unit)
        if special:
            return special
    value = _value(context, digits, bool(unit and unit[1] == "count"))
    start, value = _signed(context, start, value, unit)
    currency = _CURRENCY.search(text[max(0, start - 5) : start])
    if currency:
        return _with_currency(context, start, end, value, currency)
    if unit:
        return Number(start, unit[2], text[start : unit[2]], value, unit[0], unit[1])
    return Number(start, end, text[start:end], value, "", "count")


def _is_grouped(context: _Context, match: re.Match[str], before: str) -> bool:
    """Whether digits with spaces, "12 345", are one number rather than two beside each other."""
    groups = len(re.split(_S, match[0]))
    if match[0].startswith("0") or _ORDINAL_BEFORE.search(before) or _DATE_BEFORE.search(before) or re.search(r"\d\s+$", before):
        return False
    return groups > 2 or _unit(context, match.end()) is not None


def _ratio(context: _Context, start: int, end: int, before: str) -> Number | None:
    text = context.text
    m = re.compile(r"\s?/\s?(\d+(?:[.,]\d{3})*)(?![\w/]|[.,]\d)").match(text, end)
    worded = None
    if not m:
        worded = re.compile(
            r"\s+(?:out of(?: the)?|of the|of|trên tổng số|trong tổng số|trong số|trên)\s+(\d+(?:[.,]\d{3})*)(?![\w/%]|[.,]\d| ?%)"
        ).match(context.low, end)
        m = worded
    if not m:
        return None
    part, whole = _value(context, text[start:end], True), _value(context, m[1], True)
    if worded and (part > whole or 1900 <= whole <= 2100):
        return None
    if not worded and _is_day(part, whole) and (part > whole or re.search(r"\b(?:ngày|ngay|on|dịp|lễ|dated|sáng|chiều|tối)\s+$", before)):
        return Number(start, m.end(), text[start : m.end()], whole * 100 + part, "", "date")
    unit = _unit(context, m.end())
    if unit and unit[1] == "count":
        return Number(start, unit[2], text[start : unit[2]], part, unit[0], "ratio", whole)
    return Number(start, m.end(), text[start : m.end()], part, "", "ratio", whole)


def _is_day(day: Decimal, month: Decimal) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12 and day == int(day) and month == int(month)


def _is_heading(context: _Context, start: int, end: int) -> bool:
    """ "1." and "1.2" and "2)" that open a line."""
    text = context.text
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip(" -*•+("):
        return False
    digits = text[start:end]
    if "," in digits or len(digits.split(".")[0]) > 2:
        return False
    after = text[end : end + 3]
    if re.match(r"[.)/]\s", after) or re.match(r"[.)](?:$|\n)", after):
        return True
    return "." in digits and re.match(r"\.?\s[^\W\d_]", after) is not None and text[end:].lstrip(". ")[:1].isupper()


def _special(
    context: _Context, start: int, end: int, before: str, unit: tuple[str, NumberKind, int] | None
) -> Number | None:
    """Years, months, ordinals: whole numbers that count nothing."""
    text = context.text
    digits = text[start:end]
    value = Decimal(digits)
    suffix = re.compile(r"(?:st|nd|rd|th)\b").match(text, end)
    if suffix:
        return Number(start, suffix.end(), text[start : suffix.end()], value, "", "ordinal")
    if _PERIOD_MONTHS.match(context.low, end):
        return Number(start, end, digits, value, "", "date")
    if _DATE_BEFORE.search(before) and value <= 31 and not (unit and unit[1] in ("percentage", "money")) and not before.endswith("on "):
        return Number(start, end, digits, value, "", "date")
    if len(digits) == 4 and 1900 <= value <= 2100 and not (unit and unit[1] in ("percentage", "money")):
        known = _YEAR_BEFORE.search(before)
        if known or not unit:
            return Number(start, end, digits, value, "", "year")
    if _ORDINAL_BEFORE.search(before) and not (unit and _NOUN_ORDINALS.search(before)) and not (unit and unit[1] != "count"):
        return Number(start, end, digits, value, "", "ordinal")
    return None


def _signed(
    context: _Context, start: int, value: Decimal, unit: tuple[str, NumberKind, int] | None
) -> tuple[int, Decimal]:
    """Takes a minus into the number: "−3,2%", "(-5 hộ)"; not a dash between words, a range or a list item."""
    text = context.text
    if start and text[start - 1] in "-−" and (start == 1 or text[start - 2] in " (|:\n"):
        line_start = start == 1 or text[start - 2] == "\n"
        after_number = re.search(r"\d\s*$", text[max(0, start - 4) : start - 1])
        if not after_number and (text[start - 1] == "−" or not line_start or bool(unit and unit[1] == "percentage")):
            return start - 1, -value
    return start, value


def _unit(context: _Context, end: int) -> tuple[str, NumberKind, int] | None:
    """(unit as written, kind, end of the unit) of what follows a number that ends at `end`."""
    text, low = context.text, context.low
    percent = _PERCENT.match(low, end)
    if percent:
        if percent["points"]:
            points = "percentage points" if percent["points"][0] == "p" else "điểm %"
            return points, "percentage", percent.end()
        return ("%" if percent["plain"] else "‰"), "percentage", percent.end()
    order = ["vi", "en"] if context.language == "vi" or context.marked else ["en", "vi"]
    for language in order:
        folded = language == "vi" and not context.marked
        m = _UNITS[language, folded].match(low, end)
        if m and not (folded and context.language == "en"):
            unit = text[m.start("unit") : m.end("unit")]
            return re.sub(r"\s+", " ", unit), _kind_of(m["unit"], language, folded), m.end()
        if language == "en":
            plural = _PLURAL.match(low, end)
            if plural and not context.marked:
                return text[plural.start("unit") : plural.end("unit")], "count", plural.end()
    return None


def _kind_of(unit: str, language: str, folded: bool) -> NumberKind:
    head = re.sub(r"\s+", " ", unit.split("/")[0].strip())
    kinds = _FOLDED_KIND if folded else KIND[language]
    kind = kinds.get(head)
    if kind is None:
        return "count"  # a scale and a noun: "triệu người"
    if kind == "money" and language == "en" and head in ("thousand", "million", "billion", "trillion", "thousand billion"):
        return "count"
    if kind == "count" and "/" in unit:
        return "measure"
    return kind


def _with_currency(context: _Context, start: int, end: int, value: Decimal, currency: re.Match[str]) -> Number:
    name = "USD" if currency["usd"] else "VND" if currency["vnd"] else "EUR"
    begin = start - (currency.end() - currency.start())
    scale = _SCALE_EN.match(context.low, end)
    if scale:
        word = {"bn": "billion", "mn": "million", "m": "million", "k": "thousand"}.get(scale["scale"], scale["scale"])
        return Number(begin, scale.end(), context.text[begin : scale.end()], value, f"{word} {name}", "money")
    unit = _unit(context, end)
    if unit and unit[1] == "money":
        return Number(begin, unit[2], context.text[begin : unit[2]], value, f"{unit[0]} {name}", "money")
    return Number(begin, end, context.text[begin:end], value, name, "money")


def _plain(digits: str) -> Decimal:
    return Decimal(re.sub(r"\D", "", digits))


def _value(context: _Context, digits: str, counted: bool) -> Decimal:
    """The amount that `digits` write, see the module's account of "." and ","."""
    digits = re.sub(_S, "", digits)
    dots, commas = digits.count("."), digits.count(",")
    if not dots and not commas:
        return Decimal(digits)
    if dots and commas:
        decimal = "." if digits.rfind(".") > digits.rfind(",") else ","
        if digits.count(decimal) > 1:
            return _plain(digits)
        whole, _, part = digits.rpartition(decimal)
        return Decimal(f"{_plain(whole)}.{part}")
    mark = "." if dots else ","
    groups = digits.split(mark)
    if len(groups) > 2:
        return _plain(digits)
    whole, part = groups
    if len(part) != 3 or len(whole) > 3 or whole.startswith("0"):
        return Decimal(f"{whole}.{part}")
    return _plain(digits) if _is_thousands(context, mark, counted) else Decimal(f"{whole}.{part}")


def _is_thousands(context: _Context, mark: str, counted: bool) -> bool:
    if counted:
        return True
    if mark == ".":
        if context.language == "vi":
            return True
        return context.dot_thousands or (context.comma_decimal and not context.dot_decimal)
    if context.language == "en":
        return context.comma_thousands or not context.comma_decimal
    return context.comma_thousands or (context.dot_decimal and not context.comma_decimal)


_RANGE = re.compile(r"\s?[-–—]\s?|\s+(?:đến|tới|to|den)\s+")


def _ranges(context: _Context, numbers: list[Number]) -> list[Number]:
    """Gives the first end of "10-15%" and "từ 10 đến 15 hộ" the unit of the second."""
    done = list(numbers)
    for i in range(len(done) - 1):
        first, second = done[i], done[i + 1]
        if first.unit or first.kind != "count" or not second.unit or second.kind in ("ratio", "date", "year", "ordinal", "code"):
            continue
        between = context.low[first.end : second.start]
        if _RANGE.fullmatch(between):
            value = _value(context, first.text, second.kind == "count") if first.text[0].isdigit() else first.value
            done[i] = first._replace(unit=second.unit, kind=second.kind, value=value)
    return done


def _spelled(context: _Context, start: int, end: int, value: Decimal, of: Decimal | None) -> Number:
    unit = _unit(context, end)
    if of is not None:
        return Number(start, end, context.text[start:end], value, "", "ratio", of)
    if unit:
        return Number(start, unit[2], context.text[start : unit[2]], value, unit[0], unit[1])
    return Number(start, end, context.text[start:end], value, "", "count")


def format_number(value: Decimal, language: str) -> str:
    """`value` with the marks of `language`, as precise as it is: 1234.50 -> "1,234.50" (en), "1.234,50" (vi)."""
    text = f"{value:,f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def show_number(number: Number, language: str) -> str:
    """`number` with its unit for a reader of `language`: "85,1%" / "85.1 %", "1.234 hộ" / "1,234 households"."""
    if number.kind in ("date", "year", "code", "ordinal"):
        return number.text
    value = format_number(number.value, language)
    if number.kind == "ratio" and number.of is not None:
        value = f"{value}/{format_number(number.of, language)}"
    if not number.unit:
        return value
    if number.kind == "percentage":
        if number.unit in ("%", "‰"):
            return f"{value}{number.unit}" if language == "vi" else f"{value} {number.unit}"
        return f"{value} điểm %" if language == "vi" else f"{value} percentage points"
    return f"{value} {unit_in(number.unit, language, one=number.value == 1 and number.kind != 'ratio')}"
