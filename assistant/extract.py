"""The answer without a language model: the unit of evidence and the value in it that answer, or the reason why none does. Pure.

Every candidate is judged by itself; the best of those above the floors answers. A value of another period or place never does:
it makes the refusal say which there are. Knows nothing of wording and citations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from index import Period, Place
from index.figures.candidate import Candidate
from index.figures.values import DURATION, duration_candidates, none_candidates, number_candidates
from index.language import fold, same_place

from . import answer_ranker, sentence_answers, value_reader, word_pairs
from .aspects import Aspect, Matcher
from .evidence import SentenceScore, Unit
from .judge import CORE_FLOOR, NEVER, NUMERIC, Judged, judge_unit, judge_value, passes
from .kinds import QuestionKind, balance
from .named import date_candidates, name_candidates, phrase_candidates, place_candidates, rank_candidates
from .question import Question, asks_how, asks_no_figure, asks_publication_date
from .signals import HIGH, signals
from .softmax import softmax

ALIKE = 0.15  # answers of different reports whose scores differ by less fit the question alike
LEAST_CHANCE = 0.65  # that a value answers, for it to be given: a wrong number is worse than none
# The same for the value that the rules too would choose: where they are as sure as HIGH, and in a table, of which they know more.
AGREED_CHANCE, AGREED_ROW = 0.35, 0.2
UNREAD_ROW = 0.1  # the same where the chance is AGREED_CHANCE before the words are read: tables say much in few
WORDED: tuple[QuestionKind, ...] = ("text", "person", "place")  # questions that a sentence may answer where no value does
LEAST_SAID, LEAST_QUOTED = 0.6, 0.1  # the chance that a sentence answers; that the sentence of a phrase does that the rules chose
LATER = 0.5  # of the best value's chance: with as much, one of a later period is given where none is asked for
CHANCE_WEIGHT = 1.0  # of the chance (0..1) that a sentence answers, against scores of about as much
CHANCE_TO_SHOW = 4.0  # the same for what is shown beside the answer, or without one
RANKED = 24  # units kept, best first: a language model is given as many as its context has room for
UNIT_FLOOR = 0.62  # share of the question that an answer must cover that is a whole sentence
_WHICH = re.compile(r"^\W*(which|who)\b|\b(nhung|cac) \w+ nao\b")
_AVERAGED = re.compile(
    r"\b(?:binh quan|bq|trung binh|tb|average|mean|median|moi|per|each|a (?:month|year|day|head|person)|dau nguoi|nguoi dan)\b"
    r"|[a-z]/[a-z]"
)
_SUPERLATIVE = re.compile(
    r"\b(nhat|most|least|highest|lowest|largest|smallest|fewest|biggest|best|worst|fastest|slowest|"
    r"dau tien|first)\b"
)


# The question and values -> float64 [values]: how well each answers by the words of its sentence; None where these are not read.
Read = Callable[[Question, Sequence[Judged]], "np.ndarray | None"]
Chances = list[tuple[Judged, float]]  # 0..1 that each value answers


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


@dataclass(frozen=True)
class Weighed:
    """The values told of the period and place asked for, as many as are weighed, and what speaks for each."""

    question: Question
    values: tuple[Judged, ...]
    signals: tuple[Mapping[str, float], ...]


def weigh(question: Question, found: Sequence[Unit], matcher: Matcher, sentence: Callable[[Unit], SentenceScore]) -> Weighed:
    """What `extract` leaves to what was learned."""
    aspects = matcher.aspects(question)
    values = [j for u in found for j in _judge_values(question, u, aspects, matcher)]
    return _weighed(question, values, aspects, matcher, sentence)


def extract(
    question: Question,
    found: Sequence[Unit],
    matcher: Matcher,
    *,
    library_places: Iterable[Place] = (),
    sentence: Callable[[Unit], SentenceScore] | None = None,
    read: Read | None = None,
    agreed: bool = False,
) -> Extraction:
    """Chooses among `found` (see evidence.units). With `sentence` (see evidence.sentence_scores), what was learned of right and
    wrong values decides which answers, if any; without it, the rules' floors do. `read`: how well values answer by the words of
    their sentences (value_reader.py). `agreed`: both must, as where sentences were not searched for by the question itself."""
    aspects = matcher.aspects(question)
    plain = sorted((judge_unit(question, u, aspects, matcher) for u in found), key=lambda j: -j.score)
    values = sorted((j for u in found for j in _judge_values(question, u, aspects, matcher)), key=lambda j: -j.score)
    pool = [j for j in values if passes(j, aspects)]
    fitting = sorted((j for j in pool if j.in_place), key=partial(_order, question))
    best = None
    if sentence is not None:
        chosen = next((j for j in fitting if _learned(question, j, aspects)), None)
        best = _likeliest(question, _weighed(question, values, aspects, matcher, sentence), read, chosen, agreed)
    ruled = [j for j in fitting if sentence is None or not _learned(question, j, aspects)]
    wordings = sentence_answers.considered(plain, sentence) if sentence is not None and question.kind in WORDED else []
    if best is None and sentence is not None and wordings:
        best = _said(question, wordings, ruled, sentence)
    elif best is None and ruled:
        best = ruled[0] if sentence is None or _by_rule(ruled[0]) else max(ruled, key=partial(_with_chance, sentence))
    if best is None and _words_answer(question, aspects, ruled):
        spoken = [j for j in plain if j.coverage >= UNIT_FLOOR and j.core >= CORE_FLOOR and _states_something(j.unit)]
        pool += spoken
        told = sorted((j for j in spoken if j.in_place and not wordings), key=partial(_order, question))
        best = max(told, key=partial(_with_chance, sentence), default=None)
    if best is not None and _stands_for_comparison(question, best, values):
        best = None
    ranked = _rank_units(best, values, plain, None if best is not None and _by_rule(best) else sentence)
    if best is not None:
        return Extraction(best, ranked=ranked, also=_as_good(question, best, fitting))
    return _refused(question, [j for j in pool if not j.in_place], ranked, library_places)


def _said(
    question: Question, found: Sequence[Judged], ruled: Sequence[Judged], sentence: Callable[[Unit], SentenceScore]
) -> Judged | None:
    """The likeliest phrase that answers by rule, where its sentence may; else the sentence that does. None where the chance is too
    small."""
    chances = dict(zip(map(_unit_key, found), sentence_answers.chances(question, found, sentence), strict=True))
    quoted = max(ruled, key=lambda j: chances.get(_unit_key(j), 0.0), default=None)
    if quoted is not None and chances.get(_unit_key(quoted), 0.0) >= LEAST_QUOTED:
        return quoted
    best = max(found, key=lambda j: chances[_unit_key(j)])
    return best if chances[_unit_key(best)] >= LEAST_SAID else None


def _unit_key(judged: Judged) -> tuple[str, int]:
    return judged.unit.report.id, judged.unit.start


def _learned(question: Question, judged: Judged, aspects: Sequence[Aspect]) -> bool:
    """Whether what was learned decides on it. Rules alone do on quoted phrases, on the date at the head of a report, and on which
    row of a table may answer: a part is not the whole, however much it looks like what is asked for."""
    phrase = question.kind == "text" and not _by_rule(judged)
    row = judged.unit.is_row and not passes(judged, aspects) and _ruled_out(judged)
    return not phrase and not row and not asks_publication_date(question)


def _ruled_out(judged: Judged) -> bool:
    """A row beside the one that is named, a part of what is asked for, or one of which nothing is asked."""
    parts = judged.parts
    return parts.row < 0 or parts.part or parts.unasked or parts.kind_fit <= NEVER / 2 or parts.figure_fit <= NEVER / 2


def _order(question: Question, judged: Judged) -> tuple[float, ...]:
    """Sorts by score; of about the same, the latest first where no period is asked for."""
    return (-round(judged.score, 2), -judged.period.last if judged.period and not question.periods else 0, -judged.score)


def _words_answer(question: Question, aspects: Sequence[Aspect], pool: Sequence[Judged]) -> bool:
    """Whether a whole sentence may answer: to yes or no, and where no figure is asked for by name."""
    if question.kind == "yes_no":
        return True
    told = asks_how(question) or asks_no_figure(question)
    figure_wanted = any(a.kind == "indicator" and a.weight > 1.3 for a in aspects) and not told
    return question.kind == "text" and not pool and not figure_wanted


def _weighed(
    question: Question,
    values: Sequence[Judged],
    aspects: Sequence[Aspect],
    matcher: Matcher,
    sentence: Callable[[Unit], SentenceScore],
) -> Weighed:
    kept = answer_ranker.considered([j for j in values if j.in_place and _learned(question, j, aspects)], sentence)
    return Weighed(question, tuple(kept), tuple(signals(question, kept, aspects, matcher, sentence)))


def _chances(weighed: Weighed, read: Read | None) -> tuple[Chances, Chances]:
    """Each value with the chance that it answers, the likeliest first; the same without what was read of its sentence."""
    question, weights = weighed.question, answer_ranker.load()
    scores = answer_ranker.scores(weighed.signals, weights)
    around = [word_pairs.beside(judged) for judged in weighed.values]
    totals = word_pairs.totals(question.text, question.language, around, scores, weights.bias, word_pairs.load())
    top = word_pairs.likeliest(scores)
    by_words = read(question, [weighed.values[at] for at in top]) if read is not None and top else None
    unread = softmax(totals)[:-1]
    found = unread if by_words is None else value_reader.chances(totals, top, by_words, value_reader.load())
    return _sorted(weighed, found), _sorted(weighed, unread)


def _sorted(weighed: Weighed, chances: np.ndarray) -> Chances:
    return sorted(zip(weighed.values, chances.tolist(), strict=True), key=lambda pair: -pair[1])


def _likeliest(question: Question, weighed: Weighed, read: Read | None, chosen: Judged | None, agreed: bool) -> Judged | None:
    """The value that answers, None where the chance is too small. `chosen`: the rules' own choice; in a table they know more of it
    than is read. Of several reports on one place, the latest answers where no period is asked for."""
    found, unread = _chances(weighed, read)
    if not found:
        return None
    best, most = found[0]
    if not question.periods:
        alike = [best, *(j for j, chance in found if chance >= LATER * most and _elsewhen(j, best))]
        best = max(alike, key=lambda j: j.period.last if j.period else 0)
    if _chance_of(question, best, found) >= LEAST_CHANCE and (best is chosen or not agreed):
        return best
    if chosen is None or not (chosen.unit.is_row or chosen.score >= HIGH):
        return None
    least = AGREED_ROW if chosen.unit.is_row else AGREED_CHANCE
    told = _chance_of(question, chosen, found)
    surely = chosen.unit.is_row and told >= UNREAD_ROW and _chance_of(question, chosen, unread) >= AGREED_CHANCE
    return chosen if told >= least or surely else None


def _chance_of(question: Question, value: Judged, found: Sequence[tuple[Judged, float]]) -> float:
    """0..1: that of all that says the same. Where the question leaves place or period open, what other reports tell of others does
    not speak against it."""
    total = sum(chance for j, chance in found if _same(j, value))
    others: dict[str, float] = {}
    for judged, chance in found:
        if not _same(judged, value) and _left_open(question, judged, value):
            others[judged.unit.report.id] = max(chance, others.get(judged.unit.report.id, 0.0))
    return total + sum(others.values())


def _left_open(question: Question, judged: Judged, best: Judged) -> bool:
    """Told by another report, of another place or period, where the question names none."""
    if judged.unit.report.id == best.unit.report.id:
        return False
    place, own = judged.unit.report.place, best.unit.report.place
    if not question.places and place and own and not same_place(place, own):
        return True
    return not question.periods and _elsewhen(judged, best)


def _elsewhen(judged: Judged, best: Judged) -> bool:
    """Told by another report on the same place, of another period."""
    place, own = judged.unit.report.place, best.unit.report.place
    if judged.unit.report.id == best.unit.report.id or not judged.period or not best.period or judged.period == best.period:
        return False
    return bool(place and own and same_place(place, own))


def _same(judged: Judged, other: Judged) -> bool:
    """Both say the same: "5,5%", and "5,5" in a table whose header has the unit."""
    one, two = judged.candidate, other.candidate
    if one is None or two is None:
        return one is two
    if one.number is None or two.number is None:
        return one.text.strip() == two.text.strip()
    units = {one.number.unit, two.number.unit}
    return one.amount == two.amount and one.lower == two.lower and (len(units) == 1 or "" in units)


def _as_good(question: Question, best: Judged, fitting: Sequence[Judged]) -> tuple[Judged, ...]:
    """Where the question leaves the place open: one answer of each other report that fits nearly as well as the best."""
    if question.places:
        return ()
    others: dict[str, Judged] = {}
    for judged in fitting:
        report, own = judged.unit.report, best.unit.report.place
        if report.place and own and not same_place(report.place, own) and judged.score >= best.score - ALIKE:
            others.setdefault(report.id, judged)
    return tuple(others.values())


def _by_rule(judged: Judged) -> bool:
    """Whether rules of its kind chose it: a figure, a date, a name, a place. Sentences and phrases are chosen by words alone."""
    return judged.candidate is not None and judged.candidate.kind != "text"


def _with_chance(sentence: Callable[[Unit], SentenceScore] | None, judged: Judged) -> float:
    return judged.score + (CHANCE_WEIGHT * sentence(judged.unit).chance if sentence else 0.0)


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
    if question.kind == "text" and question.concepts and not _WHICH.search(fold(question.text)) and not asks_no_figure(question):
        found += number_candidates(unit) + none_candidates(unit)
    if question.asks_average:
        found = [c for c in found if c.number is None or _is_average(c)]
    if question.unit_family:
        found = [c for c in found if c.number is not None and _in_family(c, question.unit_family)]
    if question.superlative and question.kind not in NUMERIC and not _SUPERLATIVE.search(fold(unit.text)):
        return []
    if question.balance:
        found = [c for c in found if balance(fold(f"{c.before} {c.after}")) in ("", question.balance)]
    return [judge_value(question, c, aspects, matcher) for c in found]


def _stands_for_comparison(question: Question, judged: Judged, values: Sequence[Judged]) -> bool:
    """What was the year before ("81,3%, năm trước 64,7%"), beside what is: no answer where no time is asked of. It is weighed with
    the others all the same: without it, another that is as wrong would seem surer."""
    one = judged.candidate
    set_against = question.periods or question.asks_previous or question.asks_earlier or question.asks_change
    if one is None or one.figure != "previous" or set_against:
        return False
    beside = (j.candidate for j in values if j.unit is judged.unit and j.candidate is not None)
    return any(c.figure == "result" and c.kind == one.kind and _unit_of(c) == _unit_of(one) for c in beside)


def _unit_of(candidate: Candidate) -> str:
    return candidate.number.unit if candidate.number else ""


def _in_family(candidate: Candidate, family: Sequence[str]) -> bool:
    """The value's unit is the one demanded, whole word by whole word: "nhà" is no "ha"."""
    told = candidate.number.unit if candidate.number else ""
    if candidate.kind == "ratio" and not told:  # "118,5/110 ha": it follows both
        told = " ".join(candidate.after.split()[:1]).rstrip(",.;")
    unit = f" {fold(told).replace('/', ' ')} "
    return any(f" {spelling} " in unit for spelling in family)


