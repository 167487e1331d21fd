"""An evaluation set through an assistant: every question asked, every answer judged, the figures with their intervals.

The set's reports are added to a fresh library in a temporary folder, the way a reader would add them. Judging needs no language
model: evidence by spans, values after normalising, quotes against the stored text.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from assistant.answers import Answer, Message
from eval.formats import EvaluationSet, Question, Span, find_quote, load_set
from eval.measures import Interval, bootstrap, contains_value, mean, ndcg, percentile, precision_recall, success
from index.records import Report, ReportInfo, ScoredPassage
from index.settings import Settings

K = 10


class Searchable(Protocol):
    """What judging needs of a library."""

    def reports(self) -> Sequence[ReportInfo]: ...
    def report(self, report_id: str) -> Report: ...
    def search(self, query: str, k: int = 10) -> Sequence[ScoredPassage]: ...


class Answerer(Protocol):
    def answer(self, question: str, history: Sequence[Message] = ()) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question's judgement. Hits are in the order shown; `error` is set where the assistant raised; `unscored` where the
    gold quote is in none of the reports."""

    question: Question
    answer: Answer | None
    seconds: float
    ndcg: float = 0.0
    shown_hits: tuple[bool, ...] = ()
    citation_hits: tuple[bool, ...] = ()
    verbatim: tuple[bool, ...] = ()
    value_right: bool = False
    unscored: bool = False
    error: str = ""

    @property
    def refused(self) -> bool:
        return self.answer is not None and not self.answer.answered

    @property
    def wrong(self) -> str:
        """What a reader would complain of; "" where nothing is wrong."""
        if self.error:
            return f"failed: {self.error}"
        if not self.question.answerable:
            return "" if self.refused else "answered what the reports do not say"
        if self.unscored:
            return "the gold quote is in none of the reports"
        if self.refused:
            return "refused what the reports say"
        if self.question.values and not self.value_right:
            return "wrong value"
        return "" if any(self.shown_hits[:1]) else "other evidence first"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over `n` items with its 95 % interval; `value` is None where nothing could be counted."""

    value: float | None
    n: int
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    fingerprint: str
    outcomes: tuple[Outcome, ...]
    figures: Mapping[str, Figure]


# --- judging ----------------------------------------------------------------------------------------------------------------


class Judge:
    """Holds the stored texts of one library and finds the gold quotes in them."""

    def __init__(self, library: Searchable) -> None:
        self._library = library
        self._reports = {info.id: library.report(info.id) for info in library.reports()}

    def gold(self, question: Question) -> list[Span]:
        """Every place of the named report (of all, where none is named) that holds one of the question's quotes."""
        spans = []
        for report in self._reports.values():
            if question.report and question.report not in (report.name, Path(report.source).name):
                continue
            for quote in question.quotes:
                spans += [Span(report.id, start, end) for start, end in find_quote(report.text, quote)]
        return spans

    def judge(self, question: Question, answer: Answer, seconds: float) -> Outcome:
        gold = self.gold(question) if question.answerable else []
        hit = partial(_hits, gold)
        searched = self._library.search(answer.standalone or question.question, K) if gold else ()
        return Outcome(
            question=question,
            answer=answer,
            seconds=seconds,
            ndcg=passage_ndcg([Span(p.passage.report_id, p.passage.start, p.passage.end) for p in searched], gold),
            shown_hits=tuple(hit(Span(e.report_id, e.start, e.end)) for e in answer.shown),
            citation_hits=tuple(hit(Span(c.report_id, c.start, c.end)) for c in answer.citations),
            verbatim=tuple(self._verbatim(c.report_id, c.start, c.end, c.quote) for c in answer.citations)
            + tuple(self._verbatim(e.report_id, e.start, e.end, e.text) for e in answer.shown),
            value_right=value_right(answer, question.values),
            unscored=question.answerable and not gold,
        )

    def _verbatim(self, report_id: str, start: int, end: int, quote: str) -> bool:
        report = self._reports.get(report_id)
        return report is not None and 0 <= start < end <= len(report.text) and report.text[start:end] == quote


def passage_ndcg(passages: Sequence[Span], gold: Sequence[Span], k: int = K) -> float:
    """nDCG@k where one place that says it is enough: the first passage covering a gold span is the relevant one, a later one
    that repeats it gains nothing and costs nothing."""
    first = next((str(rank) for rank, passage in enumerate(passages) if _hits(gold, passage)), "not retrieved")
    return ndcg([str(rank) for rank in range(len(passages))], {first: 1}, k)


def value_right(answer: Answer, values: Sequence[str]) -> bool:
    """Does the value set off in the answer hold one of `values`? Without a set-off value, words are looked for in the answer's
    text, and numbers in what is left of it without the quotes: a number that merely stands in a quote was not given."""
    if not values or not answer.answered:
        return False
    if answer.value is not None:
        return contains_value(answer.value.shown, values) or contains_value(answer.value.text, values)
    words = [value for value in values if not any(character.isdigit() for character in value)]
    unquoted = answer.text
    for citation in answer.citations:
        unquoted = unquoted.replace(citation.quote, " ").replace(" ".join(citation.quote.split()), " ")
    return contains_value(answer.text, words) or contains_value(unquoted, values)


