"""A spreadsheet's stored value and its number format -> the text a person sees in the cell. Pure.

shown(0.851, "0.0%", "vi") == "85,1%"      shown(1234.5, "#,##0.0", "en") == "1,234.5"
shown(44713, "dd/mm/yyyy", "vi") == "01/06/2022"

The decimal and thousands marks are those of the workbook's language, as its author saw them and as the rest of the library reads
them: "12.345" in a Vietnamese report is twelve thousand. Formats: ECMA-376 part 1, §18.8.31.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

# Ids that a file may use without spelling the format out (§18.8.30). 14 follows the reader's own order of day and month.
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_LAST_DAY = 2_958_465  # 9999-12-31
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_DAYS_VI = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"]
_TOKEN = re.compile(
    r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|General|AM/PM|A/P|[Ee][+-]0+|y+|m+|d+|h+|s+|[#0?]+|[.,%/@]|.', re.IGNORECASE | re.DOTALL
)
_SIMPLE = re.compile(r"^(0|#,##0)(\.0{1,9})?(%)?$")
_CONDITION = re.compile(r"^\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]$")
_ELAPSED = re.compile(r"^\[(h+|m+|s+)\]$", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"^m{1,2}([/.-])d{1,2}\1y{2,4}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the up to four parts of a format: `tokens` without colours; `test` is (operator, bound) where it has a condition."""

    tokens: tuple[str, ...]
    kind: str  # "number", "date", "text", "general", "literal"
    test: tuple[str, float] | None = None


def shown(value: float, code: str, language: str, *, from_1904: bool = False) -> str:
    """The number as the format shows it; marks as `language` ("vi" or "en") writes them."""
    if code == "General" or not code:
        return _localised(_general(value), language)
    if (simple := _simple(code)) is not None:
        places, grouped, percent = simple
        scaled = value * 100 if percent else value
        if abs(scaled) < 1e11 and not _is_tie(scaled, places):
            digits = f"{scaled:,.{places}f}" if grouped else f"{scaled:.{places}f}"
            digits = digits[1:] if scaled > -1 and digits[0] == "-" and not digits.strip("-0.,") else digits
            return _localised(digits + "%" if percent else digits, language)
    section, number = _choose(_sections(code), value)
    if section.kind == "date":
        return _date(number, section.tokens, language, from_1904)
    if section.kind in ("general", "text"):
        return "".join(
            _localised(_general(number), language) if token.lower() in ("general", "@") else _literal(token)
            for token in section.tokens
        )
    if section.kind == "literal":
        return "".join(map(_literal, section.tokens)).strip()
    return _number(number, section.tokens, language)


@lru_cache(maxsize=4096)
def _simple(code: str) -> tuple[int, bool, bool] | None:
    """(decimals, grouped by thousands, percentage) of the formats most cells have."""
    found = _SIMPLE.match(code)
    return (len(found[2] or ".") - 1, found[1] == "#,##0", bool(found[3])) if found else None


def _is_tie(value: float, places: int) -> bool:
    """Half way between two roundings, where binary and decimal may differ."""
    part = abs(value) * 10**places % 1.0
    return bool(0.499999 < part < 0.500001)


def is_date(code: str) -> bool:
    """Whether a positive number in this format shows as a date or a time."""
    return _sections(code)[0].kind == "date"


@lru_cache(maxsize=4096)
def _sections(code: str) -> tuple[_Section, ...]:
    parts: list[list[str]] = [[]]
    for token in _TOKEN.findall(code[:500]):
        if token == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(_section(part) for part in parts[:4])


def _section(part: list[str]) -> _Section:
    test = None
    tokens: list[str] = []
    for token in part:
        if condition := _CONDITION.match(token):
            test = (condition[1], float(condition[2]))
        elif _ELAPSED.match(token) or not token.startswith("["):
            tokens.append(token)
        elif token.startswith("[$") and (mark := token[2:-1].partition("-")[0]):
            tokens.append(f'"{mark}"')  # a currency sign
    low = [token.lower() for token in tokens]
    if "general" in low:
        kind = "general"
    elif any(re.fullmatch(r"y+|d+|h+|s+|m+|am/pm|a/p|\[(?:h+|m+|s+)\]", token) for token in low):
        kind = "date"
    elif any(token[0] in "#0?" for token in tokens):
        kind = "number"
    else:
        kind = "text" if "@" in tokens else "literal"
    return _Section(tuple(tokens), kind, test)


