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

from index.language import number_patterns as patterns
from index.language.amounts import SPACES, Marks, amount, format_number, marks_of, only_digits
from index.language.detect import detect_language
from index.language.normalise import lower
from index.language.numerals import find_numerals
from index.language.tokens import has_marks
from index.language.units import COUNTED_LIKE_YEARS, unit_after, unit_in

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


class Unit(NamedTuple):
    """What follows a number, up to `end`."""

    text: str
    kind: NumberKind
    end: int


class _Context(NamedTuple):
    text: str
    low: str  # lower-case, as long as text
    language: str
    marked: bool
    marks: Marks

    def number(self, start: int, end: int, value: Decimal, unit: str, kind: NumberKind, of: Decimal | None = None) -> Number:
        return Number(start, end, self.text[start:end], value, unit, kind, of)


MEDALS = 1000  # as many may be won
_SILVER = re.compile(r"(?:\bbạc\b|\bhuy chương\b|\bhcb\b)[^.;]*$")


def find_numbers(text: str, language: str | None = None) -> list[Number]:
    """Every number of `text` (NFC) in reading order, digits or words, spans apart.

    `language` ("vi", "en") is that of the report or question; None: told from the text. Number words count only where they cannot
    be other words: "hai phần ba", "mười hai", "two thirds", "ba thôn"; never "một", "năm" or "one" alone.
    """
    if not text:
        return []
    language = language or detect_language(text)
    context = _Context(text, lower(text), language, has_marks(text), marks_of(text, language))
    taken = bytearray(len(text))
    found: list[Number] = []

    def take(number: Number) -> None:
        if not any(taken[number.start : number.end]):
            found.append(number)
            taken[number.start : number.end] = b"\1" * (number.end - number.start)

    numerals = find_numerals(text, context.language, context.marked)
    shares = [share for numeral in numerals if (share := _share(context, *numeral))]
    for number in (*_codes(context), *_dates(context), *shares):
        take(number)
    position = 0
    while match := patterns.DIGITS.search(text, position):
        position = match.end()
        if not any(taken[match.start() : match.end()]):
            number = _read(context, match)
            if any(taken[number.start : number.end]):  # its unit reaches into a date or a code
                number = context.number(match.start(), match.end(), amount(match[0], context.marks, counted=False), "", "count")
            take(number)
            position = max(number.end, number.start + 1)
    found.sort()
    found = _listed(context, found)
    for start, end, value, whole in numerals:
        take(_spelled(context, start, end, value, whole))
    found.sort()
    return [_medals(text, number) for number in found]


def _medals(text: str, number: Number) -> Number:
    """ "5 vàng, 8 bạc, 14 đồng": bronze, not money."""
    bronze = number.kind == "money" and number.unit.lower() == "đồng" and number.value < MEDALS
    if not bronze or not _SILVER.search(text[max(0, number.start - 40) : number.start].lower()):
        return number
    digits = number.text[: len(number.text) - len("đồng")].rstrip()
    return number._replace(end=number.start + len(digits), text=digits, unit="", kind="count")


def _codes(context: _Context) -> list[Number]:
    numbers = []
    for m in patterns.CODE.finditer(context.text):
        if re.fullmatch(r"\d{1,2}\.\d{1,2}\.(?:19|20)\d{2}", m[0]):
            continue
        digits = re.search(r"\d+", m[0])
        numbers.append(context.number(m.start(), m.end(), Decimal(digits[0] if digits else 0), "", "code"))
    return numbers


def _dates(context: _Context) -> list[Number]:
    numbers = []
    for m in patterns.DATE.finditer(context.low):
        parts = {name[0]: value for name, value in m.groupdict().items() if value and name != "sep"}
        month = patterns.MONTHS[parts["n"]] if "n" in parts else int(parts.get("m", 0))
        year, day = int(parts.get("y", 0)), int(parts.get("d", 0))
        if month > 12 or day > 31 or (m["m3"] and not month):
            continue
        named = m.start("n6") if m["n6"] else m.start("n7") if m["n7"] else -1
        if named >= 0 and context.text[named].islower() and not year:  # "may 5", "2 mar"
            continue
        numbers.append(context.number(m.start(), m.end(), Decimal(year * 10000 + month * 100 + day), "", "date"))
    return numbers


