"""Evidence units -> citations, and the markers in a model's text -> numbers of evidence. Pure.

Every quote is cut from the stored text by offset, so it is verbatim by construction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index import Report
from index.language import clauses

from .answers import Citation, Evidence
from .evidence import Unit
from .judge import Judged

QUOTE_CHARACTERS = 420  # a longer sentence is quoted from the clause before the value to the clause after it
MOST_MARKERS = 8  # cited by one sentence; "[1-99]" cites everything and so nothing
# "[1]", "[1, 3]", "[1–3]", "[^2]", "【1】", "［１］", "[nguồn 2]". Digits of any script that int() reads.
_GROUP = r"\^?\d{1,3}(?:\s*[-–—]\s*\^?\d{1,3})?"
_NAMED = r"(?:(?:nguồn|bằng chứng|source|evidence|id|ref)\.?\s*[:#]?\s*)?"
MARKER = re.compile(rf"[\[【［]\s*{_NAMED}(?P<ids>{_GROUP}(?:\s*[,;，；、]\s*{_GROUP})*)\s*[\]】］]", re.IGNORECASE)
_CODE = re.compile(r"`+([^`]*)`+")


def parse_markers(text: str, known: int) -> tuple[str, tuple[int, ...]]:
    """The text with its markers written "[1][3]", and the numbers of evidence they name, in order, each once.

    Numbers outside 1..known are dropped, marker and all; brackets inside `code` are no markers and become parentheses.
    """
    found: list[int] = []

    def replaced(match: re.Match[str]) -> str:
        named = [n for n in _numbers(match["ids"]) if 1 <= n <= known]
        found.extend(named)
        return "".join(f"[{n}]" for n in dict.fromkeys(named))

    bare = _CODE.sub(lambda m: m[1].translate(_ROUND), text)
    return re.sub(r"[ \t]+([.,;:!?])", r"\1", MARKER.sub(replaced, bare)).strip(), tuple(dict.fromkeys(found))


def renumber(text: str, markers: Mapping[int, int]) -> str:
    """The text with each marker [n] written as [markers[n]]; side by side, a marker that repeats is left out."""
    renamed = re.sub(r"\[(\d+)\]", lambda m: f"[{markers[int(m[1])]}]" if int(m[1]) in markers else "", text)
    return re.sub(r"[ \t]+([.,;:!?])", r"\1", re.sub(r"(\[\d+\])(?:\s*\1)+", r"\1", renamed))


_ROUND = str.maketrans("[]【】［］", "()()()")


def _numbers(ids: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r"[,;，；、]", ids):
        ends = [int(digits) for digits in re.findall(r"\d+", part)]
        first, last = ends[0], ends[-1]
        numbers += range(first, last + 1) if first <= last < first + MOST_MARKERS else []
    return numbers if len(numbers) <= MOST_MARKERS else []


def cite(marker: int, judged: Judged) -> Citation:
    """The citation [marker] of a judged unit."""
    candidate = judged.candidate
    return cite_unit(marker, judged.unit, [(candidate.start, candidate.end)] if candidate is not None else [])


def cite_unit(marker: int, unit: Unit, used: Sequence[tuple[int, int]] = ()) -> Citation:
    """The citation [marker] of a unit; `used` are the spans of the report's text that bear the answer out."""
    start, end = unit.start, unit.end
    if end - start > QUOTE_CHARACTERS and used and not unit.is_row:
        start, end = _clauses_around(unit, min(s for s, _ in used), max(e for _, e in used))
    return Citation(
        marker=marker,
        report_id=unit.report.id,
        title=unit.report.title,
        source=unit.report.source,
        page=unit.page,
        start=start,
        end=end,
        quote=quote(unit.report, start, end),
        heading=unit.heading,
        poor=unit.page in unit.report.poor_pages,
    )


def quote(report: Report, start: int, end: int) -> str:
    """`report.text[start:end]`. Raises ValueError for offsets outside the text: they did not come from this report."""
    if not 0 <= start < end <= len(report.text):
        raise ValueError(f"offsets {start}–{end} lie outside report {report.id} of {len(report.text)} characters")
    return report.text[start:end]


def _clauses_around(unit: Unit, start: int, end: int) -> tuple[int, int]:
    spans = [(unit.start + s, unit.start + e) for s, e in clauses(unit.text)]
    holding = [n for n, (s, e) in enumerate(spans) if s < end and start < e]
    if not holding:
        return unit.start, unit.end
    first, last = holding[0], holding[-1]
    while first > 0 and spans[last][1] - spans[first - 1][0] <= QUOTE_CHARACTERS // 2:
        first -= 1
    return spans[first][0], spans[last][1]


def evidence(judged: Judged) -> Evidence:
    """The unit as the reader sees it listed."""
    unit = judged.unit
    return Evidence(
        report_id=unit.report.id,
        start=unit.start,
        end=unit.end,
        text=quote(unit.report, unit.start, unit.end),
        page=unit.page,
        heading=unit.heading,
        title=unit.report.title,
        source=unit.report.source,
        score=round(max(0.0, min(1.0, judged.score)), 4),
    )
