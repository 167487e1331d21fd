"""Reports -> the sentences and rows that claims are made of. Read where they lie at run time; nothing of them is kept."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.evidence import Unit, units
from index import Report, ReportsError, ScoredPassage
from index.metadata import detect_metadata
from index.read import read_bytes
from index.split import split

PLAN = re.compile(
    r"phấn đấu|mục tiêu|kế hoạch|chỉ tiêu|dự kiến|dự báo|\bsẽ\b|phương hướng|nhiệm vụ|giải pháp|dự toán|đề ra|đề án|"
    r"quy hoạch|định hướng|"
    r"\btarget|\bplan|\baim|\bwill\b|\bexpect|project(?:ed|ion)|forecast|\bgoal|\bobjective|outlook|next year|ước",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Snippet:
    """A sentence or a row, as the generator takes it: its text and whether anything round it speaks of plans."""

    unit: Unit
    text: str
    language: str
    planned: bool

    @property
    def report(self) -> Report:
        return self.unit.report


@dataclass(frozen=True)
class Source:
    """A report with its snippets. `half` is "tuning" or "held-out", by a hash of its name."""

    report: Report
    sentences: tuple[Snippet, ...]
    rows: tuple[Snippet, ...]
    half: str


def sources(samples: Path, shared: Path | None) -> list[Source]:
    """The sample reports, and those below `shared` where it is given. Files that no reader takes are passed over."""
    found = [source for path in sorted(samples.iterdir()) if (source := _source(path.name, path.read_bytes()))]
    if shared is None:
        return found
    reports = shared / "reports"
    files = [shared / "seed" / "hai-dong-2022.txt", *sorted((reports / "html_news_binhdinh").glob("*.html"))]
    files += [reports / "pdf" / "gso_population_projection_2009-2049_en.pdf"]
    files += sorted((reports / "gso_monthly").glob("*.xlsx"))[::3]
    for path in files:
        if path.is_file() and (source := _source(path.name, path.read_bytes())):
            found.append(source)
    listed = reports / "vi_gov_stat_docs.jsonl.gz"
    if listed.is_file():
        for name, data in _texts(listed):
            if source := _source(name, data):
                found.append(source)
    return found


def _texts(path: Path) -> Iterator[tuple[str, bytes]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if len(entry["text"]) < 30_000:
                yield f"{entry['id'][:80]}.txt", entry["text"].encode()


def _source(name: str, data: bytes) -> Source | None:
    try:
        document = read_bytes(data, name=name)
    except ReportsError:
        return None
    about = detect_metadata(document, name)
    report = Report(
        id=name,
        title=about.title,
        source=name,
        name=name,
        format=document.format,
        language=about.language,
        date=about.date,
        period=about.period,
        place=about.place,
        issuer=about.issuer,
        text=document.text,
        blocks=tuple(document.blocks),
    )
    passages = split(name, report.text, report.blocks)
    found = units([ScoredPassage(p, 1.0) for p in passages[:400]], {name: report})
    snippets = [snippet for unit in found if (snippet := _snippet(unit))]
    half = "held-out" if hashlib.sha256(name.encode()).digest()[0] % 2 else "tuning"
    return Source(report, tuple(s for s in snippets if not s.unit.is_row), tuple(s for s in snippets if s.unit.is_row), half)


def _snippet(unit: Unit) -> Snippet | None:
    text = " ".join(unit.text.split())
    text = re.sub(r"^(?:[-+•*–]|[a-zđ]\)|\d+(?:\.\d+)*[.)])\s+", "", text)
    if not unit.is_row and not (30 <= len(text) <= 320 and text[0].isupper() and "?" not in text):
        return None
    around = f"{unit.heading} {unit.lead} {unit.text}"
    return Snippet(unit, text, unit.report.language, bool(PLAN.search(around)))
