"""A written number with its unit -> an amount that can be compared: "1,2 tỷ đồng", "1.2 billion VND" and "1.200 triệu đồng"
are one.

Amounts are in the base of their dimension: đồng, dollars, square metres, kilograms, heads. Percentages stay percentages, a
change in percentage points is a dimension of its own, and a ratio "9/12" keeps both its parts. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from index.language import Number, fold, stem
from index.language.units import KIND, unit_in

_SCALES = {
    "nghin": 10**3, "ngan": 10**3, "van": 10**4, "trieu": 10**6, "ty": 10**9, "ti": 10**9, "nghin ty": 10**12, "ngan ty": 10**12,
    "trieu ty": 10**15, "trieu ti": 10**15, "million billion": 10**15, "quadrillion": 10**15,
    "nghin ti": 10**12, "ngan ti": 10**12, "thousand": 10**3, "ten thousand": 10**4, "million": 10**6, "billion": 10**9,
    "trillion": 10**12, "thousand billion": 10**12, "bn": 10**9, "mn": 10**6, "m": 10**6, "tn": 10**12, "trd": 10**6, "tr": 10**6,
    "hundred": 100, "chuc": 10, "tram": 100,
}  # fmt: skip
_CURRENCIES = {
    "dong": "VND", "vnd": "VND", "d": "VND", "vietnamese dong": "VND", "usd": "USD", "us dollars": "USD", "us dollar": "USD",
    "dollars": "USD", "dollar": "USD", "do la": "USD", "do la my": "USD", "us$": "USD", "$": "USD", "euro": "EUR", "euros": "EUR",
    "eur": "EUR", "gbp": "GBP", "jpy": "JPY",
}  # fmt: skip
_MEASURES: dict[str, tuple[str, Decimal]] = {
    name: (dimension, Decimal(factor))
    for dimension, factor, names in (
        ("area", "10000", "ha|hec ta|hecta|hectare|hectares"),
        ("area", "1000000", "km2|km²|square kilometres|square kilometers|square kilometre|square kilometer|sq km|kilomet vuong"),
        ("area", "1", "m2|m²|square metres|square meters|square metre|square meter|sq m|met vuong"),
        ("area_sao", "1", "sao"),
        ("volume", "1", "m3|m³|cubic metres|cubic meters|cubic metre|cubic meter|met khoi|khoi"),
        ("volume", "0.001", "lit|litres|liters|litre|liter"),
        ("length", "1000", "km|kilometres|kilometers|kilometre|kilometer|kilomet|cay so"),
        ("length", "1", "m|met|metres|meters|metre|meter"),
        ("length", "0.01", "cm|centimetres|centimeters"),
        ("length", "0.001", "mm|millimetres|millimeters"),
        ("mass", "1", "kg|kilograms|kilogrammes|kilogram|ky"),
        ("mass", "10", "yen"),
        ("mass", "100", "ta|quintals|quintal"),
        ("mass", "1000", "tan|tonnes|tons|tonne|ton"),
        ("energy", "1", "kwh"),
        ("energy", "1000", "mwh"),
        ("power", "1", "kw"),
        ("power", "1000", "mw|megawatts|megawatt"),
        ("temperature", "1", "°c|do c|degrees celsius"),
        ("age", "1", "tuoi|years old|years of age|year-old"),
        ("times", "1", "lan|times|fold"),
        ("hours", "1", "gio|hours|hour"),
        ("minutes", "1", "phut|minutes|minute"),
        ("days", "1", "ngay|days|day"),
        ("days", "7", "tuan|weeks|week"),
        ("months", "1", "thang|months|month"),
        ("months", "3", "quy|quarters|quarter"),
        ("months", "12", "nam|years|year"),
        ("months", "120", "thap ky|decades|decade"),
    )
    for name in names.split("|")
}  # fmt: skip
_PEOPLE = frozenset({"people", "persons", "individuals", "residents", "inhabitants"})
_KINDS_OF_PEOPLE = frozenset(
    {
        "workers", "pupils", "university students", "trainees", "teachers", "doctors", "assistant doctors", "nurses", "patients",
        "officials", "civil servants", "public employees", "party members", "members", "union members", "delegates", "women",
        "children", "passengers", "tourists", "person-visits", "visitors", "visitor arrivals", "beneficiaries", "experts", "jobs",
        "farmers", "men", "cases", "times", "caregivers", "operators", "guests", "subscribers",
    }
)  # fmt: skip
_HEADS = frozenset({"units", "cases", "items", "times", "types", "groups", "points", "subjects"})
_SAME_NOUNS = (
    frozenset({"households", "families", "household"}),
    frozenset({"people", "persons", "individuals", "inhabitants", "residents"}),
    frozenset({"workers", "jobs", "labourers", "employees"}),
    frozenset({"pupils", "students", "university students", "trainees"}),
    frozenset({"villages", "hamlets", "bản"}),
    frozenset({"cases", "vụ", "accidents"}),
    frozenset({"houses", "apartments"}),
    frozenset({"animals", "cattle", "pigs", "head"}),
    frozenset({"criteria", "targets", "indicators"}),
    frozenset({"schools", "units", "establishments"}),
    frozenset({"petitions", "files"}),
    frozenset({"meetings", "sessions", "conferences", "rounds", "times"}),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` in the base of `dimension` ("VND", "area", "%", "pp", "ratio", "count" …). `step` is the unit of its last
    written digit, in the same base. `noun` is what is counted, "" where nothing says; `per` what it is divided by ("ha" of
    "tạ/ha"). A ratio has `of`. `stated` is False where neither number nor table says the unit.
    """

    value: Decimal
    step: Decimal
    dimension: str
    noun: str = ""
    per: str = ""
    of: Decimal | None = None
    stated: bool = True


