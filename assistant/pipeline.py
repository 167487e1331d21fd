"""Question + history -> Answer, as one langchain Runnable: understand | retrieve | choose | write.

The last step puts the answer together from the evidence; with a language model, the model writes it and the extracted answer stands
by for whatever goes wrong.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from index import Language, Library, ModelError, Place, Report, ReportInfo, ReportNotFound, ScoredPassage, Settings
from index.figures.candidate import Candidate
from index.figures.record import Figure
from index.figures.units import stretch_units
from index.language import detect_language, fold, nfc, same_place

from . import value_reader
from .answers import Answer, Message, Refusal, RefusalReason, Value
from .aspects import MEASURES, default_matcher
from .chain import chain
from .cite import cite, evidence
from .compared import told
from .comparison import Compared, compared, comparison_of
from .evidence import SentenceScore, Unit, head_units, sentence_scores, units
from .examples import examples
from .extract import UNIT_FLOOR, Extraction, Weighed, extract, weigh
from .followup import complete
from .generate import Task, Written, warm, write
from .judge import CORE_FLOOR, Judged, judge_unit
from .kinds import QuestionKind
from .models import ChatModel, Key, LanguageModel, open_model
from .prompts import PROMPT_VERSION
from .question import Question, analyse, asks_publication_date
from .rewrite import leans_back, rewrite
from .rows import companions, row_concepts, row_name, row_own_label
from .tools import Toolbox, consult
from .wording import also_note, answer_text, model_note, refusal_text, subject_label, target_note
from .yes_no import polarity

QUESTION_CHARACTERS = 2_000
OTHER_PASSAGES, TERMS = 8, 3  # retrieved for the indicator's other names, and how many of these
PASSAGES = 14  # retrieved per question; the sentences of all of them are weighed
SHOWN = 5
LEAST_SPOKEN = 0.3  # of an indicator's wording, for a value to be called by its name: less than a wider term is none
NEAREST = 3
EXAMPLE_REPORTS = 12  # reports looked at for example questions, and how much of each
EXAMPLE_CHARACTERS = 60_000
REPORTS_KEPT = 64  # texts held in memory, the latest asked about
METHOD = "extractive-7"
READY, READY_EACH = 12, 4  # rows of the ledger offered to a model that selected none; of one place and period


@dataclass(frozen=True)
class Turn:
    """What the steps hand on: the question as asked, then as understood, then what was found and chosen."""

    asked: str
    history: tuple[Message, ...] = ()
    reports: tuple[str, ...] | None = None
    started: float = 0.0
    question: Question | None = None
    passages: tuple[ScoredPassage, ...] = ()
    found: Extraction | None = None
    refusal: RefusalReason | None = None
    infos: tuple[ReportInfo, ...] = field(default=(), repr=False)
    model: LanguageModel | None = None
    failure: ModelError | None = None  # of the model, before it was asked to write
    compared: Compared | None = None  # set where the ledger's figures answer a comparison: code computes, no model writes


class Assistant:
    """Answers questions from a library. Safe to call from several threads; holds no conversation."""

    def __init__(self, library: Library, model: LanguageModel | None = None) -> None:
        self.library = library
        self.model = model  # may be changed at any time; a question keeps the one it began with
        self.matcher = default_matcher()
        self.glossary = self.matcher.glossary
        self._lock = threading.Lock()
        self._reports: OrderedDict[tuple[object, ...], Report] = OrderedDict()
        steps: list[tuple[str, Any]] = [("understand", self._understand), ("retrieve", self._retrieve), ("choose", self._choose)]
        self._prepare = chain(steps)
        self.runnable = chain([*steps, ("write", self._write)])

    @property
    def fingerprint(self) -> str:
        """Names the library's settings, its embedding model and the way answers are made: rules, or a model and its prompt."""
        return self._fingerprint(self.model)

    def _fingerprint(self, model: LanguageModel | None) -> str:
        return f"{self.library.fingerprint}+{METHOD}" + (f"+{model.name}+{PROMPT_VERSION}" if model else "")

    def answer(self, question: str, history: Sequence[Any] = (), *, reports: Sequence[str] | None = None) -> Answer:
        """The answer to `question`; `history` holds earlier turns, oldest first, as Message, (role, text) or {"role", "content"}.

        `reports` limits the search to these ids. Never raises for a question it cannot answer: see `Answer.refusal`.
        """
        answer: Answer = self.runnable.invoke(self._turn(question, history, reports))
        return answer

    def stream(self, question: str, history: Sequence[Any] = (), *, reports: Sequence[str] | None = None) -> Iterator[str | Answer]:
        """Pieces of the answer's text, then the Answer itself, whose text is the final one.

        With a language model, a sentence comes as soon as it has been checked.
        """
        yield from self._written(self._prepare.invoke(self._turn(question, history, reports)))

    def extracted(self, question: str, *, reports: Sequence[str] | None = None) -> Answer:
        """The answer put together from the evidence, whatever `model` is: for one question asked of many reports."""
        return self._extracted(self._prepare.invoke(replace(self._turn(question, (), reports), model=None)))

    def _turn(self, question: str, history: Sequence[Any], reports: Sequence[str] | None) -> Turn:
        limited = tuple(reports) if reports is not None else None
        return Turn(question, messages(history), limited, time.perf_counter(), model=self.model)

    # -- the steps

    def _understand(self, turn: Turn) -> Turn:
        infos = tuple(self.library.reports())
        if turn.reports is not None:
            infos = tuple(i for i in infos if i.id in turn.reports)
        asked = nfc(turn.asked).strip()
        if not asked:
            return replace(turn, refusal="empty")
        if len(asked) > QUESTION_CHARACTERS:
            return replace(turn, refusal="too_long")
        if not infos:
            return replace(turn, refusal="no_reports", question=analyse(asked, glossary=self.glossary))
        places = _places(infos)
        earlier: list[str] = []
        for message in turn.history:
            if message.role == "user" and message.text.strip():
                earlier.append(message.standalone or complete(message.text, earlier, glossary=self.glossary, known_places=places))
        text = complete(asked, earlier, glossary=self.glossary, known_places=places)
        if turn.model is not None and leans_back(asked, text, earlier):
            try:
                text = rewrite(turn.model, asked, text, earlier, glossary=self.glossary, known_places=places)
            except ModelError as error:  # told with the answer, which the rules then give: one wait for a dead server is enough
                turn = replace(turn, failure=error)
        question = analyse(text, glossary=self.glossary, known_places=places)
        if text != asked:
            question = replace(question, language=detect_language(asked) if len(asked.split()) > 2 else question.language)
        if not question.has_subject_matter:
            return replace(turn, infos=infos, question=question, refusal="unclear")
        return replace(turn, infos=infos, question=question)

    def _retrieve(self, turn: Turn) -> Turn:
        if turn.refusal or turn.question is None:
            return turn
        question = turn.question
        scopes: list[list[str] | None] = [[i.id for i in turn.infos] if turn.reports is not None else None]
        about = [i for i in turn.infos if question.places and i.place and any(same_place(i.place, p) for p in question.places)]
        if about:
            scopes.append([i.id for i in about])
        when = [i for i in about or turn.infos if i.period and any(i.period.overlaps(p) for p in question.periods)]
        if when and len(when) < len(turn.infos):
            scopes.append([i.id for i in when])
        found = [self.library.search(question.text, PASSAGES, reports=scope, sentences=True) for scope in scopes]
        return replace(turn, passages=self._merged(*found))

    @staticmethod
    def _merged(*runs: Sequence[ScoredPassage]) -> tuple[ScoredPassage, ...]:
        """Each passage of several searches once, with its best score, best first."""
        merged: dict[str, ScoredPassage] = {}
        for scored in (scored for run in runs for scored in run):
            kept = merged.get(scored.passage.id)
            if kept is None or scored.score > kept.score:
                merged[scored.passage.id] = scored
        return tuple(sorted(merged.values(), key=lambda s: -s.score))

    def _choose(self, turn: Turn) -> Turn:
        if turn.refusal or turn.question is None:
            return turn
        question = turn.question
        best = self._extraction(turn, question)
        if best.best is None and (words := self._other_words(question)):
            about = [i.id for i in turn.infos if not question.periods or (i.period and i.period.overlaps(question.periods[0]))]
            found = self.library.search(words, OTHER_PASSAGES, reports=about, sentences=True)
            again = replace(turn, passages=self._merged(turn.passages, found))
            more = self._extraction(again, question, agreed=True)
            if more.best is not None:
                turn, best = again, more
        return replace(turn, found=best, compared=self._comparison(question, turn.infos))

    def _extraction(self, turn: Turn, question: Question, *, agreed: bool = False) -> Extraction:
        found = self._units(turn, question)
        places, sentence = _places(turn.infos), sentence_scores(turn.passages)
        read = partial(value_reader.read, self.library.side_by_side)
        return extract(question, found, self.matcher, library_places=places, sentence=sentence, read=read, agreed=agreed)

    def _units(self, turn: Turn, question: Question) -> list[Unit]:
        """The sentences and rows among which the answer is looked for."""
        wanted = {s.passage.report_id for s in turn.passages}
        reports = {i.id: self._report(i) for i in turn.infos if i.id in wanted}
        found = units([s for s in turn.passages if s.passage.report_id in reports], reports)
        if asks_publication_date(question):
            found += [unit for report in reports.values() for unit in head_units(report)]
        return found + companions(question.text, found, row_concepts(question, self.glossary))

    def weighed(
        self, question: str, history: Sequence[Any] = (), *, reports: Sequence[str] | None = None, anywhere: bool = False
    ) -> Weighed | None:
        """What the answer to `question` is chosen from by what was learned, for learning it; None where nothing is looked for.
        `anywhere`: whatever place and period it names."""
        turn = self._understand(self._turn(question, history, reports))
        if turn.refusal or turn.question is None:
            return None
        if anywhere:
            turn = replace(turn, question=replace(turn.question, places=(), periods=()))
        turn = self._retrieve(turn)
        assert turn.question is not None
        return weigh(turn.question, self._units(turn, turn.question), self.matcher, sentence_scores(turn.passages))

    def sentences(
        self,
        question: str,
        history: Sequence[Any] = (),
        *,
        kinds: Sequence[QuestionKind],
        reports: Sequence[str] | None = None,
    ) -> tuple[Question, list[Judged], Callable[[Unit], SentenceScore]] | None:
        """All units of evidence judged as wholes, and how the search scored each, for learning which answers; None where nothing is
        looked for or another kind of answer than `kinds` is wanted."""
        turn = self._understand(self._turn(question, history, reports))
        if turn.refusal or turn.question is None or turn.question.kind not in kinds:
            return None
        turn = self._retrieve(turn)
        wanted = turn.question
        assert wanted is not None
        aspects = self.matcher.aspects(wanted)
        judged = [judge_unit(wanted, unit, aspects, self.matcher) for unit in self._units(turn, wanted)]
        return wanted, judged, sentence_scores(turn.passages)

    def _other_words(self, question: Question) -> str:
        """The indicator asked for in other words of both languages, which reports may use."""
        main = [c for c in question.concepts if self.glossary.kind(c) == "indicator" and c not in MEASURES]
        terms = [term for c in main[:2] for language in ("vi", "en") for term in self.glossary.concepts[c].terms(language)[:TERMS]]
        asked = fold(question.text)
        return ", ".join(term for term in terms if fold(term) not in asked)

    def _comparison(self, question: Question, infos: Sequence[ReportInfo]) -> Compared | None:
        wanted = comparison_of(question, self.glossary)
        return compared(wanted, self.library.figures(wanted.indicator, reports=[i.id for i in infos])) if wanted else None

    def _write(self, turn: Turn) -> Answer:
        *_, answer = self._written(turn)
        assert isinstance(answer, Answer)
        return answer

    def _written(self, turn: Turn) -> Iterator[str | Answer]:
        extracted = self._extracted(turn)
        answer = extracted
        if turn.model is not None and turn.compared is None and (_worth_asking(turn) or self._may_compute(turn)):
            answer = yield from self._generated(turn, turn.model, extracted)
        if not answer.model:
            for piece in answer.text.split(" "):
                yield piece + " "
        yield answer

    def _generated(self, turn: Turn, model: LanguageModel, extracted: Answer) -> Generator[str, None, Answer]:
        """The model's answer, or the extracted one with a note where nothing that the model wrote can be shown."""
        assert turn.question is not None
        assert turn.found is not None
        language = turn.question.language
        box = self._consulted(turn, turn.question, model)
        failure = turn.failure or box.failure  # one wait for a dead server is enough
        extracted = replace(extracted, tools=tuple(box.calls))  # told whoever's words are shown
        figures = box.figures or (self._ready(turn, turn.question) if _sets_against(turn.question) else [])
        if not figures and not failure and not _worth_asking(turn):
            return extracted
        chosen = self._selected(figures, turn.found.ranked)
        spare = extracted.text.partition(" [1]")[0] if extracted.value and not figures else ""
        value = extracted.value
        place = (extracted.citations[0].report_id, value.start, value.end) if value and value.number is not None else None
        task = Task(turn.question, chosen, self.matcher, spare, place, tuple(box.results))
        made = Written("failed", error=failure)
        for piece in () if failure else write(model, task):
            if isinstance(piece, Written):
                made = piece
            else:
                yield piece
        fingerprint, seconds = self._fingerprint(model), time.perf_counter() - turn.started
        if made.outcome != "written":
            note = model_note(made.outcome, language, made.error, answered=extracted.answered)
            return replace(extracted, note=note, claims=made.claims, fingerprint=fingerprint, seconds=seconds)
        note = model_note("broken", language, made.error) if made.error else model_note("cut", language) if made.cut else ""
        text = made.text
        if turn.found.also and any(c.report_id == extracted.citations[0].report_id for c in made.citations):
            also = also_note(language, [j.unit.report for j in turn.found.also])
            yield also
            text += also
        value = extracted.value if _told(extracted, made) else None
        return replace(
            extracted, text=text, value=value, citations=made.citations, shown=tuple(evidence(j) for j in made.sent), refusal=None,
            model=model.name, note=note, claims=made.claims, left_out=made.left_out, fingerprint=fingerprint, seconds=seconds,
        )  # fmt: skip

    def _consulted(self, turn: Turn, question: Question, model: LanguageModel) -> Toolbox:
        """What the model selected and had computed from the ledger, for a question that sets figures against each other."""
        box = Toolbox(partial(self.library.figures, reports=[i.id for i in turn.infos]), question.language)
        if _sets_against(question) and not turn.failure and isinstance(model, ChatModel):
            consult(model, question.text, box)
        return box

    def _may_compute(self, turn: Turn) -> bool:
        """Whether the ledger holds figures of what a question sets against each other, though no one sentence answers it."""
        question = turn.question
        if turn.refusal or question is None or turn.found is None or not _sets_against(question):
            return False
        if turn.found.best is not None or turn.found.reason != "not_found":
            return False
        place = question.places[0] if question.places else None
        return any(self.library.figures(c, place=place, reports=[i.id for i in turn.infos]) for c in self._named_of(question))

    def _named_of(self, question: Question) -> list[str]:
        return [c for c in question.concepts if self.glossary.kind(c) in ("indicator", "crop", "facility")]

    def _ready(self, turn: Turn, question: Question) -> list[Figure]:
        """The ledger's figures of what the question sets against each other, where the model selected none: many take no tools."""
        reports = [i.id for i in turn.infos]
        found: dict[Figure, None] = {}
        for concept in self._named_of(question):
            for place in question.places or (None,):
                for period in question.periods or (None,):
                    figures = self.library.figures(concept, place=place, period=period, kind="actual", reports=reports)
                    found |= dict.fromkeys(figures[:READY_EACH])
        return list(found)[:READY]

    def _selected(self, figures: Sequence[Figure], ranked: tuple[Judged, ...]) -> tuple[Judged, ...]:
        """The sentences and rows of the selected figures, then the evidence that search found, each once."""
        held = {(j.unit.report.id, j.unit.start): j for j in ranked}
        first: dict[tuple[str, int], Judged] = {}
        for figure in figures:
            key = (figure.report_id, figure.unit_start)
            unit = None if key in held else self._unit_of(figure)
            if key in held or unit:
                first.setdefault(key, held.get(key) or Judged(unit, None, 1.0, 1.0, 1.0, 1.0, 1.0))  # type: ignore[arg-type]
        return (*first.values(), *(j for key, j in held.items() if key not in first))

    def _unit_of(self, figure: Figure) -> Unit | None:
        try:
            report, passages = self.library.report(figure.report_id), self.library.passages(figure.report_id)
        except ReportNotFound:  # removed since
            return None
        around = [p for p in passages if p.start <= figure.unit_start < p.end]
        found = (u for p in around for u in stretch_units(report, p.start, p.end, p.heading) if u.start == figure.unit_start)
        return next(found, None)

    def _extracted(self, turn: Turn) -> Answer:
        if turn.refusal or turn.found is None or turn.question is None:
            return self._refused(turn, turn.refusal or "not_found", ())
        if turn.compared is not None:
            return self._compared(turn, turn.question, turn.compared)
        if turn.found.best is None:
            return self._refused(turn, turn.found.reason, turn.found.held)  # type: ignore[arg-type]
        question, best = turn.question, turn.found.best
        yes = None
        if question.kind == "yes_no" and best.candidate is None:
            yes = polarity(question, best.unit, self.matcher.aspects(question), self.matcher)
        value = self._value(question, best) if yes is None else _yes_no(question, best, yes)
        text = answer_text(question, value, marker=1, polarity=yes, indicator=self._indicator(question, best))
        if value and value.figure == "target" and not question.asks_target:
            text += target_note(question.language)
        if turn.found.also:
            text += also_note(question.language, [j.unit.report for j in turn.found.also])
        return Answer(
            question=turn.asked,
            language=question.language,
            text=text,
            value=value,
            citations=(cite(1, best),),
            shown=tuple(evidence(j) for j in turn.found.ranked[:SHOWN]),
            standalone=question.text,
            fingerprint=self.fingerprint,
            seconds=time.perf_counter() - turn.started,
        )

    def _compared(self, turn: Turn, question: Question, comparison: Compared) -> Answer:
        infos = {info.id: info for info in turn.infos}
        parts = told(comparison, question, self.glossary, lambda report_id: self._report(infos[report_id]))
        return Answer(
            question=turn.asked, language=question.language, text=parts.text, value=parts.value, citations=parts.citations,
            shown=parts.shown, standalone=question.text, fingerprint=self.fingerprint, seconds=time.perf_counter() - turn.started,
        )  # fmt: skip

    def _refused(self, turn: Turn, reason: RefusalReason, held: Sequence[Any]) -> Answer:
        question = turn.question
        language = question.language if question else detect_language(turn.asked[:500])
        shown = tuple(evidence(j) for j in turn.found.ranked[:NEAREST]) if turn.found else ()
        text, labels = refusal_text(reason, language, question, held, nearest=bool(shown))
        return Answer(
            question=turn.asked,
            language=language,
            text=text,
            shown=shown,
            refusal=Refusal(reason, text, labels),
            standalone=question.text if question else "",
            fingerprint=self.fingerprint,
            seconds=time.perf_counter() - turn.started,
        )

    # -- parts of an answer

    def _value(self, question: Question, judged: Judged) -> Value | None:
        candidate = judged.candidate
        if candidate is None:
            return None
        figure = candidate.figure if candidate.kind not in ("name", "date", "place", "text") else ""
        return Value(
            text=candidate.text,
            shown=candidate.shown(question.language),
            start=candidate.start,
            end=candidate.end,
            kind=candidate.kind,
            number=candidate.amount,
            unit=candidate.number.unit if candidate.number else "",
            figure=figure,
            subject=self._subject(question, candidate),
            period=judged.period,
            place=_place_of(question, judged),
            base=candidate.base,
        )

    def _subject(self, question: Question, candidate: Candidate) -> str:
        """What the value counts, as its own label says ("" where it does not)."""
        if candidate.kind != "percentage":
            return ""
        near = [(candidate.after, candidate.after_trust), (candidate.before, candidate.before_trust)]
        for text, _ in sorted(near, key=lambda pair: -pair[1]):
            for mention in self.glossary.find(text):
                if self.glossary.kind(mention.concept) == "subject":
                    return subject_label(mention.concept, self.glossary, question.language)
        return ""

    def _indicator(self, question: Question, judged: Judged) -> str:
        """The name of what was asked for, in the reader's language: a row of a table by its own words, else the glossary's term for
        the last indicator of the question, where the report speaks of it there."""
        unit, kind = judged.unit, self.glossary.kind  # what is told of a hospital is named by it only where hospitals are counted
        main = [
            c for c in question.concepts if kind(c) in ("indicator", "crop") or (kind(c) == "facility" and c == question.counted)
        ]
        named = main[-1] if main and self._speaks_of(question, main[-1], unit) else ""
        name = self.glossary.concepts[named].terms(question.language)[0] if named else ""
        if not unit.is_row or judged.candidate is None:
            return name
        if unit.report.language == question.language:
            return row_name(unit, judged.candidate.after) or name
        label = row_own_label(unit)
        return f"{name} (“{label}”)" if name and label else name

    def _speaks_of(self, question: Question, concept: str, unit: Unit) -> bool:
        """Whether the sentence says it, or what stands around it: a value may be chosen by other words of the question."""
        asked = [aspect for aspect in self.matcher.aspects(question) if aspect.key == concept]
        around = [(text, 1.0) for text in (unit.text, unit.lead, unit.heading, unit.previous)]
        return not asked or self.matcher.coverage(asked, around, unit.report.title) >= LEAST_SPOKEN

    def _report(self, info: ReportInfo) -> Report:
        key = (info.id, info.content_hash, info.edits)  # a title or year set by the user makes it another
        with self._lock:
            if key in self._reports:
                self._reports.move_to_end(key)
                return self._reports[key]
        report = self.library.report(info.id)
        with self._lock:
            self._reports[key] = report
            while len(self._reports) > REPORTS_KEPT:
                self._reports.popitem(last=False)
        return report

    # -- examples for the page

    def examples(self, language: Language, limit: int = 4) -> list[str]:
        """Questions that the library's own reports answer, one a report while there are enough."""
        infos = self.library.reports()[:EXAMPLE_REPORTS]
        reports = ((info, self._report(info).text[:EXAMPLE_CHARACTERS]) for info in infos)

        def asked(question: str, report: str) -> Answer:
            return self.extracted(question, reports=[report])

        return examples(reports, self.glossary, asked, language, limit)