def _choose(sections: tuple[_Section, ...], value: float) -> tuple[_Section, float]:
    """The part that applies, and the number it shows: a part for negative numbers shows them without their sign."""
    if any(section.test for section in sections):
        for section in sections:
            if section.test is None or _holds(value, *section.test):
                return section, value
        return sections[-1], value
    if len(sections) > 1 and value < 0:
        return sections[1], -value
    if len(sections) > 2 and value == 0:
        return sections[2], value
    return sections[0], value


def _holds(value: float, operator: str, bound: float) -> bool:
    if operator in ("=", "<>"):
        return (value == bound) == (operator == "=")
    return (operator.endswith("=") and value == bound) or (value < bound if operator[0] == "<" else value > bound)


def _literal(token: str) -> str:
    if token.startswith('"'):
        return token[1:].removesuffix('"')
    if token[0] == "\\":
        return token[1:]
    if token[0] == "_":
        return " "
    return "" if token[0] == "*" and len(token) == 2 else token


def _general(value: float) -> str:
    """As Excel shows it in a wide column: up to 11 signs, whole numbers in full up to 15 digits."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if 1e-5 <= abs(value) < 1e11:
        text = f"{value:.{max(0, 10 - len(str(int(abs(value)))))}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.5E}"


def _exact(value: float) -> Decimal:
    """The 15 digits a spreadsheet keeps: 2.675 is rounded as written, not as stored in binary."""
    return Decimal(f"{value:.15g}")


def _localised(text: str, language: str) -> str:
    return text.replace(".", "\0").replace(",", ".").replace("\0", ",") if language == "vi" else text


def _number(value: float, tokens: tuple[str, ...], language: str) -> str:
    """Digits where the first placeholder stands, what is literal round them."""
    places = [at for at, token in enumerate(tokens) if token[0] in "#0?"]
    first, last = places[0], places[-1]
    if "/" in tokens[first:last] and "." not in tokens:
        digits = _localised(_general(value), language)  # a fraction: shown as the decimal number it is
        return ("".join(map(_literal, tokens[:first])) + digits + "".join(map(_literal, tokens[last + 1 :]))).strip()
    while (last + 1 < len(tokens) and tokens[last + 1] in (",", ".")) or (last + 1 < len(tokens) and tokens[last + 1][:1] in "Ee"):
        last += 1
    inner = tokens[first : last + 1]
    scientific = next((token for token in inner if re.fullmatch(r"[Ee][+-]0+", token)), "")
    scale = 0
    while inner and inner[-1] == ",":  # each comma at the end divides by a thousand
        scale += 3
        inner = inner[:-1]
    amount = _exact(value).scaleb(2 * tokens.count("%") - scale)
    if scientific:
        point = inner.index(".") if "." in inner else len(inner)
        decimals = sum(len(token) for token in inner[point + 1 :] if token[0] in "#0?")
        digits = f"{float(amount):.{decimals}E}"
    else:
        digits = _digits(amount, inner)
    before = "".join(map(_literal, tokens[:first]))
    after = "".join(map(_literal, tokens[last + 1 :]))
    literals = "".join(_literal(token) for token in inner if token[0] in '"\\' and len(token) > 1)
    if amount < 0 and digits.startswith("-"):
        return f"-{before}{_localised(digits[1:], language)}{literals}{after}".strip()
    return f"{before}{_localised(digits, language)}{literals}{after}".strip()


def _digits(amount: Decimal, inner: tuple[str, ...]) -> str:
    """Rounded and grouped, "." as the decimal mark; "0" keeps a digit's place, "#" does not."""
    point = inner.index(".") if "." in inner else len(inner)
    whole = "".join(token for token in inner[:point] if token[0] in "#0?")
    fraction = "".join(token for token in inner[point + 1 :] if token[0] in "#0?")
    rounded = amount.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)
    sign = "-" if rounded < 0 else ""
    left, _, right = f"{abs(rounded):f}".partition(".")
    least = len(whole.lstrip("#?")) if "0" in whole else 0
    left = left.lstrip("0").rjust(least, "0")
    if "," in inner[:point]:
        left = f"{int(left):,}".rjust(least, "0") if left else ""
    kept = len(fraction.rstrip("#?")) if "0" in fraction else 0
    right = right[:kept] + right[kept:].rstrip("0")
    return f"{sign}{left}.{right}" if right else f"{sign}{left or ('0' if not least else '')}"


