"""One sentence of a report -> claims that are right by the way they are made."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random

from .claim_making import RANGE_AFTER, Maker, approximate, names_no_place, replaced, says_plan, stands_alone
from .claim_numbers import EN_NOUNS, MEASURES_EN, MONEY_EN, VI_NOUNS, Written, in_words, spell, written
from .claim_sources import Snippet
from .claim_terms import TERMS


def right_makers() -> dict[str, Maker]:
    return {
        "verbatim": _verbatim,
        "marked up": _marked_up,
        "percent in words": _percent_words,
        "other scale": _other_scale,
        "other unit": _other_unit,
        "number in words": _number_words,
        "decimals dropped": _dropped,
        "about": _about,
        "over": _over,
        "nearly": _nearly,
        "translated": translated,
        "other marks": _other_marks,
        "year added": year_added,
        "place added": _place_added,
        "one clause": _clause,
        "plan told as plan": _plan_kept,
    }


def _verbatim(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    return (snippet.text, snippet.language) if says_plan(snippet) else None


def _marked_up(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    if not says_plan(snippet):
        return None
    return replaced(snippet.text, figure, f"**{snippet.text[figure.start : figure.end]}**").rstrip(
        ". ;"
    ) + " [1].", snippet.language


def _percent_words(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    if figure.sort != "percent" or not says_plan(snippet):
        return None
    unit = rng.choice([" phần trăm", " %"]) if snippet.language == "vi" else rng.choice([" per cent", "%"])
    return replaced(snippet.text, figure, figure.digits + unit), snippet.language


def _other_scale(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    steps: dict[str, tuple[str, Decimal | int]] = {
        "tỷ đồng": ("triệu đồng", 1000),
        "triệu đồng": ("tỷ đồng", Decimal("0.001")),
        "nghìn tỷ đồng": ("tỷ đồng", 1000),
        "tỷ USD": ("triệu USD", 1000),
    }
    if figure.unit not in steps or not says_plan(snippet) or RANGE_AFTER.search(snippet.text[figure.end :]):
        return None
    unit, factor = steps[figure.unit]
    if figure.unit == "triệu đồng" and figure.value < 100:
        return None
    return replaced(snippet.text, figure, f"{spell((figure.value * factor).normalize() + 0, 'vi')} {unit}"), "vi"


def _other_unit(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    after = snippet.text[figure.end :].lower()
    if (
        figure.unit not in ("ha", "tấn")
        or not says_plan(snippet)
        or not stands_alone(snippet.text, figure)
        or after.startswith(("/", " lúa"))
    ):
        return None
    if figure.unit == "ha":
        return replaced(snippet.text, figure, f"{spell((figure.value / 100).normalize() + 0, 'vi')} km²"), "vi"
    return replaced(snippet.text, figure, f"{spell(figure.value * 10, 'vi')} tạ"), "vi"


def _number_words(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    whole = figure.places == 0 and 11 <= figure.value <= 99 and figure.value % 10 != 0
    if (
        not whole
        or figure.sort not in ("count", "percent")
        or not says_plan(snippet)
        or RANGE_AFTER.search(snippet.text[figure.end :])
    ):
        return None
    unit = figure.unit
    if figure.sort == "percent":
        unit = "phần trăm" if snippet.language == "vi" else "percent"
    return replaced(snippet.text, figure, f"{in_words(int(figure.value), snippet.language)} {unit}"), snippet.language


def _dropped(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    if figure.places == 0 or figure.value < 2 or not says_plan(snippet) or not stands_alone(snippet.text, figure):
        return None
    return replaced(
        snippet.text, figure, f"{spell(figure.value, snippet.language, figure.places - 1)}{figure.gap}{figure.unit}"
    ), snippet.language


def _about(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    return approximate(snippet, figure, "khoảng" if snippet.language == "vi" else "about", "near")


def _over(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    return approximate(snippet, figure, rng.choice(["hơn", "trên"]) if snippet.language == "vi" else "over", "floor")


def _nearly(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    return approximate(snippet, figure, "gần" if snippet.language == "vi" else "nearly", "ceiling")


def _other_marks(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """A percentage with the other language's decimal mark, as models write them: "85.1%" in a Vietnamese sentence."""
    if (
        figure.sort != "percent"
        or figure.places not in (1, 2)
        or not says_plan(snippet)
        or len(written(snippet.text, snippet.language)) > 1
    ):
        return None
    if re.search(r"\d[.,]\d", snippet.text[: figure.start] + snippet.text[figure.end :]):
        return None
    other = "en" if snippet.language == "vi" else "vi"
    return replaced(snippet.text, figure, f"{spell(figure.value, other)}%"), snippet.language