def _place_of(question: Question, judged: Judged) -> Place | None:
    """The place the value is for, spelt as the report spells it where the question means the same."""
    own = judged.unit.report.place
    if not question.places or judged.place_fit < 1.0:
        return own
    return own if own and same_place(own, question.places[0]) else question.places[0]


def _places(infos: Sequence[ReportInfo]) -> list[Place]:
    return list(dict.fromkeys(i.place for i in infos if i.place))


def _yes_no(question: Question, judged: Judged, yes: bool) -> Value:
    unit = judged.unit
    vi = question.language == "vi"
    shown = ("Có" if yes else "Không") if vi else ("Yes" if yes else "No")
    return Value(
        text=unit.text, shown=shown, start=unit.start, end=unit.end, kind="yes_no", period=judged.period, place=unit.report.place
    )


def messages(history: Sequence[Any]) -> tuple[Message, ...]:
    """Earlier turns in any of the shapes chats hand over: Message, {"role", "content"}, (role, text), (question, answer), text."""
    found: list[Message] = []
    for turn in history:
        if isinstance(turn, Message):
            found.append(turn)
        elif isinstance(turn, Mapping):
            content = _text(turn.get("content", turn.get("text", "")))
            found.append(Message("assistant" if turn.get("role") == "assistant" else "user", content))
        elif isinstance(turn, str):
            found.append(Message("user", turn))
        else:
            first, second = turn
            if first in ("user", "assistant"):
                found.append(Message(first, _text(second)))
            else:
                found += [Message("user", _text(first)), Message("assistant", _text(second))]
    return tuple(found)


