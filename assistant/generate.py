"""The answer with a language model: evidence in, sentences out, each shown only once code has found it borne out by what it cites.

    for piece in write(model, task): …      pieces of text as sentences pass, then a Written

A sentence at fault is written anew once; if that fails too, the extracted sentence takes its place or it is left out. Knows nothing
of screens and libraries; everything but `write`, `read` and `repair` is pure.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from index import Language, ModelError, ModelFailed
from index.language import detect_language, fold
from index.lexicon.lexicon import Lexicon
from index.once import once

from .answers import Citation, Claim, NumberCheck
from .aspects import Matcher, default_matcher
from .cite import cite_unit, parse_markers, renumber
from .claims import sentence_unit
from .compare import Result
from .evidence import Unit
from .formulas import computed_of
from .judge import Judged
from .models import LanguageModel, Messages
from .prompts import UNITS, answer_messages, fit, repair_messages
from .question import Question, analyse
from .streams import Sentence, SentenceBuffer, Thoughts, plain_text
from .support import supported
from .verify import Check, passes, verify
from .wording import fault_text

Outcome = Literal["written", "refused", "empty", "rejected", "overlong", "failed", "no_room"]
MOST_SENTENCES = 12
_AS_TARGET = {"vi": "Phấn đấu: ", "en": "Planned: "}
_TARGET = re.compile(r"\b(?:chi tieu|muc tieu|ke hoach|phan dau|targets?|planned|plan|goal)\b")
_RESULT = re.compile(r"\b(?:da|thuc hien|ket qua|thuc te|achieved|reached|result|actual|actually|was|were)\b")
_STOPPED = re.compile(r"[.!?…:;][\"”’»)*]*$")
_TOO_MUCH = re.compile(r"context|too (?:long|large|many)|exceed|maximum.{0,20}token", re.IGNORECASE)  # what servers say of it
MOST_CHARACTERS = 6_000
LANGUAGE_WORDS = 4  # fewer words do not tell a language
FOREIGN_LETTERS = 0.1  # share of letters of other scripts from which on a sentence is in another language
_REFUSED = re.compile(r"\bNO[_ ]ANSWER\b")
_REFUSED_IN_WORDS = re.compile(  # on folded text: a model's own words for NO_ANSWER
    r"\b(?:bang chung|bao cao|tai lieu|thong tin)\b.{0,60}\bkhong (?:neu|co|de cap|cung cap|cho biet|du|tra loi|noi)\b"
    r"|\bkhong (?:co|tim thay|du) (?:thong tin|bang chung|du lieu|so lieu)\b"
    r"|\b(?:evidence|reports?|documents?|passages?)\b.{0,40}\b(?:do(?:es)?n['’]t|do(?:es)? not|cannot|can['’]t) "
    r"(?:say|state|mention|contain|provide|give|include|answer|specify)\b"
    r"|\b(?:no (?:information|evidence|data)|not (?:mentioned|stated|provided|available|specified)|cannot (?:be )?answer)\b"
)


@dataclass(frozen=True)
class Task:
    """What is to be answered: `ranked` is evidence, best first; `spare` the extracted sentence without its marker, "" for none, of
    which the best unit is the evidence."""

    question: Question
    ranked: tuple[Judged, ...]
    matcher: Matcher
    spare: str = ""
    value: tuple[str, int, int] | None = None  # (report id, start, end) of the extracted value, set off where a sentence gives it
    results: tuple[Result, ...] = ()  # of the ledger's tools

    @property
    def asked(self) -> str:
        """The question, with what code computed for it."""
        computed = [f"{r.formula} = {'−' if r.value < 0 else ''}{r.shown(self.question.language)}" for r in self.results]
        return "; ".join([self.question.text, *computed])


@dataclass(frozen=True)
class Item:
    """A sentence of the draft. `text` bears the numbers of the evidence, `ids`; `fault` is what the model's first wording
    lacked, `fate` what becomes of it, "" while that is open."""

    lead: str
    text: str
    ids: tuple[int, ...]
    checks: tuple[Check, ...] = ()
    fault: str = ""
    fate: Literal["", "kept", "repaired", "replaced", "removed"] = ""


@dataclass(frozen=True)
class Written:
    """What came of it. `text` bears the markers of `citations`; `sent` is exactly the evidence the model was given, `left_out` how
    much more was offered and had no room; `error` is set where the model failed, even where some sentences had passed before."""

    outcome: Outcome
    text: str = ""
    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    sent: tuple[Judged, ...] = ()
    used: tuple[tuple[str, int, int], ...] = ()  # (report id, start, end) of the evidence that bears figures out
    error: ModelError | None = None
    cut: bool = False
    left_out: int = 0


@dataclass
class Draft:
    """The sentences so far, in order; `shown` of them are on the screen."""

    task: Task
    units: tuple[Unit, ...]
    items: list[Item] = field(default_factory=list)
    shown: int = 0
    markers: dict[int, int] = field(default_factory=dict)  # number of the evidence -> marker on the screen
    raw: str = ""
    refused: bool = False
    overlong: bool = False
    set_off: bool = False

    def take(self, sentence: Sentence) -> None:
        """Checks one more sentence; one without a marker takes those of the next in its line, else of the one before."""
        if _REFUSED.search(sentence.text) or _REFUSED_IN_WORDS.search(fold(sentence.text)):
            self.refused = True
            return
        item = examine(sentence, self.units, self.task)
        if any(held.text == item.text for held in self.items):
            return  # said already: a small model that goes round in circles
        if item.fate:
            for at in range(len(self.items) - 1, self.shown - 1, -1):
                if self.items[at].fault != "uncited" or self.items[at].fate:
                    break
                self.items[at] = self._lent(self.items[at], item.ids)
        self.items.append(item)

    def settle(self) -> None:
        """The text is whole: what is still without a marker takes those of the sentence before it. What has no full stop either was
        cut off, perhaps in the middle of a number."""
        for at in range(1, len(self.items)):
            before, item = self.items[at - 1], self.items[at]
            if item.fault == "uncited" and not item.fate and before.fate and _STOPPED.search(item.text):
                self.items[at] = self._lent(self.items[at], before.ids)

    def _lent(self, item: Item, ids: tuple[int, ...]) -> Item:
        stop = re.search(r"[.!?…:;]*$", item.text)
        at = stop.start() if stop else len(item.text)
        text = f"{item.text[:at]} {''.join(f'[{n}]' for n in ids)}{item.text[at:]}"
        lent = examine(Sentence(item.lead, text), self.units, self.task)
        return lent if lent.fate else item

    def ready(self) -> Iterator[str]:
        """Text of the sentences that may be shown now: up to the first whose fate is open."""
        while self.shown < len(self.items) and self.items[self.shown].fate:
            item = self.items[self.shown]
            self.shown += 1
            if item.fate == "removed":
                continue
            lead = item.lead if self.markers else item.lead.lstrip("\n ")
            for number in item.ids:
                self.markers.setdefault(number, len(self.markers) + 1)
            yield lead + renumber(self._set_off(item), self.markers)

    def _set_off(self, item: Item) -> str:
        """The sentence with the extracted value in bold, where it gives it first."""
        if self.set_off or self.task.value is None or "**" in item.text or item.fate == "replaced":
            self.set_off = self.set_off or "**" in item.text
            return item.text
        report, start, end = self.task.value
        for check in item.checks:
            for source in check.sources:
                same = self.units[item.ids[source.unit] - 1].report.id == report and source.start < end and start < source.end
                if same and check.verdict == "match" and item.text[check.start : check.end] == check.text:
                    self.set_off = True
                    return f"{item.text[: check.start]}**{check.text}**{item.text[check.end :]}"
        return item.text


def write(model: LanguageModel, task: Task) -> Iterator[str | Written]:
    """Pieces of the answer's text, then what came of it. Raises nothing: a ModelError becomes `Written.error`.

    Where the server finds the evidence too much (it did not say how much it takes), half of it is sent, once.
    """
    warm()
    try:
        room = model.limits().input
    except ModelError as error:
        yield Written("failed", error=error)
        return
    made = yield from _attempt(model, task, room)
    if not made.text and isinstance(made.error, ModelFailed) and _TOO_MUCH.search(str(made.error)):
        made = yield from _attempt(model, task, room // 2)
    yield replace(made, left_out=len(task.ranked[:UNITS]) - len(made.sent))


def _attempt(model: LanguageModel, task: Task, room: int) -> Generator[str, None, Written]:
    """One answer from as much evidence as goes into `room` tokens."""
    language = task.question.language
    sent = fit(task.ranked, task.asked, language, room)
    if not sent:
        return Written("no_room")
    draft = Draft(task, tuple(judged.unit for judged in sent))
    messages = answer_messages(task.asked, sent, language)
    text, failure = "", None
    try:
        for sentence in read(model, messages, draft):
            draft.take(sentence)
            for piece in draft.ready():
                text += piece
                yield piece
        draft.settle()
        if not draft.refused and not draft.overlong:
            repair(model, sent, draft, room)
    except ModelError as error:
        failure = error
        draft.settle()
    finish(draft)
    for piece in draft.ready():
        text += piece
        yield piece
    return written(draft, sent, text, failure)


@once
def warm() -> None:
    """Loads what checking needs, about two seconds, so that the first sentence does not wait for it: at once where that is done,
    after it where another thread is at it.

    A sentence in each language goes through every check: each table is read from disk, and each index made, at its first use.
    """
    matcher = default_matcher()
    unit = sentence_unit("Năm 2023, xã có 1.250 hộ, tỷ lệ hộ nghèo còn 2,5%.", "vi")
    for asked, said in (
        ("Tỷ lệ hộ nghèo năm 2023 là bao nhiêu?", "Năm 2023, tỷ lệ hộ nghèo của xã còn 2,5% [1]."),
        ("What was the poverty rate in 2023?", "In 2023, the poverty rate of the commune was 2.5% [1]."),
    ):
        question = analyse(asked, glossary=matcher.glossary)
        examine(Sentence("", said), (unit,), Task(question, (), matcher))
    Lexicon.load().accented("nuoc")  # the index of words without marks is made at its first use


def read(model: LanguageModel, messages: Messages, draft: Draft) -> Iterator[Sentence]:
    """The sentences of one call, thoughts left out. Stops where the model runs on."""
    thoughts, buffer, count = Thoughts(), SentenceBuffer(), 0
    with_end = _pieces(model, messages, thoughts)
    for piece in with_end:
        if thoughts.restarted:
            thoughts.restarted = False
            buffer = SentenceBuffer()
            del draft.items[draft.shown :]
            draft.raw = ""
        draft.raw += piece
        for sentence in buffer.feed(piece):
            count += 1
            yield sentence
        if buffer.overlong or count > MOST_SENTENCES or len(draft.raw) > MOST_CHARACTERS:
            draft.overlong = True
            return
    yield from buffer.close()


def _pieces(model: LanguageModel, messages: Messages, thoughts: Thoughts) -> Iterator[str]:
    for piece in model.stream(messages):
        yield thoughts.feed(piece)
    yield thoughts.close()


def examine(sentence: Sentence, units: Sequence[Unit], task: Task) -> Item:
    """One sentence against the evidence it cites."""
    text, ids = parse_markers(sentence.text, len(units))
    question = task.question
    cited = [units[number - 1] for number in ids]
    checks = _checked(text, cited, task)
    fault = ""
    if not ids:
        fault = "uncited"
    elif other_language(text, question.language):
        fault = "language"
    elif not passes(checks):
        fault = "number"
    elif not supported(text, cited, question, task.matcher, has_figure=bool(checks)):
        fault = "unsupported"
    return Item(sentence.lead, text, ids, checks, fault, "" if fault else "kept")


def _checked(text: str, cited: Sequence[Unit], task: Task) -> tuple[Check, ...]:
    """The checks of one sentence. Where the question asks for a target, or the sentence says it is one after the figure ("63% (chỉ
    tiêu)"), and claims no result, it is read as telling a target."""
    question = task.question
    period = question.periods[0] if len(question.periods) == 1 else None
    place = question.places[0] if len(question.places) == 1 else None
    computed = [c for result in task.results if (c := computed_of(result, cited))]
    checks = verify(text, cited, question.language, computed=computed, period=period, place=place)
    folded = fold(text)
    told = question.asks_target or _TARGET.search(folded)
    if passes(checks) or not told or _RESULT.search(folded) or not any(check.reason == "figure" for check in checks):
        return checks
    lead = _AS_TARGET[question.language]
    read = verify(lead + text, cited, question.language, computed=computed, period=period, place=place)
    return tuple(replace(c, start=c.start - len(lead), end=c.end - len(lead)) for c in read) if passes(read) else checks


