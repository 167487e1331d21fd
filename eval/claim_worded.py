"""One figure of a report -> claims in the words of a language model: the sentence's subject kept and the rest said anew, or all of
it in the other language by claim_terms. Right ones by the way they are made, wrong ones with one thing altered.

    "…, trong đó xuất khẩu đạt 12,4 tỷ USD, tăng 5,2%"  ->  "Theo báo cáo, xuất khẩu ở mức 12,4 tỷ USD."
                                                            "Exports reached US$12.4 billion, up 5.2%."
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from .claim_making import Maker, is_absent, replaced, stands_alone
from .claim_numbers import MEASURES_EN, MONEY_EN, VI_NOUNS, Written, spell, written
from .claim_right import year_added
from .claim_sources import Snippet
from .claim_terms import TERMS


@dataclass(frozen=True)
class Fact:
    """What a clause states: `subject` in its own words, `term` in English ("" where it is not known), `way` +1 rose by, -1 fell by,
    0 was; `year` where the claim may name one. `rise` is a second figure right behind: how much it rose."""

    snippet: Snippet
    figure: Written
    subject: str
    term: str
    way: int
    year: str = ""
    rise: Written | None = None
    rise_way: int = 0


_LEAD = re.compile(
    r"^(?:trong đó|theo đó|cụ thể|riêng|đồng thời|ngoài ra|đặc biệt|và|tiếp theo|toàn xã|cả nước)[,:]? (?:là )?", re.IGNORECASE
)
_TAIL = re.compile(r" (?:của Việt Nam|của cả nước|cả nước|của xã|toàn xã|toàn tỉnh|trị giá|của tỉnh)$", re.IGNORECASE)
_WHEN = re.compile(
    r" (?:(?:\d+|chín|sáu|ba) tháng(?: đầu năm)?|tháng \d+(?:/\d{4})?|quý [IV\d]+(?:/\d{4})?|năm \d{4}|trong kỳ)$", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"(?:^|[,;:.]\s+|\bvà )(?P<subject>[^,;:.()%“”\"]{8,70}?)"
    r" (?P<verb>ước đạt|đạt|là|còn|chiếm|tăng|giảm)(?: thêm| được| mức)?\s*$",
    re.IGNORECASE,
)
_LEANS = re.compile(  # subjects that say little by themselves, or compare
    r"\b(?:này|đó|trên|nêu|cùng kỳ|so với|bằng|lần lượt|tương ứng|chỉ|vẫn|cũng|nhưng|từ|mức|tỷ trọng|sau|trước|nếu|đến|với|được"
    r"|nhất|quá|tới|lên|xuống|con số|còn|không|chưa|khi|số liệu|kỷ lục|tương đương|kế hoạch|dự toán|đã|do|vì|để)\b",
    re.IGNORECASE,
)
_RISE = re.compile(r"^,? (?P<way>tăng|giảm)(?: thêm)? $")
_FRACTIONS = {
    Decimal("50"): ("một nửa", "half"), Decimal("25"): ("một phần tư", "a quarter"),
    Decimal("75"): ("ba phần tư", "three quarters"),
    Decimal("33.3"): ("một phần ba", "one third"), Decimal("66.7"): ("hai phần ba", "two thirds"),
    Decimal("20"): ("một phần năm", "one fifth"), Decimal("40"): ("hai phần năm", "two fifths"),
    Decimal("60"): ("ba phần năm", "three fifths"), Decimal("80"): ("bốn phần năm", "four fifths"),
}  # fmt: skip


def fact_of(snippet: Snippet, figure: Written, rng: Random) -> Fact | None:
    """The fact of a figure whose clause has the form "SUBJECT đạt FIGURE"."""
    if snippet.planned or snippet.language != "vi" or not stands_alone(snippet.text, figure):
        return None
    m = _CLAUSE.search(snippet.text[: figure.start])
    if not m or re.search(r"\bxuất,\s*$", snippet.text[: m.start("subject")]):  # "xuất, nhập khẩu" is one thing
        return None
    subject = _TAIL.sub("", _WHEN.sub("", _LEAD.sub("", m["subject"].strip())))
    subject = re.sub(r"^(?:Năm|Tháng|Quý|Trong|Tính|Hết|Kết quả|Như vậy).*", "", subject)
    if len(subject.split()) < 2 or _LEANS.search(subject) or re.search(r"\d", subject) or figure.sort == "points":
        return None
    term = next((en for vi, en in TERMS if subject.lower() == vi.lower()), "")
    way = {"tăng": 1, "giảm": -1}.get(m["verb"].lower(), 0)
    if way and figure.sort not in ("percent", "money", "measure"):
        return None
    made = year_added(snippet, figure, rng)
    year = str(snippet.report.period.year) if made and snippet.report.period else ""
    fact = Fact(snippet, figure, subject, term, way, year)
    return fact if way else _with_rise(fact)


def _with_rise(fact: Fact) -> Fact:
    for other in written(fact.snippet.text, "vi"):
        between = fact.snippet.text[fact.figure.end : other.start] if other.start > fact.figure.end else ""
        m = _RISE.fullmatch(between)
        if (
            m
            and other.sort == "percent"
            and fact.figure.sort != "percent"
            and re.match(r"\s*(?:so với|[,.;]|$)", fact.snippet.text[other.end :])
        ):
            return replace(fact, rise=other, rise_way=1 if m["way"] == "tăng" else -1)
    return fact


Tell = Callable[[Fact, Random], tuple[str, str] | None]


def plainly(fact: Fact, rng: Random) -> tuple[str, str] | None:
    """The subject in its own words, the rest in a model's."""
    value = _value_vi(fact)
    verb = {1: "tăng", -1: "giảm", 0: rng.choice(["là", "đạt", "ở mức", "đạt mức"])}[fact.way]
    subject = fact.subject[0].lower() + fact.subject[1:] if fact.subject[1:2].islower() else fact.subject
    forms = [
        f"Theo báo cáo, {subject} {verb} {value}.",
        f"Báo cáo cho biết {subject} {verb} {value}.",
        f"- {_upper(subject)}: {value}.",
    ]
    if fact.way:
        forms = [*forms[:2], f"{_upper(subject)} ghi nhận mức {verb} {value}."]
    if fact.year:
        forms += [f"{_upper(subject)} năm {fact.year} {verb} {value}.", f"Trong năm {fact.year}, {subject} {verb} {value}."]
    return rng.choice(forms), "vi"