def _read(context: _Context, match: re.Match[str]) -> Number:
    """The number whose digits are at `match`, with its unit."""
    text = context.text
    start, end = match.span()
    before = context.low[max(0, start - 40) : start]
    if re.search(SPACES, match[0]) and not _is_grouped(context, match, before):
        end = start + len(re.split(SPACES, match[0])[0])
    digits = text[start:end]
    ratio = _ratio(context, start, end, before)
    if ratio:
        return ratio
    if _is_heading(context, start, end, before):
        return context.number(start, end, only_digits(digits), "", "ordinal")
    unit = _unit(context, end)
    code = patterns.CODE_BEFORE.search(before)
    if code and not (unit and unit.kind == "percentage") and ("số" in code[0] or not re.fullmatch(r"199\d|20[0-3]\d", digits)):
        return context.number(start, end, only_digits(digits), "", "code")
    if not unit and patterns.CODE_LIKELY_BEFORE.search(before):
        return context.number(start, end, only_digits(digits), "", "code")
    currency = patterns.CURRENCY.search(text[max(0, start - 5) : start])
    if currency:
        counted = bool(currency["vnd"]) and not patterns.SCALE_EN.match(context.low, end)  # "VND 12.456 billion" has decimals
        return _with_currency(context, start, end, amount(digits, context.marks, counted=counted), currency)
    if unit is None and text[end : end + 1].isalpha() and not patterns.ORDINAL_SUFFIX.match(context.low, end):  # 30a, 5G
        return context.number(start, end, only_digits(digits), "", "code")
    if digits.isdigit():
        special = _special(context, start, end, before, unit)
        if special:
            return special
        end, digits, unit = _spaced_decimal(context, start, end, before, unit)
    value = amount(digits, context.marks, counted=bool(unit and unit.kind == "count"))
    start, value = _signed(context, start, value, unit)
    if unit:
        return context.number(start, unit.end, value, unit.text, unit.kind)
    return context.number(start, end, value, "", "count")


def _is_grouped(context: _Context, match: re.Match[str], before: str) -> bool:
    """Whether digits with spaces, "12 345", are one number rather than two beside each other."""
    if match[0].startswith("0") or patterns.ORDINAL_BEFORE.search(before) or patterns.DATE_BEFORE.search(before):
        return False
    if re.search(r"\d\s+$", before):
        return False
    return len(re.split(SPACES, match[0])) > 2 or _unit(context, match.end()) is not None


def _spaced_decimal(context: _Context, start: int, end: int, before: str, unit: Unit | None) -> tuple[int, str, Unit | None]:
    """ "211, 6 tỷ đồng", a slip of the keyboard for 211,6: only before a unit that is no counted noun, and not in a list."""
    digits = context.text[start:end]
    m = None if unit or re.search(r"\d\s*,\s*$", before) else patterns.SPACED_DECIMAL.match(context.text, end)
    if m and context.language == "vi":
        after = _unit(context, m.end())
        if after and after.kind in ("percentage", "money"):
            return m.end(), f"{digits},{m[1]}", after
    return end, digits, unit


def _ratio(context: _Context, start: int, end: int, before: str) -> Number | None:
    slash = patterns.FRACTION.match(context.text, end)
    m = slash or patterns.OUT_OF.match(context.low, end)
    if not m and context.text[start:end] == "1":
        m = patterns.ONE_IN.match(context.low, end)
    if not m:
        return None
    part, whole = (amount(d, context.marks, counted=True) for d in (context.text[start:end], m[1]))
    unit = _unit(context, m.end())
    if not slash and (part > whole or 1900 <= whole <= 2100 or (unit and unit.kind != "count")):
        return None
    if slash and 1 <= part <= 31 and 1 <= whole <= 12 and part == int(part):
        sure = part > whole or patterns.DAY_BEFORE.search(before)
        likely = context.text[start] == "0" or patterns.DAY_LIKELY_BEFORE.search(before)
        if sure or (likely and not unit):
            return context.number(start, m.end(), whole * 100 + part, "", "date")
    if not whole:
        return None
    if unit and unit.kind == "count":
        return context.number(start, unit.end, part, unit.text, "ratio", whole)
    return context.number(start, m.end(), part, "", "ratio", whole)


def _is_heading(context: _Context, start: int, end: int, before: str) -> bool:
    """ "1." and "1.2" and "2)" that open a line; "(2)" that opens a clause."""
    text = context.text
    after = text[end : end + 3]
    if patterns.ENUMERATOR_BEFORE.search(before) and re.match(r"\)\s?[^\W\d_]", after):
        return True
    lead = text[max(0, start - 12) : start].rpartition("\n")  # a heading's number stands no deeper in its line
    digits = text[start:end]
    if lead[2].strip(" -*•+(") or (not lead[1] and start > 12) or "," in digits or len(digits.split(".")[0]) > 2:
        return False
    if re.match(r"[.)/](?:\s|$)", after) or re.match(r"[.][^\W\d_]", after):
        return True
    return "." in digits and text[end:].lstrip(". -–")[:1].isupper() and after[:1] in (" ", ".")


def _special(context: _Context, start: int, end: int, before: str, unit: Unit | None) -> Number | None:
    """Years, months, ordinals: whole numbers that count nothing."""
    value = Decimal(context.text[start:end])
    suffix = patterns.ORDINAL_SUFFIX.match(context.low, end)
    if suffix:
        return context.number(start, suffix.end(), value, "", "ordinal")
    if patterns.PERIOD_AFTER.match(context.low, end):
        return context.number(start, end, value, "", "date")
    amounts = unit is not None and unit.kind in ("percentage", "money")
    if patterns.DATE_BEFORE.search(before) and value <= 31 and not amounts:
        return context.number(start, end, value, "", "date")
    if end - start == 4 and 1900 <= value <= 2100 and not amounts:
        if patterns.YEAR_BEFORE.search(before) or not unit:
            return context.number(start, end, value, "", "year")
        if unit.kind == "count" and 1990 <= value <= 2035 and unit.text.lower() not in COUNTED_LIKE_YEARS:
            return context.number(start, end, value, "", "year")  # "2023 targets", "2022 xã Hải Đông"
    if not patterns.ORDINAL_BEFORE.search(before):
        return None
    dated = patterns.DATED_UNIT.match(context.low, end)  # "đợt 2 năm 2022" dates a round
    if unit and not dated and (unit.kind != "count" or patterns.NOUN_ORDINAL.search(before)):
        return None
    return context.number(start, end, value, "", "ordinal")