def quantity(number: Number) -> Quantity:
    """The amount that `number` writes."""
    written = Decimal(1).scaleb(int(number.value.as_tuple().exponent)) if number.value else Decimal(1)
    if number.kind == "ratio" and number.of is not None:
        return Quantity(number.value, written, "ratio", _noun(number.unit), of=number.of)
    if number.kind == "percentage":
        folded = fold(number.unit)
        if "diem" in folded or "point" in folded:
            return Quantity(number.value, written, "pp")
        factor = Decimal("0.1") if number.unit == "‰" else Decimal(1)
        return Quantity(number.value * factor, written * factor, "%")
    factor, dimension, noun, per = _unit(number.unit, number.kind)
    return Quantity(number.value * factor, written * factor, dimension, noun, per, stated=bool(number.unit))


@lru_cache(maxsize=4_000)
def _unit(unit: str, kind: str) -> tuple[Decimal, str, str, str]:
    """(factor, dimension, noun, per) of a unit as written."""
    head, _, per = (part.strip() for part in unit.partition("/"))
    folded = re.sub(r"\s+", " ", fold(head)).strip(" .")
    per_key = _per(per)
    scale = Decimal(1)
    while folded:
        if folded in _CURRENCIES:
            return scale, _CURRENCIES[folded], "", per_key
        if folded in _MEASURES and (kind in ("measure", "count") or scale == 1) and not (folded == "m" and kind == "money"):
            dimension, factor = _MEASURES[folded]
            return scale * factor, dimension, "", per_key
        scaled = next((s for s in _LONGEST if folded == s or folded.startswith(s + " ")), "")
        if not scaled:
            break
        scale *= _SCALES[scaled]
        folded = folded[len(scaled) :].strip()
        head = " ".join(head.split()[len(scaled.split()) :])
    return scale, "count", _noun(head), per_key


_LONGEST = sorted(_SCALES, key=len, reverse=True)


_PERS = {
    "nguoi": "person", "person": "person", "capita": "person", "head": "person", "nam": "year", "year": "year", "annum": "year",
    "annually": "year", "thang": "month", "month": "month", "monthly": "month", "ngay": "day", "day": "day", "ho": "household",
    "household": "household", "ha": "ha", "hectare": "ha",
}  # fmt: skip
_SAID_PER = re.compile(
    r"\s*,?\s*(?:(?:/|per|an?|mot|moi|each|every)\s+(?P<one>nguoi|person|capita|head|nam|year|annum|thang|month|ngay|day|ho|household|ha|hectare)"
    r"|(?P<adverb>annually|monthly))\b(?!\s+(?:truoc|sau|earlier|ago|before|later|dan|ngheo))"
)


