"""What a question gets back. Every quote is cut from the stored text: `citation.quote == report.text[start:end]`, always."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from index import Language, Period, Place
from index.figures.candidate import FigureKind, ValueKind

RefusalReason = Literal["no_reports", "not_found", "other_period", "other_place", "unclear", "empty", "too_long"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the chat before this question. `standalone` is the question with what it took from earlier turns, where known."""

    role: Literal["user", "assistant"]
    text: str
    standalone: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence or a table row the answerer saw. `text == report.text[start:end]`. `score` in 0..1, larger is better."""

    report_id: str
    start: int
    end: int
    text: str
    page: int
    heading: str
    title: str
    source: str
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """[marker] in the answer's text. start/end are offsets into the report's text."""

    marker: int
    report_id: str
    title: str
    source: str
    page: int
    start: int
    end: int
    quote: str
    heading: str = ""
    poor: bool = False  # of a scanned page that was read poorly: letters and figures may be wrong


@dataclass(frozen=True, slots=True)
class Value:
    """The value that answers. `text == report.text[start:end]` as the report writes it; `shown` as the reader's language does.

    `number` is the parsed amount (85.1 for "85,1%"), None for words. `figure` tells a result from a target; `subject` what is
    counted ("households", "residents", "" where the report does not say), in the reader's language. `base` is what a comparing
    column of a table compares with, in the report's words.
    """

    text: str
    shown: str
    start: int
    end: int
    kind: ValueKind
    number: Decimal | None = None
    unit: str = ""
    figure: FigureKind = ""
    subject: str = ""
    period: Period | None = None
    place: Place | None = None
    base: str = ""


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """One number, date, unit or place of a written sentence and what became of it (see verify.py). `marker` is the citation that
    bears it out, 0 for none; `formula` is set where it was computed; `said` is what the evidence says instead."""

    text: str
    verdict: Literal["match", "computed", "mismatch", "unverified"]
    reason: str = ""
    marker: int = 0
    formula: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that a language model wrote. "kept" and "repaired" ones stand in the answer; instead of a "replaced" one the
    extracted sentence does; a "removed" one is shown nowhere. `fault` says why: "number", "uncited", "unsupported", "language"."""

    text: str
    fate: Literal["kept", "repaired", "replaced", "removed"]
    fault: str = ""
    checks: tuple[NumberCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of a tool that a language model made: its name, arguments as (name, value), and what code gave back."""

    name: str
    arguments: tuple[tuple[str, str], ...]
    result: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer. `held` names the periods or places the library does hold, for "other_period" and "other_place"."""

    reason: RefusalReason
    message: str
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is Markdown with [n] markers; `shown` is exactly the evidence the answerer saw, best first.

    `standalone` is the question as it was searched, follow-ups completed. `fingerprint` names settings and models; `seconds` is
    wall time. `model` is the language model that wrote the text, "" where it was put together from the evidence; `claims` are what
    became of the model's sentences, `tools` the calls it made; `note` tells why a model's answer is missing or shortened;
    `left_out` counts the evidence that was found but had no room in the model's context.
    """

    question: str
    language: Language
    text: str
    value: Value | None = None
    citations: tuple[Citation, ...] = ()
    shown: tuple[Evidence, ...] = ()
    refusal: Refusal | None = None
    standalone: str = ""
    fingerprint: str = ""
    seconds: float = 0.0
    model: str = ""
    note: str = ""
    claims: tuple[Claim, ...] = ()
    tools: tuple[ToolCall, ...] = ()
    left_out: int = 0

    @property
    def answered(self) -> bool:
        return self.refusal is None
