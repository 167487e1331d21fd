"""What speaks for a value as the answer to a question, as numbers by name: what answer_ranker.py weighs. Pure.

They come from the rules (judge.py), from how near to the value the things asked for stand (nearness.py), from how the search scored
its sentence, and from what kind of value is asked for and found.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import get_args

from index.figures.candidate import Candidate, ValueKind
from index.language import fold, fold_key, same_place, stem
from index.sentence_features import names as sentence_names

from . import answer_type
from .aspects import Aspect, Matcher
from .conditions import names_other_place
from .evidence import SentenceScore, Unit
from .judge import NEVER, Judged, asks_day, is_day, passes
from .kinds import QuestionKind
from .nearness import NUMBER, TOKEN, Place, named_at, nearness, respective, standing, unspoken
from .question import Question

SENTENCE = tuple(f"sentence {name}" for name in sentence_names(True))
PAIRS = tuple(f"{asked}, {found}" for asked in get_args(QuestionKind) for found in get_args(ValueKind))
STEPS = (0.6, 0.8, 0.9, 1.0)  # of the rules' score: what it tells grows in them
HIGH = 0.9  # of the rules' score
# Of these, what is missing to the question's largest counts too.
RELATIVE = ("score", "label", "core", "behind", "distance", "apart", "clauses", "everywhere", "own", "named")
LEAST_CHANCE, LEAST_WANTED = 1e-4, 1e-2
_SCALES = frozenset(("trieu", "ty", "ti", "nghin", "ngan", "million", "billion", "thousand", "lan", "%"))


def signals(
    question: Question,
    found: Sequence[Judged],
    aspects: Sequence[Aspect],
    matcher: Matcher,
    sentence: Callable[[Unit], SentenceScore],
) -> list[dict[str, float]]:
    """Of each value in `found`, the signals that are not 0."""
    asked_numbers = set(NUMBER.findall(question.text))
    standings: dict[tuple[str, int], list[tuple[float, list[Place]]]] = {}
    rows = []
    for judged in found:
        unit = judged.unit
        key = (unit.report.id, unit.start)
        if key not in standings:
            standings[key] = standing(aspects, unit.text, matcher)
        row = _of_rules(question, judged, aspects, matcher) | _of_place(judged, standings[key])
        row |= _of_kinds(question, judged, asked_numbers) | _of_names(question, judged)
        row |= _of_sentence(sentence(unit))
        rows.append(row)
    _beside(rows, found, aspects)
    return [{name: value for name, value in row.items() if value} for row in rows]


def _of_rules(question: Question, judged: Judged, aspects: Sequence[Aspect], matcher: Matcher) -> dict[str, float]:
    unit, parts = judged.unit, judged.parts
    all_around = [(unit.text, 1.0), (unit.lead, 1.0), (unit.heading, 1.0), (unit.previous, 1.0)]
    report = unit.report
    return {
        "score": max(judged.score, -1.0),
        "coverage": judged.coverage,
        "core": judged.core,
        "uncut": parts.uncut,
        "label": parts.label,
        "near": parts.near,
        "text": parts.text,
        "everywhere": matcher.coverage(aspects, all_around, report.title),
        "title": matcher.coverage(aspects, [(report.title, 1.0)]),
        "retrieval": unit.retrieval,
        "kind fit": max(parts.kind_fit, -1.0),
        "figure fit": max(parts.figure_fit, -1.0),
        "kind never": float(parts.kind_fit <= NEVER / 2),
        "figure never": float(parts.figure_fit <= NEVER / 2),
        "others": float(parts.others),
        "row": float(parts.row > 0),
        "row beside": min(parts.row, 0.0),
        "whole": float(parts.whole),
        "column unsaid": parts.column_unsaid,
        "part": float(parts.part),
        "unasked": float(parts.unasked),
        "contrast": float(parts.contrast),
        "another": float(parts.another),
        "other number": float(parts.other_number),
        "none left": float(parts.none_left),
        "other place": float(names_other_place(unit)),
        "report place": float(bool(question.places and report.place and same_place(report.place, question.places[0]))),
        "period fit": judged.period_fit,
        "place fit": judged.place_fit,
        "table": float(unit.is_row),
        "indicator asked": float(any(a.kind == "indicator" and a.weight > 1.3 for a in aspects)),
        "aspects": float(len(aspects)),
        "words": sum(a.weight for a in aspects if a.kind == "word") / (sum(a.weight for a in aspects) or 1.0),
    }


def _of_place(judged: Judged, asked: Sequence[tuple[float, Sequence[Place]]]) -> dict[str, float]:
    """Where the value stands in its sentence."""
    unit, candidate = judged.unit, _candidate(judged)
    start, end = candidate.start - unit.start, candidate.end - unit.start
    near = nearness(start, end, unit.text, asked)
    length = len(unit.text)
    return {
        "distance": near.distance,
        "apart": near.apart,
        "clauses": near.clauses,
        "before": near.before,
        "own": near.own,
        "unspoken": unspoken(asked),
        "length": math.log(1 + length),
        "position": start / max(1, length),
        "before trust": candidate.before_trust,
        "after trust": candidate.after_trust,
    }


def _of_kinds(question: Question, judged: Judged, asked_numbers: set[str]) -> dict[str, float]:
    candidate = _candidate(judged)
    first = NUMBER.search(candidate.text)
    unit = fold(candidate.number.unit) if candidate.number else ""
    figure = candidate.figure
    wanted = answer_type.of_value(candidate, question.wanted)
    return {
        f"{question.kind}, {candidate.kind}": 1.0,
        "wanted": wanted,
        "log wanted": math.log(max(wanted, LEAST_WANTED)),
        "wanted most": float(wanted >= max(question.wanted)),
        "in question": float(first is not None and first.group() in asked_numbers and candidate.kind != "date"),
        "no day": float(asks_day(question) and candidate.kind == "date" and not is_day(candidate)),
        "unit asked": float(bool(unit) and f" {unit} " in f" {fold(question.text)} "),
        "target asked": float(question.asks_target and figure == "target"),
        "target unasked": float(not question.asks_target and figure == "target"),
        "change asked": float(question.asks_change and figure == "change"),
        "change unasked": float(not question.asks_change and figure == "change"),
        "previous": float(figure == "previous"),
        "previous asked": float(question.asks_previous and figure == "previous"),
        "previous unmet": float(question.asks_previous and figure != "previous"),
    } | _of_noun(question, candidate)


def _of_noun(question: Question, candidate: Candidate) -> dict[str, float]:
    """Whether the value counts by the word that follows "how many"."""
    number = candidate.number
    if not question.asked_noun or number is None:
        return {}
    told = fold(f"{number.unit} {candidate.after}").split()[:3]
    same = any(word == question.asked_noun or stem(word) == stem(question.asked_noun) for word in told)
    unit = fold(number.unit).split()
    return {
        "noun": float(same),
        "noun before": float(not same and f" {question.asked_noun} " in f" {fold(candidate.before)} "),
        "noun other": float(not same and bool(unit) and unit[0] not in _SCALES),
        "noun, money": float(not same and candidate.kind == "money"),
        "noun, share": float(not same and candidate.kind == "percentage"),
    }


def _of_names(question: Question, judged: Judged) -> dict[str, float]:
    """Where the place and the other names asked for stand."""
    unit, candidate = judged.unit, _candidate(judged)
    start, end = candidate.start - unit.start, candidate.end - unit.start
    row = {"named": 0.0}
    for place in question.places[:1]:
        led, followed, named = named_at(start, end, unit.text, fold_key(place.name))
        row |= {
            "place led": float(led),
            "place followed": float(followed),
            "place elsewhere": float(named and not led and not followed),
        }
    if question.names:
        here, around = f" {fold_key(unit.text)} ", f" {fold_key(unit.surroundings)} "
        keys = [fold_key(name) for name in question.names]
        row["named"] = sum(f" {key} " in here for key in keys) / len(keys)
        row["unnamed"] = sum(f" {key} " not in around for key in keys) / len(keys)
        row["unnamed all"] = float(row["unnamed"] == 1.0)
    if not unit.is_row:
        row["respective"] = respective(start, unit.text, _words(question))
    return row


def _words(question: Question) -> tuple[str, ...]:
    """What may tell one item of a row from another."""
    return tuple(dict.fromkeys(re.findall(TOKEN, fold(question.text))))


def _of_sentence(scored: SentenceScore) -> dict[str, float]:
    row = {
        "chance": scored.chance,
        "log chance": math.log(max(scored.chance, LEAST_CHANCE)),
        "behind": scored.behind,
        "scored": float(bool(scored.signals)),
    }
    if len(scored.signals) <= len(SENTENCE):  # those of a passage not read closely are the first ones
        row |= dict(zip(SENTENCE, scored.signals, strict=False))
    return row


def _beside(rows: Sequence[dict[str, float]], found: Sequence[Judged], aspects: Sequence[Aspect]) -> None:
    """What can be said of a value only beside the question's other values: whether the rules would have chosen it, and RELATIVE."""
    accepted = [judged.in_place and passes(judged, aspects) for judged in found]
    chosen = max((n for n, ok in enumerate(accepted) if ok), key=lambda n: found[n].score, default=-1)
    inside: dict[tuple[str, int], list[int]] = {}
    for n, judged in enumerate(found):
        inside.setdefault((judged.unit.report.id, judged.unit.start), []).append(n)
    largest = {name: max((row[name] for row in rows), default=0.0) for name in RELATIVE}
    for n, row in enumerate(rows):
        score = found[n].score
        row |= {f"{name} behind": row[name] - largest[name] for name in RELATIVE}
        row |= {f"score above {step}": max(0.0, score - step) for step in STEPS}
        row |= {"accepted": float(accepted[n]), "score high": float(score >= HIGH), "accepted score": accepted[n] * score}
        row["values"] = float(len(inside[found[n].unit.report.id, found[n].unit.start]))
    for members in inside.values():
        for name in ("distance", "apart", "clauses", "own"):
            most = max(rows[n][name] for n in members)
            for n in members:
                rows[n][f"{name} in unit"] = rows[n][name] - most
    if chosen >= 0:
        score, said = found[chosen].score, _candidate(found[chosen]).text.strip()
        others = [j.score for j, ok in zip(found, accepted, strict=True) if ok and _candidate(j).text.strip() != said]
        rows[chosen] |= {
            "chosen": 1.0,
            "chosen score": score,
            "chosen high": float(score >= HIGH),
            "chosen above": max(0.0, score - STEPS[1]),
            "chosen covered": float(found[chosen].coverage >= 0.95),
            "margin": score - max(others, default=score - 0.5),
        }


def _candidate(judged: Judged) -> Candidate:
    assert judged.candidate is not None
    return judged.candidate
