"""The questions of evaluation sets as they are asked of a library, with the values weighed for each: what is learned from.

Each set's reports are put into a library and its questions asked as a reader asks them, before the library is read closely and
after; then of the report alone that answers, and of another alone, whatever its place and year, unless the rules find there what is
asked for: in a small library the best sentence is soon far ahead of all others. Of the values weighed (assistant/signals.py), those
at the gold quote that say the gold value are right.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

from assistant import Assistant, answer_type, load_assistant
from assistant.answers import Message
from assistant.extract import Weighed
from assistant.judge import Judged
from assistant.value_reader import Placed, placed
from assistant.word_pairs import Beside, beside
from eval.formats import Question, Span, load_set
from eval.measures import contains_value
from eval.run import Judge, _conversation
from index import Language, Library
from index.language import detect_language
from index.settings import Settings

How = Literal["read closely", "before close reading", "alone"]
# Names of kept files end so.
HOW: dict[How, str] = {"read closely": "", "before close reading": "-before-close-reading", "alone": "-alone"}
ALONE = "/alone"  # behind a question's id
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Example:
    """The values weighed for one question: their signals; which are right; what each says, and whether that would do for one; the
    text beside it; the sentences they stand in, and where in these."""

    set: str
    id: str
    answerable: bool
    signals: tuple[Mapping[str, float], ...]
    right: tuple[bool, ...]
    said: tuple[str, ...]
    same: tuple[bool, ...]
    question: str = ""
    language: Language = "vi"
    around: tuple[Beside, ...] = ()
    texts: tuple[str, ...] = ()
    places: tuple[Placed, ...] = ()


def kept(folder: Path, keep: Path | None, how: How, types: answer_type.Weights) -> list[Example]:
    file = keep / f"{folder.name}{HOW[how]}.json" if keep else None
    if file is not None and file.is_file():
        return [_example_of(row) for row in json.loads(file.read_text("utf-8"))]
    with patch.object(answer_type, "load", return_value=types):
        found = list(examples_of(folder, how))
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([asdict(e) for e in found], ensure_ascii=False), "utf-8")
    return found


def _example_of(row: dict[str, Any]) -> Example:
    parts = {name: tuple(row.pop(name)) for name in ("signals", "right", "said", "same")}
    parts["texts"], parts["places"] = tuple(row.pop("texts", ())), tuple(map(tuple, row.pop("places", ())))
    return Example(**row | parts | {"around": tuple(Beside(*one) for one in row["around"])})


def examples_of(folder: Path, how: How) -> Iterator[Example]:
    """Asks all the questions of a set. Raises SetMissing, SetDamaged, and the error of a report that cannot be read."""
    loaded = load_set(folder)
    with tempfile.TemporaryDirectory() as room, Library.open(Path(room), settings=_settings(Path(room), how)) as library:
        for added in library.add(loaded.reports):
            if added.error is not None:
                raise added.error
        library.read_closely()
        asked, judge = load_assistant(library), Judge(library)
        for number, question in enumerate(loaded.questions):
            if question.answerable and not question.values:
                continue
            gold = judge.gold(question) if question.answerable else []
            told = (folder.name, question, gold)
            history = _conversation(asked, question.history)
            if how != "alone":
                yield _example(*told, asked.weighed(question.question, history))
                continue
            yield from _alone(asked, told, history, number)


def _alone(
    asked: Assistant, told: tuple[str, Question, Sequence[Span]], history: Sequence[Message], number: int
) -> Iterator[Example]:
    """Of the report that answers alone, and of one beside it that by the rules does not speak of what is asked for."""
    name, question, gold = told
    ids = [info.id for info in asked.library.reports()]
    own = ids.index(gold[0].report_id) if gold else number % len(ids)
    ident = f"{question.id}{ALONE}"
    if gold:
        alone = _example(name, question, gold, asked.weighed(question.question, history, reports=[ids[own]]))
        yield replace(alone, id=ident)
    beside = ids[(own + 1) % len(ids)]
    if beside != ids[own]:
        example = _example(name, question, [], asked.weighed(question.question, history, reports=[beside], anywhere=True))
        if not any(row.get("accepted") for row in example.signals):
            yield replace(example, id=f"{ident} beside", answerable=False, same=(False,) * len(example.same))


def _example(name: str, question: Question, gold: Sequence[Span], weighed: Weighed | None) -> Example:
    values = weighed.values if weighed else ()
    same = tuple(says(question, value) for value in values)
    right = tuple(ok and _inside(value, gold) for ok, value in zip(same, values, strict=True))
    said = tuple(value.candidate.text.strip() if value.candidate else "" for value in values)
    around = tuple(map(beside, values))
    asked, language = question.question, detect_language(question.question)
    texts, places = placed(values)
    signals = weighed.signals if weighed else ()
    found = (right, said, same, asked, language, around, tuple(texts), tuple(places))
    return Example(name, question.id, question.answerable, signals, *found)


def _settings(room: Path, how: How) -> Settings:
    return Settings(directory=room, close_reading="none" if how == "before close reading" else "transformer")


def says(question: Question, judged: Judged) -> bool:
    """Whether a value says one of the question's: a figure by its first number, "hơn 20.000 bộ" and "20.000 bộ" being the same."""
    candidate = judged.candidate
    if candidate is None or not question.answerable:
        return False
    text = candidate.text.strip()
    if contains_value(text, question.values):
        return True
    if candidate.number is not None:
        first = NUMBER.search(text)
        return first is not None and any(
            (n := NUMBER.search(v)) is not None and n.group() == first.group() for v in question.values
        )
    return len(text) > 3 and any(text in value or value in text for value in question.values)


def _inside(judged: Judged, gold: Sequence[Span]) -> bool:
    candidate = judged.candidate
    return candidate is not None and any(
        g.report_id == judged.unit.report.id and g.start - 3 <= candidate.start and candidate.end <= g.end + 3 for g in gold
    )