def rise_told(fact: Fact, rng: Random) -> tuple[str, str] | None:
    """Two figures: the amount and how much it rose."""
    if fact.rise is None:
        return None
    way = "tăng" if fact.rise_way > 0 else "giảm"
    rise = f"{spell(fact.rise.value, 'vi')}%"
    forms = [
        f"{_upper(fact.subject)} đạt {_value_vi(fact)}, {way} {rise} so với cùng kỳ.",
        f"{_upper(fact.subject)} đạt {_value_vi(fact)}, tức {way} {rise}.",
        f"Theo báo cáo, {fact.subject[0].lower()}{fact.subject[1:]} là {_value_vi(fact)} ({way} {rise}).",
    ]
    return rng.choice(forms if "cùng kỳ" in fact.snippet.text[fact.rise.end :][:24] else forms[1:]), "vi"


def in_english(fact: Fact, rng: Random) -> tuple[str, str] | None:
    value = _value_en(fact, rng)
    if not fact.term or value is None:
        return None
    the = fact.term if fact.term in ("exports", "imports", "GDP", "CPI", "inflation", "rice", "services") else f"the {fact.term}"
    if fact.way:
        rose = "rose" if fact.way > 0 else "fell"
        up, noun = ("up", "a rise") if fact.way > 0 else ("down", "a fall")
        forms = [
            f"{_upper(the)} {rose} by {value}.", f"{_upper(the)} {rose} {value}.", f"{_upper(the)} was {up} {value}.",
            f"The report states that {the} {rose} by {value}.", f"There was {noun} of {value} in {the}.",
        ]  # fmt: skip
        return rng.choice(forms), "en"
    forms = [
        f"According to the report, {the} was {value}.", f"{_upper(the)} stood at {value}.", f"{_upper(the)} reached {value}.",
        f"The report gives {the} as {value}.", f"{_upper(fact.term)}: {value}.",
    ]  # fmt: skip
    if fact.year:
        forms += [f"In {fact.year}, {the} was {value}.", f"{_upper(the)} came to {value} in {fact.year}."]
    if fact.rise is not None:
        way = "up" if fact.rise_way > 0 else "down"
        forms.append(f"{_upper(the)} reached {value}, {way} {spell(fact.rise.value, 'en')}%.")
    return rng.choice(forms), "en"


def rounded_english(fact: Fact, rng: Random) -> tuple[str, str] | None:
    """With a rounding word: over what it is, nearly the next."""
    if fact.figure.places == 0 or fact.figure.value < 5 or fact.way or not fact.term:
        return None
    floor = fact.figure.value // 1
    word, value = rng.choice([("more than", floor), ("over", floor), ("nearly", floor + 1), ("almost", floor + 1)])
    near = fact.figure.value.quantize(Decimal(1))
    word, value = rng.choice([(word, value), ("about", near), ("roughly", near), ("around", near)])
    if value == fact.figure.value:
        return None
    said = _value_en(replace(fact, figure=replace(fact.figure, value=value, places=0)), rng)
    return (f"The {fact.term} was {word} {said}.", "en") if said else None