def _hits(gold: Sequence[Span], span: Span) -> bool:
    return any(span.covers(place) for place in gold)


# --- figures ----------------------------------------------------------------------------------------------------------------


def figures(outcomes: Sequence[Outcome], *, rounds: int = 1000) -> dict[str, Figure]:
    """Every measure over `outcomes`. `rounds` = 0 leaves the intervals out. Latencies are in seconds, smaller is better."""
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    with_values = [outcome for outcome in answerable if outcome.question.values]
    cited = [hit for outcome in answerable for hit in outcome.citation_hits]
    quoted = [right for outcome in outcomes for right in outcome.verbatim]
    made: dict[str, Figure] = {}

    def over(name: str, items: Sequence[Outcome], measure: Callable[[Sequence[Outcome]], float | None], n: int) -> None:
        made[name] = Figure(measure(items), n, bootstrap(items, measure, rounds=rounds) if rounds else None)

    over("nDCG@10", answerable, lambda items: mean([item.ndcg for item in items]), len(answerable))
    over("Success@1", answerable, lambda items: mean([success(item.shown_hits, 1) for item in items]), len(answerable))
    over("Success@5", answerable, lambda items: mean([success(item.shown_hits, 5) for item in items]), len(answerable))
    over(
        "citation_precision",
        answerable,
        lambda items: mean([float(hit) for item in items for hit in item.citation_hits]),
        len(cited),
    )
    over("value_exactness", with_values, lambda items: mean([float(item.value_right) for item in items]), len(with_values))
    for part, name in enumerate(("refusal_precision", "refusal_recall", "refusal_F1")):
        n = (sum(item.refused for item in outcomes), len(outcomes) - len(answerable), len(outcomes))[part]
        over(name, outcomes, partial(_refusal, part=part), n)
    over("verbatim", outcomes, lambda items: mean([float(right) for item in items for right in item.verbatim]), len(quoted))
    over("language_match", outcomes, lambda items: mean([float(_same_language(item)) for item in items]), len(outcomes))
    for name, share in (("p50_seconds", 0.5), ("p95_seconds", 0.95)):
        made[name] = Figure(percentile([item.seconds for item in outcomes], share), len(outcomes))
    return made


def _refusal(items: Sequence[Outcome], part: int) -> float | None:
    return precision_recall([item.refused for item in items], [not item.question.answerable for item in items])[part]


def _same_language(outcome: Outcome) -> bool:
    return outcome.answer is not None and outcome.answer.language == outcome.question.lang


# --- running ----------------------------------------------------------------------------------------------------------------


def evaluate(questions: Iterable[Question], library: Searchable, assistant: Answerer, *, name: str = "") -> Result:
    """Ask and judge every question. A question that raises scores zero everywhere and is counted as failed."""
    judge = Judge(library)
    outcomes = []
    for question in questions:
        started = time.perf_counter()
        try:
            history = _conversation(assistant, question.history)
            started = time.perf_counter()
            answer = assistant.answer(question.question, history)
        except Exception as error:  # the rest of the set must still be measured; the failure is counted and listed
            outcomes.append(Outcome(question, None, time.perf_counter() - started, error=f"{type(error).__name__}: {error}"))
            continue
        outcomes.append(judge.judge(question, answer, time.perf_counter() - started))
    fingerprint = next((outcome.answer.fingerprint for outcome in outcomes if outcome.answer), "")
    return Result(name, fingerprint, tuple(outcomes), figures(outcomes))


def evaluate_set(name: str | Path, *, settings: Settings, progress: Callable[[str], None] = lambda line: None) -> Result:
    """Evaluate one set with the real library and assistant under `settings`, in a temporary folder.

    Raises SetMissing, SetDamaged, and the error of the first report that cannot be read: a set is measured whole or not at all.
    """
    loaded = load_set(name)
    with tempfile.TemporaryDirectory(prefix="report-assistant-eval-", ignore_cleanup_errors=True) as folder:
        return evaluate_loaded(loaded, Path(folder), settings, progress)


def evaluate_loaded(loaded: EvaluationSet, folder: Path, settings: Settings, progress: Callable[[str], None]) -> Result:
    from assistant import load_assistant
    from index import Library

    with Library.open(folder, settings=replace(settings, directory=folder)) as library:
        progress(f"{loaded.name}: adding {len(loaded.reports)} reports …")
        for added in library.add(loaded.reports):
            if added.error is not None:
                raise added.error
        library.read_closely()
        progress(f"{loaded.name}: asking {len(loaded.questions)} questions …")
        return evaluate(loaded.questions, library, load_assistant(library), name=loaded.name)


def _conversation(assistant: Answerer, earlier: Sequence[str]) -> tuple[Message, ...]:
    history: tuple[Message, ...] = ()
    for turn in earlier:
        answer = assistant.answer(turn, history)
        history += (Message("user", turn, answer.standalone), Message("assistant", answer.text, answer.standalone))
    return history
