"""Questions to begin with: what this library's own reports answer, put the way a person would. Pure, given a way to ask.

Each template asks for one indicator of the glossary. A report is offered the templates of indicators it names, and a question is
shown only if asking it brings a value from that report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from index import Language, ReportInfo
from index.lexicon.glossary import Glossary

from .answers import Answer

# concept -> the question in each language, most asked first; {where} and {when} are filled in or left out.
TEMPLATES: dict[str, dict[Language, str]] = {
    "clean_water": {
        "vi": "Tỷ lệ hộ dân dùng nước sạch {where} {when} là bao nhiêu?",
        "en": "What share of households use clean water {where} {when}?",
    },
    "poor_household": {
        "vi": "{where} {when} còn bao nhiêu hộ nghèo?",
        "en": "What was the poverty rate {where} {when}?",
    },
    "health_insurance": {
        "vi": "Tỷ lệ tham gia bảo hiểm y tế {where} {when}?",
        "en": "What share of people had health insurance {where} {when}?",
    },
    "budget_revenue": {
        "vi": "Thu ngân sách {where} {when} đạt bao nhiêu?",
        "en": "How much budget revenue was collected {where} {when}?",
    },
    "income_per_capita": {
        "vi": "Thu nhập bình quân đầu người {where} {when}?",
        "en": "What was the income per capita {where} {when}?",
    },
    "forest_cover": {
        "vi": "Tỷ lệ che phủ rừng {where} {when} là bao nhiêu?",
        "en": "What was the forest cover {where} {when}?",
    },
    "cultural_family": {
        "vi": "Tỷ lệ gia đình văn hóa {where} {when}?",
        "en": "What share of families were cultural families {where} {when}?",
    },
    "trained_worker": {
        "vi": "Tỷ lệ lao động qua đào tạo {where} {when}?",
        "en": "What share of workers were trained {where} {when}?",
    },
    "stunting": {
        "vi": "Tỷ lệ trẻ suy dinh dưỡng thấp còi {where} {when}?",
        "en": "What was the stunting rate {where} {when}?",
    },
    "latrine": {
        "vi": "Tỷ lệ hộ có nhà tiêu hợp vệ sinh {where} {when}?",
        "en": "What share of households had a hygienic latrine {where} {when}?",
    },
    "grdp": {
        "vi": "GRDP {where} {when} tăng bao nhiêu?",
        "en": "How fast did GRDP grow {where} {when}?",
    },
    "tourist": {
        "vi": "{where} {when} đón bao nhiêu lượt khách?",
        "en": "How many visitors came {where} {when}?",
    },
}


def examples(
    reports: Iterable[tuple[ReportInfo, str]], glossary: Glossary, ask: Callable[[str, str], Answer], language: Language, limit: int
) -> list[str]:
    """At most `limit` questions, one a report while there are enough. `reports` pairs each report with its text; `ask(question,
    report id)` answers from that report alone."""
    first: list[str] = []
    more: list[str] = []
    used: set[str] = set()
    for info, text in reports:
        named = {m.concept for m in glossary.find(text)}
        mine: list[str] = []
        for concept, wording in sorted(TEMPLATES.items(), key=lambda item: item[0] in used):  # another indicator for each report
            if concept not in named or len(mine) == 2:
                continue
            question = _fill(wording[language], info, language)
            answer = ask(question, info.id)
            if answer.answered and answer.value is not None and answer.value.number is not None and answer.value.figure != "target":
                mine.append(question)
                used.add(concept)
        first += mine[:1]
        more += mine[1:]
        if len(first) >= limit:
            break
    return (first + more)[:limit]


def _fill(wording: str, info: ReportInfo, language: Language) -> str:
    where = when = ""
    if info.place:
        where = f"ở {info.place.label('vi')}" if language == "vi" else f"in {info.place.label('en')}"
    if info.period:
        label = info.period.label(language)
        if language == "vi":
            when = f"năm {label}" if info.period.is_whole_year else label
        else:
            when = f"in {label}".replace("in first", "in the first")
    filled = re.sub(r"\s+", " ", wording.format(where=where, when=when)).replace(" ?", "?").strip()
    return filled[:1].upper() + filled[1:]