def other_language(text: str, language: Language) -> bool:
    """Whether a sentence is clearly not in `language`."""
    letters = [char for char in text if char.isalpha()]
    foreign = sum(ord(char) > 0x24F and not 0x1E00 <= ord(char) <= 0x1EFF for char in letters)
    if letters and foreign > FOREIGN_LETTERS * len(letters):
        return True
    bare = re.sub(r"\[\d+\]|\*\*|[\d.,%]+", " ", text)
    small = [word for word in bare.split() if not word[:1].isupper()]
    return len(small) >= LANGUAGE_WORDS and detect_language(bare) != language


def repair(model: LanguageModel, sent: Sequence[Judged], draft: Draft, room: int) -> None:
    """One more call, of at most `room` tokens, for the sentences that are wrong in a figure or in their language; what is without a
    marker and a figure is not worth one. Raises a ModelError."""
    wanted = [at for at, item in enumerate(draft.items) if not item.fate and (item.fault != "uncited" or item.checks)]
    language = draft.task.question.language
    faults = [(draft.items[at].text, fault_text(draft.items[at].fault, draft.items[at].checks, language)) for at in wanted]
    cited = {number for at in wanted for number in draft.items[at].ids}
    messages = repair_messages(draft.task.asked, sent, faults, language, cited=cited, room=room) if wanted else []
    if not messages:
        return
    thoughts, said = Thoughts(), ""
    for piece in _pieces(model, messages, thoughts):
        said = piece if thoughts.restarted else said + piece
        thoughts.restarted = False
        if len(said) > MOST_CHARACTERS:
            break
    for at, sentence in repaired(said, len(wanted)).items():
        old = draft.items[wanted[at]]
        new = examine(Sentence(old.lead, sentence), draft.units, draft.task)
        if new.fate:
            draft.items[wanted[at]] = replace(new, fate="repaired", fault=old.fault)


