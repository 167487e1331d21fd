"""The answer without a language model: the unit of evidence and the value in it that answer, or the reason why none does. Pure.

Every candidate is judged by itself; the best of those above the floors answers. A value of another period or place never does:
it makes the refusal say which there are. Knows nothing of wording and citations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from index import Period, Place
from index.figures.values import DURATION, Candidate, none_candidates, number_candidates
from index.language import fold, same_place

from .aspects import Aspect, Matcher
from .evidence import Unit
from .judge import NUMERIC, Judged, judge_unit, judge_value
from .named import date_candidates, name_candidates, phrase_candidates, place_candidates, rank_candidates
from .question import Question, asks_how

# Chosen on eval/sets/samples, eval/sets/seed and questions on public reports; eval/LOG.md tells how.
LABEL_FLOOR = 0.50  # share of the question that the value's own label and headings must cover
WORDS_FLOOR = 0.75  # the same for a question without a single known term: nearly all its words must be there
SCORE_FLOOR = 0.50  # a value that fits its question this little is left out: a wrong number is worse than none
ALIKE = 0.15  # answers of different reports whose scores differ by less fit the question alike
CHANCE_WEIGHT = 1.0  # of the chance (0..1) that a sentence answers, against scores of about as much
CHANCE_TO_SHOW = 4.0  # the same for what is shown beside the answer, or without one
RANKED = 24  # units kept, best first: a language model is given as many as its context has room for
UNIT_FLOOR = 0.62  # the same for an answer that is a whole sentence
CORE_FLOOR = 0.45  # every indicator asked for must be found at least this surely
_WHICH = re.compile(r"^\W*(which|who)\b|\b(nhung|cac) \w+ nao\b")
_SUPERLATIVE = re.compile(
    r"\b(nhat|most|least|highest|lowest|largest|smallest|fewest|biggest|best|worst|fastest|slowest|"
    r"dau tien|first)\b"
)


@dataclass(frozen=True)
class Extraction:
    """`best` answers; where it is None, `reason` says why and `held` which periods or places there are.

    `ranked` holds the units worth showing, best first; `also` answers that would do as well, for other places or periods.
    """

    best: Judged | None
    reason: str = ""
    held: tuple[Period, ...] | tuple[Place, ...] = ()
    ranked: tuple[Judged, ...] = ()
    also: tuple[Judged, ...] = ()


def extract(
    question: Question,
    found: Sequence[Unit],
    matcher: Matcher,
    *,
    library_places: Iterable[Place] = (),
    chance: Callable[[Unit], float] | None = None,
) -> Extraction:
    """Chooses among `found` (see evidence.units). `chance` (see evidence.chances) helps to choose a sentence where no rule chooses
    a value; what may answer at all is settled without it."""
    aspects = matcher.aspects(question)
    plain = sorted((judge_unit(question, u, aspects, matcher) for u in found), key=lambda j: -j.score)
    values = sorted((j for u in found for j in _judge_values(question, u, aspects, matcher)), key=lambda j: -j.score)
    floor = LABEL_FLOOR if any(a.kind != "word" and a.weight for a in aspects) else WORDS_FLOOR
    pool = [j for j in values if j.coverage >= floor and j.core >= CORE_FLOOR and _undiscounted(j) >= _score_floor(j)]
    figure_wanted = any(a.kind == "indicator" and a.weight > 1.3 for a in aspects) and not asks_how(question)
    if question.kind == "yes_no" or (question.kind == "text" and not pool and not figure_wanted):
        pool += [j for j in plain if j.coverage >= UNIT_FLOOR and j.core >= CORE_FLOOR and _states_something(j.unit)]
    pool.sort(key=lambda j: (-round(j.score, 2), -j.period.last if j.period and not question.periods else 0, -j.score))
    fitting = [j for j in pool if j.period_fit > 0.5 and j.place_fit > 0.5]
    if chance and fitting and not _by_rule(fitting[0]):
        fitting.sort(key=lambda j: -_with_chance(j, chance))
    best = fitting[0] if fitting else None
    settled = best is not None and _by_rule(best)
    ranked = _rank_units(best, values, plain, None if settled else chance)
    if best is not None:
        return Extraction(best, ranked=ranked, also=_as_good(question, fitting))
    return _refused(question, pool, ranked, library_places)


def _as_good(question: Question, fitting: Sequence[Judged]) -> tuple[Judged, ...]:
    """Where the question leaves the place open: one answer of each other report that fits nearly as well as the best."""
    best = fitting[0]
    if question.places:
        return ()
    others: dict[str, Judged] = {}
    for judged in fitting[1:]:
        report, own = judged.unit.report, best.unit.report.place
        if report.place and own and not same_place(report.place, own) and judged.score >= best.score - ALIKE:
            others.setdefault(report.id, judged)
    return tuple(others.values())


def _by_rule(judged: Judged) -> bool:
    """Whether rules of its kind chose it: a figure, a date, a name, a place. Sentences and phrases are chosen by words alone."""
    return judged.candidate is not None and judged.candidate.kind != "text"


def _with_chance(judged: Judged, chance: Callable[[Unit], float]) -> float:
    """The score with the chance that its sentence answers; what has rules of its own stays as they made it."""
    return judged.score + (0.0 if _by_rule(judged) else CHANCE_WEIGHT * chance(judged.unit))


def _undiscounted(judged: Judged) -> float:
    """The score before another period or place lowered it: a value of another year must get as far as the refusal that names it."""
    return judged.score / (0.5 + 0.5 * min(judged.period_fit, judged.place_fit))


def _score_floor(judged: Judged) -> float:
    """Names, dates and phrases earn nothing for a fitting unit, so they need less."""
    return SCORE_FLOOR if judged.candidate and judged.candidate.number else 0.5 * SCORE_FLOOR


def _refused(question: Question, pool: Sequence[Judged], ranked: tuple[Judged, ...], library_places: Iterable[Place]) -> Extraction:
    right_place = [j for j in pool if j.place_fit > 0.5]
    if question.places and not right_place:
        named = {p for p in library_places if p is not None}
        if not any(same_place(p, q) for p in named for q in question.places):
            return Extraction(None, "other_place", tuple(sorted(named, key=lambda p: p.name)), ranked)
    if question.periods and right_place:
        held = {j.period for j in right_place if j.period}
        if held:
            return Extraction(None, "other_period", tuple(sorted(held, key=lambda p: p.first)), ranked)
    return Extraction(None, "not_found", (), ranked)


def _judge_values(question: Question, unit: Unit, aspects: Sequence[Aspect], matcher: Matcher) -> list[Judged]:
    found = [c for c in _candidates(question, unit) if question.asks_duration or not _is_duration(c)]
    found = [c for c in found if not question.unit or c.kind == question.unit or (question.unit == "measure" and c.kind == "ratio")]
    if question.kind == "text" and question.concepts and not _WHICH.search(fold(question.text)):
        found += number_candidates(unit) + none_candidates(unit)
    if question.unit_family:
        found = [c for c in found if c.number is not None and _in_family(c, question.unit_family)]
    if question.superlative and question.kind not in NUMERIC and not _SUPERLATIVE.search(fold(unit.text)):
        return []
    return [judge_value(question, c, aspects, matcher) for c in found]


def _in_family(candidate: Candidate, family: Sequence[str]) -> bool:
    """The value's unit is the one demanded, whole word by whole word: "nhà" is no "ha"."""
    unit = f" {fold(candidate.number.unit).replace('/', ' ')} " if candidate.number else ""
    return any(f" {spelling} " in unit for spelling in family)


