"""Evaluation sets on disk -> records. Knows nothing of answering and scoring.

    eval/sets/<name>/reports/          the reports, read the way a user's would be
    eval/sets/<name>/reports.toml      optional: shared = ["seed/x.txt"], paths below the shared reference folder;
                                       sets = ["samples"], the reports of a set beside this one
    eval/sets/<name>/questions.jsonl   one question a line:

    {"id": "q1", "lang": "en", "spelling": "plain", "question": "How many hamlets are there?", "answerable": true,
     "values": ["10"], "quote": "Xã có 10 thôn", "other_quotes": [], "report": "x.txt", "note": "count", "history": []}

Evidence is a verbatim quote, found again in the stored text: passage ids would change with every change of the splitter.
"""

from __future__ import annotations

import json
import os
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import ReportsError

SETS = Path(__file__).parent / "sets"
_IGNORED = frozenset("|\u200b\ufeff\u00ad")  # a reader may set cells off with another sign, and drops what has no width


class SetMissing(ReportsError):
    en = "There is no evaluation set {name!r}: {detail}."
    vi = "Không có bộ đánh giá {name!r}: {detail}."


class SetDamaged(ReportsError):
    en = "{file}, line {line}: {detail}."
    vi = "{file}, dòng {line}: {detail}."


class SharedMissing(SetMissing):
    """The set's reports lie in the shared reference folder, which is not here."""


@dataclass(frozen=True, slots=True)
class Question:
    """`lang` is "vi" or "en"; `spelling` "plain" or "undiacritised"; `values` are acceptable spellings, any one is enough;
    `quotes` are places that say it, each as good as the others; `history` the questions asked before, oldest first."""

    id: str
    lang: str
    question: str
    answerable: bool
    values: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    report: str = ""
    note: str = ""
    spelling: str = "plain"
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    name: str
    directory: Path
    reports: tuple[Path, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters start:end of one report's text."""

    report_id: str
    start: int
    end: int

    def covers(self, other: Span, share: float = 0.5) -> bool:
        """True where the two share at least `share` of the shorter one: a clause in a sentence does, a touching neighbour not."""
        if self.report_id != other.report_id:
            return False
        common = min(self.end, other.end) - max(self.start, other.start)
        return common > 0 and common >= share * min(self.end - self.start, other.end - other.start)


def shared_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where reports lie that may not be bundled: $REPORTS_SHARED, else `shared` next to the project."""
    return Path(environ.get("REPORTS_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def load_set(name: str | Path, *, shared: Path | None = None) -> EvaluationSet:
    """The set of that name in eval/sets, or in the folder of that path.

    Raises SetMissing where there is no such set, SharedMissing where its reports are not here, SetDamaged naming file and line.
    """
    directory = Path(name) if Path(name).is_dir() else SETS / str(name)
    file = directory / "questions.jsonl"
    if not file.is_file():
        known = ", ".join(sorted(entry.parent.name for entry in SETS.glob("*/questions.jsonl"))) or "none"
        raise SetMissing(name=str(name), detail=f"no {file.name} in it; bundled sets: {known}")
    reports = tuple(_reports(directory, shared or shared_folder()))
    if not reports:
        raise SetMissing(name=str(name), detail="it holds no reports")
    questions = tuple(_questions(file))
    return EvaluationSet(directory.resolve().name, directory, reports, questions)


def find_quote(text: str, quote: str) -> list[tuple[int, int]]:
    """Every place of `text` that holds `quote`, as (start, end); white space, cell bars and Unicode form make no difference.

    >>> find_quote("Hộ nghèo |  2,1 %", "nghèo 2,1%")
    [(3, 17)]
    """
    wanted = "".join(character for character in unicodedata.normalize("NFC", quote) if _counts(character))
    offsets = [offset for offset, character in enumerate(text) if _counts(character)]
    squeezed = "".join(text[offset] for offset in offsets)
    places: list[tuple[int, int]] = []
    at = squeezed.find(wanted) if wanted else -1
    while at >= 0:
        places.append((offsets[at], offsets[at + len(wanted) - 1] + 1))
        at = squeezed.find(wanted, at + len(wanted))
    return places


def _counts(character: str) -> bool:
    return not character.isspace() and character not in _IGNORED


def _reports(directory: Path, shared: Path) -> Iterator[Path]:
    folder = directory / "reports"
    if folder.is_dir():
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    listed = directory / "reports.toml"
    if not listed.is_file():
        return
    named = tomllib.loads(listed.read_text(encoding="utf-8"))
    for other in named.get("sets", ()):
        yield from _reports(directory.parent / other, shared)
    for entry in named.get("shared", ()):
        path = shared / entry
        if not path.is_file():
            raise SharedMissing(name=directory.name, detail=f"{entry} is not below {shared}; set REPORTS_SHARED")
        yield path


def _questions(file: Path) -> Iterator[Question]:
    seen: set[str] = set()
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise SetDamaged(file=file, line=number, detail=f"{type(error).__name__}: {error}") from error
        if question.id in seen:
            raise SetDamaged(file=file, line=number, detail=f"the id {question.id!r} is used twice")
        seen.add(question.id)
        yield question


def _question(entry: dict[str, Any]) -> Question:
    quotes = [entry.get("quote") or "", *(entry.get("other_quotes") or ())]
    question = Question(
        id=str(entry["id"]),
        lang=str(entry["lang"]),
        question=str(entry["question"]),
        answerable=bool(entry["answerable"]),
        values=tuple(str(value) for value in entry.get("values") or ()),
        quotes=tuple(str(quote) for quote in quotes if quote),
        report=str(entry.get("report") or ""),
        note=str(entry.get("note") or ""),
        spelling=str(entry.get("spelling") or "plain"),
        history=tuple(str(turn) for turn in entry.get("history") or ()),
    )
    if question.lang not in ("vi", "en"):
        raise ValueError(f"lang is {question.lang!r}, not vi or en")
    if question.answerable and not question.quotes:
        raise ValueError("answerable, but without a quote")
    return question