def repaired(said: str, count: int) -> dict[int, str]:
    """ "S1: …" lines -> sentences by their place in the list. A single sentence may come without its code."""
    found: dict[int, str] = {}
    lines = [line for line in map(plain_text, said.splitlines()) if line]
    for line in lines:
        match = re.match(r"[-*\s]*\**S(\d{1,2})\**\s*[:.)-]\**\s*(.*)", line)
        if match and 1 <= int(match[1]) <= count and len(match[2].strip(" -–")) > 1:
            found.setdefault(int(match[1]) - 1, match[2])
    if not found and count == 1 and len(lines) == 1 and len(lines[0].strip(" -–")) > 1 and not re.match(r"\W*S\d", lines[0]):
        found[0] = lines[0]
    parsed = {}
    for at, line in found.items():
        buffer = SentenceBuffer()
        sentences = [*buffer.feed(line), *buffer.close()]
        if len(sentences) == 1:
            parsed[at] = sentences[0].text
    return parsed


def finish(draft: Draft) -> None:
    """Every sentence still at fault goes: for the first one the extracted sentence, where nothing kept rests on its evidence."""
    best = draft.task.ranked[0].unit if draft.task.ranked else None
    number = next((n for n, unit in enumerate(draft.units, 1) if unit is best), 0)
    kept = [item for item in draft.items if item.fate]
    spare = draft.task.spare if number and kept and not any(number in item.ids for item in kept) else ""
    for at, item in enumerate(draft.items):
        if item.fate:
            continue
        if spare and item.fault == "number":
            draft.items[at] = replace(item, text=f"{spare} [{number}].", ids=(number,), fate="replaced")
            spare = ""
        else:
            draft.items[at] = replace(item, fate="removed")