def per_in_words(after: str) -> str:
    """What an amount is divided by as the words right behind it say, in the order of "/người/năm": "một năm" -> "year", "per person
    per year" -> "person/year"."""
    folded, at, found = fold(after), 0, []
    while m := _SAID_PER.match(folded, at):
        found.append(_PERS[m["one"] or m["adverb"]])
        at = m.end()
    return "/".join(sorted(found, key=lambda name: name in ("year", "month", "day")))


def _per(per: str) -> str:
    if not per:
        return ""
    return fold(unit_in(f"ha/{per}", "en").partition("/")[2])


@lru_cache(maxsize=4_000)
def _noun(unit: str) -> str:
    """The English name of what is counted: "hộ nghèo" -> "households", "poor households" -> "households"; "" for no unit."""
    unit = re.sub(r"\s+", " ", unit).strip().lower()
    if not unit:
        return ""
    whole = unit_in(unit_in(unit, "vi"), "en").lower()
    if whole in _CANONICAL:
        return whole
    parts = unit.split()
    for size in range(len(parts), 0, -1):
        head = " ".join(parts[:size])
        if head in KIND["vi"]:
            return unit_in(head, "en").lower()
    last = unit_in(unit_in(parts[-1], "vi"), "en").lower()
    return last if last in _CANONICAL else stem(parts[-1])


_CANONICAL = frozenset(unit_in(form, "en").lower() for form, kind in KIND["vi"].items() if kind == "count")


def same_noun(a: str, b: str) -> bool:
    """Whether two counted nouns may be one: equal, near enough, or one of them general ("people" beside "pupils", "units")."""
    if not a or not b or a == b:
        return True
    if a in _HEADS or b in _HEADS or any(a in group and b in group for group in _SAME_NOUNS):
        return True
    return (a in _PEOPLE and b in _KINDS_OF_PEOPLE) or (b in _PEOPLE and a in _KINDS_OF_PEOPLE)


def same_amount(claimed: Quantity, held: Quantity, *, marked: str = "") -> bool:
    """Whether the claimed amount is the held one, as exact as it is written or rightly rounded.

    Rounding is right where the claim drops digits of the held amount and each step is to the nearest. `marked` tells which way the
    claim's own words round: "about", "over", "under"; those allow whole numbers to lose digits too, "over" only downwards and
    "under" only upwards. Shares are compared across notations: two thirds is 66.7 %.
    """
    if claimed.dimension == "ratio" or held.dimension == "ratio":
        return _same_share(claimed, held, marked)
    if claimed.dimension != held.dimension or claimed.per != held.per:
        return False
    return _rounds(claimed.value, claimed.step, held.value, held.step, marked)


def _rounds(claimed: Decimal, step: Decimal, held: Decimal, held_step: Decimal, marked: str) -> bool:
    if claimed == held:
        return True
    if marked:
        digits = claimed.normalize()
        coarse = max(step, Decimal(1).scaleb(int(digits.as_tuple().exponent))) if claimed else step
        error = claimed - held
        if marked == "over":
            return -coarse < error < 0 and abs(error) <= abs(held) * Decimal("0.15")
        if marked == "under":
            return 0 < error < coarse and abs(error) <= abs(held) * Decimal("0.15")
        return abs(error) * 2 <= coarse and abs(error) <= abs(held) * Decimal("0.08")
    return step > held_step and abs(claimed - held) * 2 <= step and claimed != 0


def _same_share(claimed: Quantity, held: Quantity, marked: str) -> bool:
    if claimed.dimension == held.dimension == "ratio":
        if (claimed.value, claimed.of) == (held.value, held.of):
            return True
        return _share(claimed) == _share(held)
    if claimed.dimension == "%" and held.dimension == "ratio":
        share = _share(held)
        if (marked == "over" and claimed.value > share) or (marked == "under" and claimed.value < share):
            return False
        return abs(claimed.value - share) * 2 <= claimed.step or (marked == "about" and abs(claimed.value - share) <= 1)
    if held.dimension == "%" and claimed.dimension == "ratio" and (claimed.of or 0) <= 10:
        return abs(_share(claimed) - held.value) <= (Decimal(2) if marked else Decimal("0.5"))
    if claimed.dimension == "count" and held.dimension == "ratio":
        return claimed.value == held.value
    if claimed.dimension == "ratio" and held.dimension == "count":
        return False
    return False


def _share(ratio: Quantity) -> Decimal:
    return 100 * ratio.value / ratio.of if ratio.of else Decimal(0)