def year_added(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    period = snippet.report.period
    clean = (
        not snippet.planned
        and period
        and period.is_whole_year
        and not re.search(r"\b(19|20)\d\d\b|cùng kỳ|năm trước", snippet.text)
    )
    if re.search(r"tháng|quý|tuần|ngày|thế giới", f"{snippet.report.title} {snippet.text}".lower()):
        return None
    if (
        not clean
        or period is None
        or re.search(r"\b(?:19|20)\d\d\b|năm", snippet.unit.heading + snippet.unit.lead + snippet.unit.previous)
    ):
        return None
    if snippet.language == "en":
        return f"In {period.year}, {snippet.text[0].lower()}{snippet.text[1:]}", "en"
    return f"Năm {period.year}, {snippet.text[0].lower()}{snippet.text[1:]}", "vi"


def _place_added(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    place = snippet.report.place
    if (
        place is None
        or snippet.planned
        or not names_no_place(snippet.text)
        or place.level not in ("commune", "ward", "district", "province")
    ):
        return None
    if snippet.language == "en":
        return f"In {place.name} {place.level}, {snippet.text[0].lower()}{snippet.text[1:]}", "en"
    word = {"commune": "xã", "ward": "phường", "district": "huyện", "province": "tỉnh"}[place.level]
    return f"Tại {word} {place.name}, {snippet.text[0].lower()}{snippet.text[1:]}", "vi"


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
    if (
        not re.search(r"phấn đấu|chỉ tiêu|mục tiêu|phương hướng", f"{unit.heading} {unit.lead}".lower())
        or "kết quả" in unit.heading.lower()
    ):
        return None
    if snippet.language != "vi" or re.search(r"đã|năm trước|so với|thực hiện", snippet.text.lower()):
        return None
    return f"Mục tiêu đề ra: {snippet.text[0].lower()}{snippet.text[1:]}", "vi"


def translated(snippet: Snippet, figure: Written, rng: Random) -> tuple[str, str] | None:
    """ "Tỷ lệ hộ nghèo còn 2,1%" -> "The share of poor households was 2.1%": a known term right before the figure."""
    if snippet.planned or not stands_alone(snippet.text, figure):
        return None
    source, target = snippet.language, "en" if snippet.language == "vi" else "vi"
    before, amount = snippet.text[: figure.start], _unit_in(figure, target)
    link = _LINKS[source]
    for vi, en in TERMS if amount else ():
        term = vi if source == "vi" else en
        m = re.search(rf"(?:^|[,;:.]\s*(?:trong đó,? )?|\btổng )({re.escape(term)}){link}", before, re.IGNORECASE)
        if not m or re.search(r"\bxuất,\s*$", before[: m.start(1)]):  # "xuất, nhập khẩu" is one thing
            continue
        verb = (m["verb"] or "").strip()
        led = re.match(r"(?:Năm|In) ((?:19|20)\d\d),", snippet.text)
        if target == "en":
            said = {"tăng": "rose by", "giảm": "fell by"}.get(verb, "was")
            return (f"In {led[1]}, the {en} {said} {amount}." if led else f"The {en} {said} {amount}."), "en"
        said = {"rose by": "tăng", "fell by": "giảm"}.get(verb, "là")
        return (f"Năm {led[1]}, {vi} {said} {amount}." if led else f"{vi[0].upper()}{vi[1:]} {said} {amount}."), "vi"
    return None


_LINKS = {
    "vi": r"(?: (?:toàn xã|toàn tỉnh|cả nước|của cả nước|trên địa bàn|của xã|theo quy chuẩn|bình quân))?(?: năm (?:19|20)\d\d)?"
    r"(?P<verb> đạt| là| còn| chiếm| có| tăng| giảm)?(?: thêm)?\s*$",
    "en": r"(?P<verb> was| is| reached| of| rose by| fell by)?\s*$",
}


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