def _is_duration(candidate: Candidate) -> bool:
    """ "sau 10 năm": how long, where how much is asked."""
    return candidate.number is not None and bool(DURATION.search(fold(candidate.number.unit)))


def _states_something(unit: Unit) -> bool:
    """A heading or a caption is no answer."""
    return unit.is_row or len(unit.text.split()) >= 5


def _rank_units(
    best: Judged | None, values: Sequence[Judged], plain: Sequence[Judged], chance: Callable[[Unit], float] | None
) -> tuple[Judged, ...]:
    """Units for `shown`: the answering one first, then by their best value or as wholes."""
    order: list[Judged] = [best] if best else []
    merged = [*(j for j in values if j.coverage >= 0.4), *plain]
    merged.sort(key=(lambda j: -j.score) if chance is None else (lambda j: -j.score - CHANCE_TO_SHOW * chance(j.unit)))
    seen = {(j.unit.report.id, j.unit.start) for j in order}
    for judged in merged:
        key = (judged.unit.report.id, judged.unit.start)
        if key not in seen:
            seen.add(key)
            order.append(judged)
    return tuple(order[:RANKED])


def _candidates(question: Question, unit: Unit) -> list[Candidate]:
    """The values of the unit whose kind can answer the question."""
    match question.kind:
        case "rank":
            return rank_candidates(unit)
        case "date":
            return date_candidates(unit)
        case "person":
            return name_candidates(unit)
        case "place":
            return place_candidates(unit)
        case "text":
            return phrase_candidates(unit)
        case "yes_no":
            return []
        case _:
            return number_candidates(unit) + none_candidates(unit)
