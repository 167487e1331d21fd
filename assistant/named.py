"""A unit of evidence -> what it names: people, dates, places, ranks, quoted phrases, each with the words beside it. Pure.

Knows nothing of the question, and nothing of figures but where dates stand.
"""

from __future__ import annotations

import re

from index.figures.candidate import Candidate, ValueKind, numbers_in
from index.language import find_periods, find_places, fold

from . import cues
from .evidence import Unit

_RANK = re.compile(
    r"\bthứ (?:\d+|nhất|nhì|hai|ba|tư|năm|sáu|bảy|tám|chín|mười)\b(?:/\d+)?|\b\d+(?:st|nd|rd|th)\b|"
    r"\b(?:hạng|vị trí) \d+\b(?:/\d+)?|(?<=\bxếp )\d+/\d+|(?<=\bđứng )\d+/\d+|(?<=\branked )\d+\b(?:/\d+)?|"
    r"\b(?:first|second|third|fourth|fifth) (?:place|in|of|among)\b|"
    r"(?<=\branked )(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)\b",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(
    r"(?:từ |from )?(?:ngày|tháng|quý|tu ngay|ngay)\s+(?:\d{1,2}\s*(?:đến|-|–|và|den)\s*(?:ngày\s*)?)?$", re.IGNORECASE
)
_VENUE = re.compile(
    r"\b(?:tại|ở|tai|at the|at|in the|in)\s+(?=[^\d\s])([^,.;:()]{4,60}?)(?=\s*(?:[,.;:()]|$|\bvào\b|"
    r"\bon\b|\bfrom\b|\bvới\b|\bwith\b))"
)
_QUOTED = re.compile(r"[“\"«]([^“”\"«»]{6,400})[”\"»]")
_SURNAMES = cues.words("family_names")
_BARE_SURNAMES = _SURNAMES | {fold(name).capitalize() for name in _SURNAMES}
_ROLE_BEFORE = re.compile(
    r"(?:\b(?:director|manager|secretary|chair\w*|coordinator|officer|leader|head|author|president|by|"
    r"named|appointed|elected)\b[^.:;]{0,30}?[:,]?|:)\s*$",
    re.IGNORECASE,
)
_UPPER = "".join(c for c in map(chr, range(0x41, 0x1EFA)) if c.isupper())  # ranges would not do: Ạ-Ỹ holds small letters too
_WORD = rf"[{_UPPER}][^\W\d_{_UPPER}]*"
_TITLE = (
    r"(?:[Đđ]ồng chí|[Đđ]/[Cc]|[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ô|[Tt]hầy|[Bb]ác sĩ|ThS\.?|TS\.?|BS\.?"
    r"|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Prof\.?)"
)
_NAME = re.compile(rf"(?:(?P<title>{_TITLE})\s+)?(?P<name>{_WORD}(?:\s+{_WORD}){{1,4}})")
_NAMED_THEN = re.compile(
    r"\s*(?:[-–,(]|(?:is|was|has|had|will|serves?|served|là|được|giữ|làm|đảm nhiệm|phụ trách|trình bày|"
    r"phát biểu|chủ trì|thay)\b)"
)
_REPLACED = re.compile(
    r"\b(thay|thay the|ke nhiem|succeed(?:s|ed|ing)?|replac(?:es|ed|ing)|took over from)\s*(?:(?:cho|ong|"
    r"ba|dong chi|mr|mrs|ms|dr)\.?\s*)*$"
)


_RUN = rf"{_WORD}(?:\s+{_WORD}){{0,3}}"
_HAMLET = re.compile(rf"\b(?i:thôn|ấp|bản|xóm|buôn|làng|khu phố|tổ dân phố)\s+(?:\d{{1,2}}\b|{_RUN})|{_RUN}\s+(?:hamlet|village)\b")
_FOREMOST = re.compile(  # "nhiều nhất là Tiên Trực 411 ca", "worst in Lao Chu (58%)": a name without its level
    r"\b(?:nhất|đầu|cuối|tiếp đến|kế đến|kế đó|highest|lowest|best|worst|most|fewest|followed by)\s+"
    rf"(?:là|thuộc|ở|tại|is|was|in|at)?\s*({_RUN})"
)


def _candidate(
    unit: Unit, kind: ValueKind, span: tuple[int, int], before: str, after: str, before_trust: float, after_trust: float
) -> Candidate:
    """A candidate at `span` of the unit's own text."""
    return Candidate(unit, unit.start + span[0], unit.start + span[1], kind, before, after, before_trust, after_trust)


def rank_candidates(unit: Unit) -> list[Candidate]:
    """ "đứng thứ 18 cả nước", "ranked 3rd": places in an order."""
    text = unit.text
    found = []
    for hit in _RANK.finditer(text):
        start, end = hit.span()
        found.append(_candidate(unit, "text", (start, end), text[max(0, start - 90) : start], text[end : end + 50], 1.0, 0.8))
    return found


def date_candidates(unit: Unit) -> list[Candidate]:
    """Dates, months and years named in the unit; what overlaps is one ("từ ngày 14 đến ngày 16/4/2023")."""
    text = unit.text
    spans = [(n.start, n.end) for n in numbers_in(text, unit.report.language) if n.kind == "date"]
    spans += [(m.start, m.end) for m in find_periods(text)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        lead = _DAY_BEFORE.search(text[:start])
        start = lead.start() if lead else start
        if merged and start <= merged[-1][1]:
            merged[-1] = (min(start, merged[-1][0]), max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return [
        _candidate(unit, "date", (start, end), text[max(0, start - 80) : start], text[end : end + 80], 1.0, 0.9)
        for start, end in merged
    ]


_ORGANISATION = re.compile(
    r"\b(Foundation|Fund|Company|Ltd|Inc|Bank|Department|Committee|University|College|School|Ministry|Office|Centre|Center|Institute|Union|Council|"
    r"Programme|Program|Project|Report|Survey|Partnership|Association|District|Province|Commune)\b"
)


def name_candidates(unit: Unit) -> list[Candidate]:
    """People's names: after a form of address, or beginning with a family name."""
    found = []
    places = [(m.start, m.end) for m in find_places(unit.text)]
    spans = []
    for hit in _NAME.finditer(unit.text):
        start, end = hit.span("name")
        first = hit.group("name").split()[0]
        known = _SURNAMES if unit.report.language == "vi" else _BARE_SURNAMES
        if not hit.group("title") and first not in known and not _ROLE_BEFORE.search(unit.text[: hit.start("name")]):
            inner = next((m for m in re.finditer(_WORD, hit.group("name")) if m.group() in known), None)
            if inner is None or len(hit.group("name")[inner.start() :].split()) < 2:
                continue
            start += inner.start()
        if any(s < end and start < e for s, e in places) and not hit.group("title"):
            continue
        if _ORGANISATION.search(unit.text[start:end]):
            continue
        spans.append((start, end))
    for number, (start, end) in enumerate(spans):
        low = spans[number - 1][1] if number else 0
        high = spans[number + 1][0] if number + 1 < len(spans) else len(unit.text)
        before, after = unit.text[low:start], unit.text[end:high]
        attached = bool(_NAMED_THEN.match(after))
        if _REPLACED.search(fold(before)):
            continue  # "thay ông …", "succeeded Mr. …": the one who left
        before_trust, after_trust = (0.6, 1.0) if attached else (1.0, 0.6)
        found.append(_candidate(unit, "name", (start, end), before[-120:], after[:160], before_trust, after_trust))
    return found


def place_candidates(unit: Unit) -> list[Candidate]:
    """Administrative units, hamlets, venues ("tại nhà văn hóa thôn Bản Mới") named in the sentence, and what comes first or last in
    it ("thấp nhất là Hồng Khúc"); in a table row, its label."""
    if unit.is_row:
        labels = [c for c in unit.cells[:2] if not any(sign.isdigit() for sign in unit.report.text[c.start : c.end])]
        return [Candidate(unit, c.start, c.end, "place", "", unit.text) for c in labels]
    text = unit.text
    venues = [hit.span(1) for hit in _VENUE.finditer(text) if any(c.isupper() for c in hit.group(1))]
    spans = venues + [(m.start, m.end) for m in find_places(text) if any(c.isupper() for c in m.place.name)]
    for named in [*(m.span() for m in _HAMLET.finditer(text)), *(m.span(1) for m in _FOREMOST.finditer(text))]:
        if not any(s < named[1] and named[0] < e for s, e in spans):
            spans.append(named)
    return [
        _candidate(unit, "place", (s, e), text[max(0, s - 120) : s], text[e : e + 60], 1.0, 0.6)
        for s, e in spans
        if not any(vs <= s and e <= ve and (vs, ve) != (s, e) for vs, ve in venues)
    ]


def phrase_candidates(unit: Unit) -> list[Candidate]:
    """Quoted phrases ("chủ đề công tác năm là: “…”"), each labelled by the words before it."""
    text = unit.text
    found = []
    for hit in _QUOTED.finditer(text):
        before, after = text[max(0, hit.start() - 70) : hit.start()], text[hit.end() : hit.end() + 60]
        found.append(_candidate(unit, "text", hit.span(1), before, after, 1.0, 0.3))
    return found