def _date(value: float, tokens: tuple[str, ...], language: str, from_1904: bool) -> str:
    if not 0 <= value <= _LAST_DAY:
        return _localised(_general(value), language)
    moment = _moment(value, from_1904)
    plain = "".join(tokens)
    if _MONTH_FIRST.match(plain):  # "5/3/2022" would be read as the 5th of March
        return moment.strftime("%Y-%m-%d")
    low = [token.lower() for token in tokens]
    clock = any(token in ("am/pm", "a/p") for token in low)
    out = []
    for at, token in enumerate(low):
        if elapsed := _ELAPSED.match(token):
            out.append(str(int(value * {"h": 24, "m": 1440, "s": 86400}[elapsed[1][0]] + 1e-9)))
        elif token[0] == "m" and set(token) == {"m"} and _means_minutes(low, at):
            out.append(f"{moment.minute:0{min(len(token), 2)}}")
        elif re.fullmatch(r"y+|m+|d+|h+|s+|am/pm|a/p", token):
            out.append(_date_part(token, moment, language, clock))
        elif token[0] in "0#?" and at and low[at - 1] == ".":
            out.append("0" * len(token))
        else:
            out.append(_literal(tokens[at]))
    return "".join(out).strip()


def _moment(value: float, from_1904: bool) -> datetime:
    """Day 60 is 29 February 1900, which never was; days before it count from one day later."""
    start = _EPOCH_1904 if from_1904 else _EPOCH
    if not from_1904 and value < 60:
        start += timedelta(days=1)
    return start + timedelta(seconds=round(value * 86400))


def _means_minutes(low: list[str], at: int) -> bool:
    """ "mm" after hours or before seconds."""
    units = [(place, token[0]) for place, token in enumerate(low) if re.fullmatch(r"y+|m+|d+|h+|s+|\[h+\]", token)]
    letters = [token.strip("[") for _, token in units]
    here = [place for place, _ in units].index(at)
    before = low[units[here - 1][0]].strip("[]")[0] if here else ""
    after = letters[here + 1] if here + 1 < len(letters) else ""
    return before == "h" or after == "s"


def _date_part(token: str, moment: datetime, language: str, clock: bool) -> str:
    size = len(token)
    if token[0] == "y":
        return f"{moment.year:04}" if size > 2 else f"{moment.year % 100:02}"
    if token[0] == "m":
        if size < 3:
            return f"{moment.month:0{size}}"
        name = _MONTHS[moment.month - 1]
        return f"Tháng {moment.month}" if language == "vi" else name[:3] if size == 3 else name
    if token[0] == "d":
        if size < 3:
            return f"{moment.day:0{size}}"
        name = _DAYS[moment.weekday()]
        return _DAYS_VI[moment.weekday()] if language == "vi" else name[:3] if size == 3 else name
    if token[0] == "h":
        hour = (moment.hour + 11) % 12 + 1 if clock else moment.hour
        return f"{hour:0{min(size, 2)}}"
    if token[0] == "s":
        return f"{moment.second:0{min(size, 2)}}"
    return ("PM" if moment.hour >= 12 else "AM")[: 2 if token == "am/pm" else 1]