def _is_average(candidate: Candidate) -> bool:
    """Said to be one, or told by the head, the day, the hectare: no total answers what is asked of each."""
    unit = candidate.unit
    return _AVERAGED.search(fold(f"{unit.text} {unit.lead} {unit.heading} {candidate.after}")) is not None


def _is_duration(candidate: Candidate) -> bool:
    """ "sau 10 năm": how long, where how much is asked."""
    return candidate.number is not None and bool(DURATION.search(fold(candidate.number.unit)))


def _states_something(unit: Unit) -> bool:
    """A heading or a caption is no answer."""
    return unit.is_row or len(unit.text.split()) >= 5


def _rank_units(
    best: Judged | None, values: Sequence[Judged], plain: Sequence[Judged], sentence: Callable[[Unit], SentenceScore] | None
) -> tuple[Judged, ...]:
    """Units for `shown`: the answering one first, then by their best value or as wholes."""
    order: list[Judged] = [best] if best else []
    merged = [*(j for j in values if j.coverage >= 0.4), *plain]
    merged.sort(key=(lambda j: -j.score) if sentence is None else (lambda j: -j.score - CHANCE_TO_SHOW * sentence(j.unit).chance))
    seen = {_unit_key(j) for j in order}
    for judged in merged:
        if _unit_key(judged) not in seen:
            seen.add(_unit_key(judged))
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
            return number_candidates(unit) + none_candidates(unit) + (duration_candidates(unit) if question.asks_duration else [])