def _signed(context: _Context, start: int, value: Decimal, unit: Unit | None) -> tuple[int, Decimal]:
    """Takes a minus into the number: "−3,2%", "(-5 hộ)"; not a dash between words, a range or a list item."""
    text = context.text
    if start and text[start - 1] in "-−" and (start == 1 or text[start - 2] in " (|:\n"):
        opens_line = start == 1 or text[start - 2] == "\n"
        after_number = re.search(r"[\d%]\s*$", text[max(0, start - 4) : start - 1])
        if not after_number and (text[start - 1] == "−" or not opens_line or (unit and unit.kind == "percentage")):
            return start - 1, -value
    return start, value


def _unit(context: _Context, end: int) -> Unit | None:
    """The unit of a number that ends at `end`, None where nothing known follows."""
    percent = patterns.PERCENT.match(context.low, end)
    if percent:
        name = "%" if percent["plain"] else "‰" if percent["mille"] else "điểm %"
        if percent["points"] and percent["points"].startswith("p"):
            name = "percentage points"
        return Unit(name, "percentage", percent.end())
    if patterns.YEAR_BEHIND.match(context.low, end):  # "từ 1.429 năm 2021 lên 2.695 năm 2022" counts no years
        return None
    after = unit_after(context.text, context.low, end, context.language, context.marked)
    return Unit(*after) if after else None


def _with_currency(context: _Context, start: int, end: int, value: Decimal, currency: re.Match[str]) -> Number:
    name = (currency.lastgroup or "").upper()
    begin = start - (currency.end() - currency.start())
    scale = patterns.SCALE_EN.match(context.low, end)
    if scale:
        word = patterns.SCALE_SHORT.get(scale["scale"], scale["scale"])
        return context.number(begin, scale.end(), value, f"{word} {name}", "money")
    unit = _unit(context, end)
    if unit and unit.text in ("nghìn", "ngàn", "triệu", "tỷ", "tỉ", "nghìn tỷ", "triệu tỷ"):
        return context.number(begin, unit.end, value, f"{unit.text} {name}", "money")
    return context.number(begin, end, value, name, "money")


def _listed(context: _Context, numbers: list[Number]) -> list[Number]:
    """Gives the first end of "10-15%" and "từ 10 đến 15 hộ" the unit of the second, and the later ones of "khoản 1, 2 và 4" the
    kind of the first."""
    done = list(numbers)
    for i in range(len(done) - 1):
        first, second = done[i], done[i + 1]
        between = context.low[first.end : second.start]
        if len(between) > 12:
            continue
        if first.kind == "ordinal" and second.kind == "count" and not second.unit and patterns.LIST_BETWEEN.fullmatch(between):
            done[i + 1] = second._replace(kind="ordinal")
        elif (
            (first.kind, first.unit) == ("count", "")
            and second.unit
            and second.kind in ("percentage", "money", "measure", "count")
            and first.text[0].isdigit()
            and patterns.RANGE.fullmatch(between)
        ):
            value = amount(first.text, context.marks, counted=second.kind == "count")
            done[i] = first._replace(unit=second.unit, kind=second.kind, value=value)
    return done


def _share(context: _Context, start: int, end: int, value: Decimal, whole: Decimal | None) -> Number | None:
    """ "nine of 12 targets", "mười hai trong số 15 xã": a number word and the whole in digits."""
    m = patterns.OUT_OF.match(context.low, end)
    if whole is not None or not m:
        return None
    total = amount(m[1], context.marks, counted=True)
    unit = _unit(context, m.end())
    if value > total or 1900 <= total <= 2100 or (unit and unit.kind != "count"):
        return None
    if unit:
        return context.number(start, unit.end, value, unit.text, "ratio", total)
    return context.number(start, m.end(), value, "", "ratio", total)


def _spelled(context: _Context, start: int, end: int, value: Decimal, whole: Decimal | None) -> Number:
    if whole is not None:
        return context.number(start, end, value, "", "ratio", whole)
    unit = _unit(context, end)
    if unit:
        return context.number(start, unit.end, value, unit.text, unit.kind)
    return context.number(start, end, value, "", "count")


def show_number(number: Number, language: str) -> str:
    """`number` with its unit for a reader of `language`: "85,1%" / "85.1 %", "1.234 hộ" / "1,234 households".

    Keeps the written precision ("39,50" keeps both decimals). Units nobody listed, dates, years, codes and ordinals as written.
    """
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