def _text(content: Any) -> str:
    """Chat content as text: a string, or a list of parts {"type": "text", "text": …}."""
    if isinstance(content, list):
        return " ".join(_text(part.get("text", "")) if isinstance(part, Mapping) else str(part) for part in content)
    return "" if content is None else str(content)


def _told(extracted: Answer, made: Written) -> bool:
    """Whether what the model wrote gives the extracted value: a figure it states is borne out at the same place."""
    value = extracted.value
    if value is None:
        return False
    report = extracted.citations[0].report_id
    borne = any(value.start < end and start < value.end and held == report for held, start, end in made.used)
    return borne or any(claim.fate == "replaced" for claim in made.claims)


def _sets_against(question: Question) -> bool:
    """Whether a question sets figures against each other, or asks for one computed from several."""
    return question.superlative or question.asks_change or len(question.places) > 1 or len(question.periods) > 1


def _worth_asking(turn: Turn) -> bool:
    """Whether there is evidence to write from. What the reports do not hold, or hold for another place or time only, is refused
    without a call; so is a figure that the rules do not find, which a model could only make up or mistake."""
    if turn.found is None or turn.refusal or turn.question is None or not turn.found.ranked:
        return False
    if turn.found.best is not None:
        return True
    if turn.found.reason != "not_found" or turn.question.kind not in ("text", "yes_no"):
        return False
    near = turn.found.ranked[:SHOWN]
    return any(j.coverage >= UNIT_FLOOR and j.core >= CORE_FLOOR and min(j.period_fit, j.place_fit) > 0.5 for j in near)


def load_assistant(source: Library | Settings, *, key: Key | None = None) -> Assistant:
    """The assistant over a library, or over the one that the settings name, with the language model that its settings name.

    `key` is the model's, where it stands in no variable. Raises what `Library.open` and `open_model` do.
    """
    library = Library.open(settings=source) if isinstance(source, Settings) else source
    model = open_model(library.settings, key=key)
    if model is not None:  # what checks its sentences is read from disk while the reader types
        threading.Thread(target=_make_ready, args=(model,), daemon=True, name="warm").start()
    return Assistant(library, model)


def _make_ready(model: ChatModel) -> None:
    warm()
    model.load()