def written(draft: Draft, sent: tuple[Judged, ...], text: str, failure: ModelError | None) -> Written:
    """The record of it all."""
    own = [item for item in draft.items if item.fate in ("kept", "repaired")]
    outcome: Outcome = "written"
    if not own:
        if failure is not None:
            outcome = "failed"
        elif draft.refused:
            outcome = "refused"
        elif draft.overlong:
            outcome = "overlong"
        else:
            outcome = "rejected" if draft.items else "empty"
    spans: dict[int, list[tuple[int, int]]] = {}
    for item in own:
        for check in item.checks:
            for source in check.sources:
                spans.setdefault(item.ids[source.unit], []).append((source.start, source.end))
    citations = tuple(cite_unit(marker, draft.units[n - 1], spans.get(n, ())) for n, marker in draft.markers.items())
    used = tuple((draft.units[n - 1].report.id, *span) for n, found in spans.items() for span in found)
    claims = tuple(_claim(item, draft.markers) for item in draft.items)
    return Written(outcome, text.strip(), citations, claims, sent, used, failure, cut=draft.overlong)


def _claim(item: Item, markers: Mapping[int, int]) -> Claim:
    checks = []
    for check in item.checks:
        marker = markers.get(item.ids[check.sources[0].unit], 0) if check.sources and item.fate != "replaced" else 0
        checks.append(NumberCheck(check.text, check.verdict, check.reason, marker, check.formula, check.said))
    return Claim(renumber(item.text, markers), item.fate or "removed", item.fault, tuple(checks))