def as_fraction(fact: Fact, rng: Random) -> tuple[str, str] | None:
    """A share near a simple fraction, in the sentence's own words."""
    if fact.figure.sort != "percent" or fact.way:
        return None
    for share, (vi, en) in _FRACTIONS.items():
        if abs(fact.figure.value - share) <= Decimal("0.4"):
            if fact.term and rng.random() < 0.5:
                return f"The {fact.term} was about {en}.", "en"
            return replaced(fact.snippet.text, fact.figure, f"khoảng {vi}"), "vi"
    return None


TELLS: dict[str, Tell] = {
    "worded, own language": plainly,
    "worded, with its rise": rise_told,
    "worded, translated": in_english,
    "worded, translated, rounded": rounded_english,
    "worded, fraction": as_fraction,
}


def beyond_plan(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """ "bằng 104,5% dự toán" -> "vượt 4,5% dự toán", "4.5% above the plan"; below it the same way down."""
    m = re.match(r" (?:so với )?(dự toán|kế hoạch|chỉ tiêu|KH\b)", snippet.text[figure.end :])
    before = re.search(r"(?:đạt|bằng|ước đạt|tương đương) $", snippet.text[: figure.start])
    if figure.sort != "percent" or not m or not before or figure.value == 100 or not 60 < figure.value < 200:
        return None
    over = figure.value - 100
    gap = spell(abs(over), "vi", figure.places)
    return replaced(snippet.text, figure, f"{gap}%").replace(
        f"{before[0]}{gap}%", f"{'vượt' if over > 0 else 'thấp hơn'} {gap}%", 1
    ), "vi"


def share_as_excess(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """ "bằng 104,5% dự toán" -> "vượt dự toán 104,5%"."""
    made = beyond_plan(snippet, figure, rng)
    m = re.match(r" (?:so với )?(dự toán|kế hoạch|chỉ tiêu|KH\b)", snippet.text[figure.end :])
    before = re.search(r"(?:đạt|bằng|ước đạt|tương đương) $", snippet.text[: figure.start])
    if made is None or m is None or before is None:
        return None
    said = f"vượt {m[1]} {figure.digits}%"
    return snippet.text[: before.start()] + said + snippet.text[figure.end + m.end() :], "vi"


def worded_right() -> dict[str, Maker]:
    return {name: _maker(tell) for name, tell in TELLS.items()} | {"worded, beyond the plan": beyond_plan}


def worded_wrong() -> dict[str, Maker]:
    made: dict[str, Maker] = {f"{name}, digit": _altered(tell, _digit) for name, tell in list(TELLS.items())[:3]}
    made |= {f"{name}, turned": _altered(tell, _turned) for name, tell in list(TELLS.items())[:3]}
    made |= {
        f"{name}, scale": _altered(tell, _scaled)
        for name, tell in (("worded, own language", plainly), ("worded, translated", in_english))
    }
    made |= {
        f"{name}, year": _altered(tell, _other_year)
        for name, tell in (("worded, own language", plainly), ("worded, translated", in_english))
    }
    made["worded, share of the plan as excess"] = share_as_excess
    made["worded, a level as a rise"] = _maker(_level_as_rise)
    made["worded, a rise as a level"] = _maker(_rise_as_level)
    made["worded, other indicator"] = _maker(_other_term)
    made["worded, other fraction"] = _maker(_other_fraction)
    made["worded, rounded wrong way"] = _maker(_rounded_wrong)
    return made


def _maker(tell: Tell) -> Maker:
    def make(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
        fact = fact_of(snippet, figure, rng)
        return tell(fact, rng) if fact else None

    return make


def _altered(tell: Tell, alter: Callable[[Fact, str, Random], str | None]) -> Maker:
    def make(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
        fact = fact_of(snippet, figure, rng)
        said = tell(fact, rng) if fact else None
        text = alter(fact, said[0], rng) if fact and said else None
        return (text, said[1]) if text and said and text != said[0] else None

    return make


def _digit(fact: Fact, text: str, rng: Random) -> str | None:
    at = rng.choice([m.start() for m in re.finditer(r"\d", re.sub(r"\b(?:19|20)\d\d\b", "    ", text))] or [-1])
    if at < 0:
        return None
    made = text[:at] + rng.choice([d for d in "123456789" if d != text[at]]) + text[at + 1 :]
    return made if is_absent(fact.snippet, fact.figure, made) else None


def _turned(fact: Fact, text: str, rng: Random) -> str | None:
    pairs = (("tăng", "giảm"), ("rose", "fell"), ("up", "down"), ("a rise", "a fall"))
    for one, other in (*pairs, *((b, a) for a, b in pairs)):
        if re.search(rf"\b{one}\b", text.removeprefix(fact.subject)) and not re.search(
            r"tăng|giảm|growth", fact.subject + fact.term
        ):
            return re.sub(rf"\b{one}\b", other, text, count=1)
    return None


def _scaled(fact: Fact, text: str, rng: Random) -> str | None:
    pairs = (("tỷ", "triệu"), ("triệu", "tỷ"), ("billion", "million"), ("million", "billion"), ("trillion", "billion"))
    if fact.figure.sort != "money":
        return None
    return next((text.replace(one, other, 1) for one, other in pairs if re.search(rf"\d (?:nghìn )?{one}\b", text)), None)


def _other_year(fact: Fact, text: str, rng: Random) -> str | None:
    return text.replace(fact.year, str(int(fact.year) + rng.choice([-2, -1, 1, 2])), 1) if fact.year else None


def _level_as_rise(fact: Fact, rng: Random) -> tuple[str, str] | None:
    """ "đạt 104,5%" told as "tăng 104,5%"."""
    if fact.way or fact.figure.sort != "percent" or re.search(r"tăng|giảm|tốc độ|growth|lạm phát", fact.subject + fact.term):
        return None
    vi = rng.random() < 0.5 or not fact.term
    return (
        (f"{_upper(fact.subject)} tăng {_value_vi(fact)}.", "vi")
        if vi
        else (f"The {fact.term} rose by {_value_en(fact, rng)}.", "en")
    )


def _rise_as_level(fact: Fact, rng: Random) -> tuple[str, str] | None:
    if not fact.way or re.search(r"tăng|giảm|tốc độ|CPI|GDP|giá|lạm phát", fact.subject) or len(fact.subject.split()) < 3:
        return None
    return f"{_upper(fact.subject)} chiếm {_value_vi(fact)}.", "vi"


def _other_term(fact: Fact, rng: Random) -> tuple[str, str] | None:
    """Another indicator's name, one that shares no word with the report's own passage."""
    around = f"{fact.snippet.text} {fact.snippet.unit.heading} {fact.snippet.unit.lead} {fact.snippet.unit.previous}".lower()
    far = [
        en for vi, en in TERMS if not any(word in around for word in vi.lower().split() if len(word) > 2) and len(vi.split()) > 2
    ]
    value = _value_en(fact, rng)
    return (f"The {rng.choice(far)} was {value}.", "en") if far and value and not fact.way else None


def _other_fraction(fact: Fact, rng: Random) -> tuple[str, str] | None:
    if fact.figure.sort != "percent" or fact.way:
        return None
    far = [names for share, names in _FRACTIONS.items() if abs(fact.figure.value - share) > 4]
    vi, en = rng.choice(far)
    if fact.term and rng.random() < 0.5:
        return f"The {fact.term} was about {en}.", "en"
    return replaced(fact.snippet.text, fact.figure, f"khoảng {vi}"), "vi"


def _rounded_wrong(fact: Fact, rng: Random) -> tuple[str, str] | None:
    """ "more than 86" for 85.1, "nearly 85" for 85.1."""
    if fact.figure.places == 0 or fact.figure.value < 5 or fact.way or not fact.term or fact.figure.value == fact.figure.value // 1:
        return None
    floor = fact.figure.value // 1
    word, value = rng.choice([("more than", floor + 1), ("over", floor + 1), ("nearly", floor), ("almost", floor)])
    said = _value_en(replace(fact, figure=replace(fact.figure, value=value, places=0)), rng)
    return (f"The {fact.term} was {word} {said}.", "en") if said and is_absent(fact.snippet, fact.figure, said) else None


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def _value_vi(fact: Fact) -> str:
    figure = fact.figure
    gap = "" if figure.sort == "percent" else " "
    return f"{spell(figure.value, 'vi', figure.places)}{gap}{figure.unit}"


def _value_en(fact: Fact, rng: Random) -> str | None:
    figure = fact.figure
    digits = spell(figure.value, "en", figure.places)
    if figure.sort == "percent":
        return rng.choice([f"{digits}%", f"{digits} percent", f"{digits} per cent"])
    if figure.sort == "money" and figure.unit in MONEY_EN:
        scale, currency = MONEY_EN[figure.unit].split()
        forms = {"VND": [f"VND {digits} {scale}", f"VND{digits} {scale}", f"{digits} {scale} dong"],
                 "USD": [f"US${digits} {scale}", f"${digits} {scale}", f"USD {digits} {scale}"]}  # fmt: skip
        return rng.choice([f"{digits} {scale} {currency}", *forms[currency]])
    table = MEASURES_EN if figure.sort == "measure" else VI_NOUNS
    return f"{digits} {table[figure.unit]}" if figure.unit in table else None
