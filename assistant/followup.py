"""A follow-up question + the turn before -> a question complete in itself. Pure; knows nothing of reports and answers.

"Tỷ lệ hộ nghèo của xã Hải Đông năm 2022?", then "Còn năm 2023?" -> "Tỷ lệ hộ nghèo của xã Hải Đông năm 2023?"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index import Language, Period, Place
from index.language import detect_language, find_periods, fold, has_marks
from index.lexicon.glossary import Glossary

from .question import CAPITALISED, Question, analyse

_AGAIN = {
    "percentage": {"vi": "Tỷ lệ ", "en": "What share: "},
    "count": {"vi": "Có bao nhiêu ", "en": "How many: "},
}
_LEAD_IN = re.compile(
    r"^\W*(?:(?:thế )?còn|thế|vậy|the con|con|the|vay|và|va|and|what about|how about|and what about|also|or|so)\b[\s,:]*"
    r"(?:(?:what|how) about\b)?[\s,]*",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[\s,]*(?:thì sao|thi sao|ra sao|thế nào|the nao|nhỉ|nhi|then|too|as well)?[\s?.!]*$", re.IGNORECASE)
_BARE_NAME = re.compile(rf"(?:{CAPITALISED})(?:\s+{CAPITALISED}){{0,3}}")


def complete(question: str, earlier: Sequence[str], *, glossary: Glossary, known_places: Iterable[Place] = ()) -> str:
    """A follow-up with what it lacks taken from the turn before ("And in 2023?" -> "Tỷ lệ hộ nghèo … năm 2023?").

    `earlier` holds the complete questions of earlier turns, oldest first. Returns `question` unchanged where it lacks nothing.
    """
    if not earlier:
        return question
    places = list(known_places)
    if not has_marks(question) and has_marks(earlier[-1]) and detect_language(question) == "vi":
        earlier = [fold(earlier[-1])]  # one spelling throughout: "con bao hiem y te" after an accented question
    now = analyse(question, glossary=glossary, known_places=places)
    before = analyse(earlier[-1], glossary=glossary, known_places=places)
    bare = without_lead_in(question)
    led_in = bool(_LEAD_IN.match(question)) or bool(re.search(r"\b(thi sao|what about|how about)\b", fold(question)))
    if led_in and before.places and _BARE_NAME.fullmatch(bare):  # "What about Son Trach?"
        now = replace(now, places=now.places or (Place(bare),), words=(), concepts=())
    if not _has_topic(now, glossary):
        if not (now.periods or now.places or now.asks_target):
            return question
        return _spelling_of(question, _restate(before, now))
    if not led_in:
        return question
    asked = bare.strip() or question
    if not now.places and before.places:
        asked += _place_phrase(before.places[0], now.language)
    if not now.periods and before.periods:
        asked += _period_phrase(before.periods[0], now.language)
    frame = _frame(before, now)
    return _spelling_of(question, f"{frame}{asked}?" if not asked.endswith("?") else asked)


def without_lead_in(question: str) -> str:
    """ "Còn bảo hiểm y tế thì sao?" -> "bảo hiểm y tế"."""
    return _TAIL.sub("", _LEAD_IN.sub("", question, count=1))


def _spelling_of(question: str, standalone: str) -> str:
    """Without diacritics where the follow-up has none: half-marked Vietnamese is read as neither."""
    return fold(standalone) if not has_marks(question) and detect_language(standalone) == "vi" else standalone


def _has_topic(question: Question, glossary: Glossary) -> bool:
    topical = [c for c in question.concepts if glossary.kind(c) not in ("status", "unit", "subject")]
    return bool(topical or question.words or question.counted)


def _restate(before: Question, now: Question) -> str:
    """The question before with this one's period and place put in."""
    text = before.text
    cut = [(m.start, m.end) for m in find_periods(text)] if now.periods else []
    if now.places:
        cut += before.place_spans
    for start, end in sorted(cut, reverse=True):
        left = re.sub(r"\s*\b(?:vào|trong|năm|nam|in|for|during|ở|tại|of|at|o|tai)\s*$", "", text[:start], flags=re.IGNORECASE)
        text = left + text[end:]
    text = re.sub(r"\s{2,}", " ", text).rstrip(" ?.!,")
    if now.places:
        text += _place_phrase(now.places[0], before.language)
    if now.periods:
        text += _period_phrase(now.periods[0], before.language)
    if now.asks_target and not before.asks_target:
        text += " (chỉ tiêu)" if before.language == "vi" else " (target)"
    return text + "?"


def _frame(before: Question, now: Question) -> str:
    """ "còn bảo hiểm y tế thì sao?" after a question for a share asks for a share again."""
    if now.kind in ("text", "number") and before.kind in ("percentage", "count"):
        return _AGAIN[before.kind][now.language]
    return ""


def _place_phrase(place: Place, language: Language) -> str:
    return f" ở {place.label('vi')}" if language == "vi" else f" in {place.label('en')}"


def _period_phrase(period: Period, language: Language) -> str:
    label = period.label(language)
    if language == "vi":
        return f" năm {label}" if period.is_whole_year else f" {label}"
    return f" in {label}"
