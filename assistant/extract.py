"""The answer without a language model: the unit of evidence and the value in it that answer, or the reason why none does. Pure.

Every candidate value is scored by how much of the question the words that label it speak of, how well its kind fits (a share for
"what share"), and whether it is a result, a target, a change or last year's figure. Period and place are conditions, not
preferences: a value of another year never answers; it makes the refusal say which years there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from functools import lru_cache

from index import Period, Place, Report
from index.language import find_numbers, find_periods, fold, fold_key, same_place, stem

from . import cues
from .aspects import MEASURES, Aspect, Matcher
from .evidence import Unit, heading_sets_target, named_places
from .question import Question, asks_how, asks_publication_date
from .values import DURATION, Candidate, candidates, none_candidates, number_candidates, row_label

# Chosen on eval/sets/samples, eval/sets/seed and questions on public reports; eval/LOG.md tells how.
LABEL_FLOOR = 0.50  # share of the question that the value's own label and headings must cover
SCORE_FLOOR = 0.50  # a value that fits its question this little is left out: a wrong number is worse than none
UNIT_FLOOR = 0.62  # the same for an answer that is a whole sentence
CORE_FLOOR = 0.45  # every indicator asked for must be found at least this surely
ANOTHER = 0.55  # what is left of the coverage where another indicator stands between the one asked for and the value
OTHER_NUMBER = 0.7  # the same where a figure in the question ("lần thứ 42") stands nowhere near
NEAR_FLOOR = 0.3  # share of the question that the value's own words, list lead-in or last heading must cover: a title alone is not enough
ANYBODY = frozenset(("household", "resident", "person", "citizen", "worker", "official"))  # whom most figures are about
NUMERIC = ("percentage", "count", "number", "money")


@dataclass(frozen=True)
class Judged:
    """A unit or a value in it, judged: `score` larger is better, `coverage` 0..1 of the question, `period_fit`/`place_fit` 0..1."""

    unit: Unit
    candidate: Candidate | None
    score: float
    coverage: float
    core: float
    period_fit: float
    place_fit: float
    period: Period | None = None


@dataclass(frozen=True)
class Extraction:
    """`best` answers; where it is None, `reason` says why and `held` which periods or places there are. `ranked`: all units, best first."""

    best: Judged | None
    reason: str = ""
    held: tuple[Period, ...] | tuple[Place, ...] = ()
    ranked: tuple[Judged, ...] = field(default=())
    also: tuple[Judged, ...] = ()


def extract(question: Question, found: Sequence[Unit], matcher: Matcher, *, library_places: Iterable[Place] = ()) -> Extraction:
    """Chooses among `found` (see evidence.units)."""
    aspects = matcher.aspects(question)
    plain = sorted((judge_unit(question, u, aspects, matcher) for u in found), key=lambda j: -j.score)
    values = sorted((j for u in found for j in _judge_values(question, u, aspects, matcher)), key=lambda j: -j.score)
    pool = [j for j in values if j.coverage >= LABEL_FLOOR and j.core >= CORE_FLOOR and j.score >= _score_floor(j)]
    figure_wanted = any(a.kind == "indicator" and a.weight > 1.3 for a in aspects) and not asks_how(question)
    if question.kind == "yes_no" or (question.kind == "text" and not pool and not figure_wanted):
        pool += [j for j in plain if j.coverage >= UNIT_FLOOR and j.core >= CORE_FLOOR and _states_something(j.unit)]
    pool.sort(key=lambda j: -j.score)
    fitting = [j for j in pool if j.period_fit > 0.5 and j.place_fit > 0.5]
    best = fitting[0] if fitting else None
    ranked = _rank_units(best, values, plain)
    if best is not None:
        return Extraction(best, ranked=ranked, also=tuple(fitting[1:]))
    return _refused(question, pool, ranked, library_places)


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


def judge_unit(question: Question, unit: Unit, aspects: Sequence[Aspect], matcher: Matcher) -> Judged:
    """The unit as a whole, without a value chosen."""
    texts = _context(unit, own=1.0)
    coverage = matcher.coverage(aspects, texts, unit.report.title)
    own = matcher.coverage(aspects, [(unit.text, 1.0)])
    period, period_fit = _period_fit(question, unit, None)
    place_fit = _place_fit(question, unit)
    score = 0.45 * coverage + 0.3 * own + 0.15 * unit.retrieval - 0.03 * min(3, matcher.extra_indicators(question, unit.text))
    score -= 0.12 if unit.target != question.asks_target else 0.0
    score -= 0.04 if len(unit.text) > 400 else 0.0  # the plainer of two sentences that say the same
    return Judged(unit, None, score * (0.5 + 0.5 * min(period_fit, place_fit)), coverage, _core(aspects, texts, matcher), period_fit, place_fit, period)


def _judge_values(question: Question, unit: Unit, aspects: Sequence[Aspect], matcher: Matcher) -> list[Judged]:
    found = [c for c in candidates(question, unit) if question.asks_duration or not _is_duration(c)]
    found = [c for c in found if not question.unit or c.kind == question.unit or (question.unit == "measure" and c.kind == "ratio")]
    if question.kind == "text" and question.concepts and not _WHICH.search(fold(question.text)):
        found += number_candidates(unit) + none_candidates(unit)
    if question.unit_family:
        found = [c for c in found if c.number is not None and any(u in fold(c.number.unit).replace("/", " ").split() or u in fold(c.number.unit) for u in question.unit_family)]
    if question.superlative and question.kind not in NUMERIC and not _SUPERLATIVE.search(fold(unit.text)):
        return []
    return [_judge_value(question, c, aspects, matcher) for c in found]


def _judge_value(question: Question, candidate: Candidate, aspects: Sequence[Aspect], matcher: Matcher) -> Judged:
    unit = candidate.unit
    label = [(candidate.before, candidate.before_trust), (candidate.after, candidate.after_trust)]
    none_left = candidate.number is None and candidate.amount == 0  # "không còn hộ nghèo" must itself name what there is none of
    texts = label if none_left else [*label, *_context(unit, own=_sentence_trust(question, candidate, matcher))]
    coverage = matcher.coverage(aspects, texts, "" if none_left else unit.report.title)
    if asks_publication_date(question) and _is_report_date(candidate):
        coverage = 1.0
    if not _holds_numbers(question, unit):
        coverage *= OTHER_NUMBER
    if _measures_another(question, candidate, matcher):
        coverage *= ANOTHER
    near = [*label, (unit.lead, 0.8), (unit.heading.rsplit(" › ", 1)[-1], 0.7), (unit.text, 0.0 if unit.is_row or none_left else 0.5)]
    if (candidate.number is not None and matcher.coverage(aspects, near) < NEAR_FLOOR) or matcher.contrast(question, " | ".join(text for text, _ in label)):
        coverage *= ANOTHER
    own = matcher.coverage(aspects, label)
    whole = matcher.coverage(aspects, [(unit.text, 1.0)])
    period, period_fit = _period_fit(question, unit, candidate)
    place_fit = _place_fit(question, unit)
    score = 0.40 * coverage + 0.25 * own + 0.10 * whole + 0.10 * unit.retrieval
    score += _kind_fit(question, candidate, aspects, matcher) + _figure_fit(question, candidate, period_fit)
    trusted = " ".join(text for text, trust in label if trust >= 0.85)
    score -= 0.07 * min(3, matcher.extra_indicators(question, trusted))
    score -= 0.10 if not question.places and _names_other_place(unit) else 0.0
    score += 0.05 if question.places and unit.report.place and same_place(unit.report.place, question.places[0]) else 0.0
    return Judged(unit, candidate, score * (0.5 + 0.5 * min(period_fit, place_fit)), coverage, _core(aspects, texts, matcher), period_fit, place_fit, period)


def _sentence_trust(question: Question, candidate: Candidate, matcher: Matcher) -> float:
    """How far the rest of the sentence vouches for the value: its subject may stand well before the value's own clause.

    Not where the clause has an indicator of its own, nor where the last one named before it is another.
    """
    unit = candidate.unit
    if unit.is_row:
        return 0.0
    if candidate.number is None:
        return {"date": 0.8, "text": 0.2, "name": 0.4}.get(candidate.kind, 0.6)
    own = matcher.nearest_indicator(question, f"{candidate.before} | {candidate.after}")
    if own:
        return 0.4 if own > 0 else 0.3
    return 0.8 if matcher.nearest_indicator(question, unit.text[: candidate.start - unit.start]) > 0 else 0.4


def _is_report_date(candidate: Candidate) -> bool:
    """The date at the head of the report that its metadata gives."""
    unit = candidate.unit
    day = unit.report.date.replace("-", "")
    return bool(day) and unit.start < 1500 and any(n.kind == "date" and str(n.value) == day for n in find_numbers(candidate.text))


def _measures_another(question: Question, candidate: Candidate, matcher: Matcher) -> bool:
    if candidate.unit.is_row or candidate.number is None:
        return False
    if candidate.before_trust >= candidate.after_trust:
        return matcher.stands_between(question, candidate.before, value_last=True)
    return matcher.stands_between(question, candidate.after, value_last=False)


_WHICH = re.compile(r"^\W*(which|who)\b|\b(nhung|cac) \w+ nao\b")


def _holds_numbers(question: Question, unit: Unit) -> bool:
    near = f"{unit.text} {unit.lead} {unit.heading} {unit.previous} {unit.report.title}"
    return all(re.search(rf"(?<![\d.,]){re.escape(n)}(?![\d]|[.,]\d)", near) for n in question.numbers)


def _is_duration(candidate: Candidate) -> bool:
    """ "sau 10 năm": how long, where how much is asked."""
    return candidate.number is not None and bool(DURATION.search(fold(candidate.number.unit)))


def _context(unit: Unit, *, own: float) -> list[tuple[str, float]]:
    return [(unit.text, own), (unit.lead, 0.75), (unit.heading, 0.75), (unit.previous, 0.35)]


def _core(aspects: Sequence[Aspect], texts: Sequence[tuple[str, float]], matcher: Matcher) -> float:
    """How surely the least sure of the main things asked is found; 1.0 where nothing main is asked."""
    main = [a for a in aspects if a.kind in ("indicator", "crop", "facility") and a.weight > 1.3]
    fields = [a for a in aspects if a.weight > 0 and (a.kind == "sector" or (a.kind == "subject" and a.key not in ANYBODY))]
    found = sorted(matcher.coverage([a], texts) for a in main)
    surest = min(found, default=1.0) if len(found) < 3 else sum(found) / len(found)
    return min([surest, *(2 * matcher.coverage([a], texts) for a in fields)])


def _period_fit(question: Question, unit: Unit, candidate: Candidate | None) -> tuple[Period | None, float]:
    """The period the value belongs to and how well it is the one asked for (1.0 where none was)."""
    period = (candidate.period if candidate else None) or unit.context_period or _default_period(unit, candidate)
    if not question.periods:
        return period, 1.0
    asked = question.periods[0]
    if asked.year != asked.last_year and any(m.period == asked for m in find_periods(unit.text)):
        return asked, 1.0
    if period is not None and not asked.is_whole_year and period.last == asked.last and period.first_month == 1 and asked.first_month == asked.last_month:
        return period, 0.85  # "tính đến hết tháng 9": the first nine months
    if period is not None and not asked.is_whole_year and period.contains(asked) and period.year == asked.last_year:
        near = fold(f"{unit.text} {unit.lead} {unit.heading} {unit.previous} {unit.report.title}")
        if asked.first_month == 1 and f"{asked.last_month} thang" in near:
            return asked, 0.9
    if period is None:
        return None, 0.6 if str(asked.year) in unit.text else 0.3
    if period == asked:
        return period, 1.0
    if asked.contains(period):
        return period, 0.85
    if period.contains(asked) and period.year != period.last_year:
        return period, 0.6
    return period, 0.0


def _default_period(unit: Unit, candidate: Candidate | None) -> Period | None:
    """The report's period; for the targets a year-end report sets for the year ahead, that year if the report names it, else unknown."""
    period = unit.report.period
    target = unit.target and (candidate is None or candidate.figure in ("target", "change", "estimate"))
    if period is None or not target or heading_sets_target(unit.report.title.split(" và ")[0]):
        return period
    ahead = str(period.last_year + 1)
    return Period(period.last_year + 1) if ahead in f"{unit.report.title} {unit.heading} {unit.lead}" else None


def _place_fit(question: Question, unit: Unit) -> float:
    if question.regions:
        said = cues.regions_in(" ".join(re.findall(r"\w+", fold(f"{unit.text} {unit.heading}"))))
        return 1.0 if said & question.regions else 0.0
    if not question.places:
        return _nation_fit(unit) if question.nationwide else 1.0
    if all(_place_held(place, unit) for place in question.places[:1]):
        return 1.0
    return 0.0


def _nation_fit(unit: Unit) -> float:
    """For "cả nước": a report on no single place, or a sentence that speaks of the country."""
    if unit.report.place is None or unit.report.place.level == "country":
        return 1.0
    near = fold(f"{unit.text} {unit.heading}")
    return 1.0 if re.search(r"\b(viet ?nam|ca nuoc|toan quoc|nuoc ta|the country|nationwide|national)\b", near) else 0.0


def _place_held(place: Place, unit: Unit) -> bool:
    """The unit speaks of the place: its report is about it and the unit names no other, or it names the place itself."""
    if unit.report.place and same_place(unit.report.place, place):
        return not _names_other_place(unit)
    if _speaks_of(place, row_label(unit) if unit.is_row else unit.text):
        return True
    if unit.is_row and named_places(row_label(unit)):
        return False
    if _speaks_of(place, unit.heading) or _speaks_of(place, unit.report.title):
        return True
    return unit.report.place is None and not _names_other_place(unit) and _mentions(unit.report, fold_key(place.name)) >= 2


@lru_cache(maxsize=256)
def _mentions(report: Report, key: str) -> int:
    """How often a report names a place."""
    return f" {fold_key(report.text)} ".count(f" {key} ")


def _speaks_of(place: Place, text: str) -> bool:
    key = fold_key(place.name)
    named = [p for p in named_places(text) if fold_key(p.name) == key]
    return any(same_place(p, place) for p in named) if named else f" {key} " in f" {fold_key(text)} "


def _names_other_place(unit: Unit) -> bool:
    """A row of a table by commune, in a report on the district."""
    own = unit.report.place
    if unit.is_row:
        named = named_places(row_label(unit))
        return bool(named) and (own is None or not any(same_place(own, p) for p in named))
    opening = named_places(unit.text[:60])
    return bool(opening) and own is not None and not any(same_place(own, p) for p in opening) and opening[0].level in ("commune", "ward", "township", "district")


NEVER = -10.0  # "how many" is not answered by a share
_FIT = {
    "percentage": {"percentage": 0.12, "ratio": 0.02, "count": -0.25, "money": -0.3, "measure": -0.3},
    "count": {"count": 0.12, "ratio": 0.08, "percentage": NEVER, "money": -0.25, "measure": -0.12},
    "money": {"money": 0.12, "percentage": -0.05, "count": -0.2, "ratio": -0.2, "measure": -0.1},
    "number": {"count": 0.03, "measure": 0.03, "money": 0.03, "ratio": 0.02, "percentage": 0.02},
    "text": {"text": 0.05, "percentage": 0.0, "count": 0.0, "money": 0.0, "measure": 0.0, "ratio": 0.0},
}


def _kind_fit(question: Question, candidate: Candidate, aspects: Sequence[Aspect], matcher: Matcher) -> float:
    fit = _FIT.get(question.kind, {}).get(candidate.kind, 0.0)
    if question.kind in ("percentage", "money") and candidate.kind in ("count", "measure") and candidate.number is not None and candidate.number.unit:
        return NEVER  # "12 xã" is neither a share nor a sum
    if candidate.kind == "percentage" and question.kind in ("number", "text") and COUNTED_THINGS.intersection(question.concepts):
        return NEVER
    if candidate.number is not None and "/" in candidate.number.unit and not _EACH.search(fold(question.text)):
        fit -= 0.15
    if question.asks_change and candidate.figure != "change" and "percentage_point" in question.concepts:
        return NEVER
    asked = MEASURES.intersection(question.concepts)
    stated = MEASURES.intersection(matcher.read(f"{candidate.before} | {candidate.after if candidate.unit.is_row else ''}").concepts)
    if asked and stated and not asked & stated:
        return NEVER  # the area of a crop is not its output
    if question.kind == "date":
        return _date_fit(question, candidate)
    if question.kind == "percentage" and unit_unknown(candidate):
        fit = 0.04
    if question.counted and candidate.kind in ("count", "ratio"):
        return fit + (0.08 if _counts(question.counted, candidate, matcher) else (NEVER if candidate.number is not None and candidate.number.unit else -0.45))
    subjects = [a for a in aspects if a.kind == "subject"]
    if question.kind in NUMERIC and subjects and candidate.kind in ("count", "percentage"):
        counted = f"{candidate.number.unit if candidate.number else ''} {candidate.before[-60:]} {' '.join(candidate.after.split()[:6])}"
        text = matcher.read(counted)
        if any(matcher.strength(a, text) >= 0.7 for a in subjects):
            fit += 0.08
        elif question.kind == "count":
            fit -= 0.10
    return fit


def _date_fit(question: Question, candidate: Candidate) -> float:
    """A day answers "when" better than a year, and "on what day" far better."""
    exact = any(n.kind == "date" for n in find_numbers(candidate.text))
    asks_day = bool(re.search(r"\b(ngay|hom|day|date)\b", fold(question.text)))
    if any(m.period.year != m.period.last_year for m in find_periods(candidate.text)):
        return -0.2  # "nhiệm kỳ 2020-2025" is when nothing happens
    return (0.12 if asks_day else 0.05) if exact else (-0.12 if asks_day else 0.0)


# What is counted in heads: a bare "how much" about them is not answered by a share.
COUNTED_THINGS = frozenset(("population", "tourist", "new_enterprise", "enterprise", "birth", "household", "cooperative", "party_member", "labour_force"))
_EACH = re.compile(r"\b(moi|per|binh quan|trung binh|average|each|every|a month|a year|thu nhap|income|nang suat|yield|density|mat do|gia)\b|/")


def unit_unknown(candidate: Candidate) -> bool:
    """A bare figure between 0 and 100 in a table that does not say what it counts: it may be a share."""
    return candidate.unit.is_row and candidate.number is not None and not candidate.number.unit and 0 <= candidate.number.value <= 100


def _counts(concept: str, candidate: Candidate, matcher: Matcher) -> bool:
    """The noun right after the figure is the one counted, maybe with more to it ("12 hộ cận nghèo"), or its head with the rest
    before ("hộ cận nghèo còn 97 hộ"). "1 xã đạt tiêu chí hộ nghèo" counts communes."""
    aspect = Aspect(concept, matcher.glossary.kind(concept), 1.0)
    if candidate.unit.is_row:
        return matcher.strength(aspect, matcher.read(f"{candidate.before} | {candidate.after}")) >= 0.5
    unit = candidate.number.unit if candidate.number else ""
    after = fold_key(candidate.after).split()
    noun = fold_key(unit).split() or after[:1]
    known = matcher.glossary.concepts[concept]
    heads = {fold_key(term).split()[0] for term in known.vi} | {fold_key(term).split()[-1] for term in known.en}
    heads |= {stem(head) for head in heads} | {"nguoi", "people", "person"} & ({"nguoi"} if concept in ("resident", "person") else set())
    if noun and not any(word in heads or stem(word) in heads for word in (noun[0], noun[-1], *after[:3])):
        return False
    following = " ".join([unit, *candidate.after.split()[:5]])
    strengths = (matcher.strength(aspect, matcher.read(text)) for text in (following, candidate.before))
    return any(strength >= 0.5 for strength in strengths) or any(f" {fold_key(t)} " in f" {fold_key(following)} " for t in (*known.vi, *known.en))


def _figure_fit(question: Question, candidate: Candidate, period_fit: float) -> float:
    figure = candidate.figure
    if figure == "change":
        return 0.10 if question.asks_change else NEVER
    if question.asks_change:
        return -0.25
    if figure == "previous":
        return 0.0 if question.periods and candidate.period else -0.22
    if question.asks_estimate:
        return 0.12 if figure == "estimate" else -0.08
    if figure == "target":
        if question.asks_target:
            return 0.10
        return NEVER if question.asks_result and question.periods else -0.14
    if question.asks_target and figure == "result":
        return -0.20
    return -0.02 if figure == "estimate" else 0.0


def _states_something(unit: Unit) -> bool:
    """A heading or a caption is no answer."""
    return unit.is_row or len(unit.text.split()) >= 5


def _rank_units(best: Judged | None, values: Sequence[Judged], plain: Sequence[Judged]) -> tuple[Judged, ...]:
    """Units for `shown`: the answering one first, then by their best value or as wholes."""
    order: list[Judged] = [best] if best else []
    merged = sorted([*(j for j in values if j.coverage >= 0.4), *plain], key=lambda j: -j.score)
    seen = {(j.unit.report.id, j.unit.start) for j in order}
    for judged in merged:
        key = (judged.unit.report.id, judged.unit.start)
        if key not in seen:
            seen.add(key)
            order.append(judged)
    return tuple(order[:8])


_SUPERLATIVE = re.compile(r"\b(nhat|most|least|highest|lowest|largest|smallest|fewest|biggest|best|worst|fastest|slowest|dau tien|first)\b")
_NEGATION = re.compile(r"\b(khong|chua|chang|no longer|not|never|no|none|khong con|khong co)\b")


_UP = re.compile(r"\b(tang|cao hon|nhieu hon|increas\w*|ris(e|es|ing|en)|rose|grow\w*|grew|higher|more than|exceed\w*|vuot)\b")
_DOWN = re.compile(r"\b(giam|thap hon|it hon|decreas\w*|fall\w*|fell|declin\w*|drop\w*|lower|less than|short of)\b")
_MEETS = re.compile(r"\b(chi tieu|ke hoach|muc tieu|du toan|target|plan|goal|limit|ceiling|met|meet|reach\w*|hoan thanh|dat)\b")


_PLAN = re.compile(r"\b(du toan|ke hoach|chi tieu|muc tieu|target|plan|estimate|goal)\b")


def _share_of_plan(unit: Unit) -> float | None:
    """108.0 for "đạt 108% dự toán", None where the unit gives no single share of a plan."""
    shares = [
        float(c.number.value)
        for c in number_candidates(unit)
        if c.number is not None and c.kind == "percentage" and _PLAN.search(fold(c.after[:40])) and c.figure != "change"
    ]
    return shares[0] if len(shares) == 1 else None


def polarity(question: Question, unit: Unit, aspects: Sequence[Aspect], matcher: Matcher) -> bool | None:
    """Yes or no, as far as the words say it; None where it takes weighing figures (a target met, a limit kept)."""
    asked, said = fold(question.text), unit.folded
    for hit in _NEGATION.finditer(said):
        after = unit.text[hit.end() : hit.end() + 60]
        if matcher.coverage(aspects, [(after, 1.0)]) >= 0.4:
            return False
    if _MEETS.search(asked) or _UP.search(asked):
        share = _share_of_plan(unit)
        if share is not None and _PLAN.search(asked):
            return share > 100 if re.search(r"\b(vuot|exceed\w*|more than|beat)\b", asked) else share >= 100
    up, down = bool(_UP.search(said)), bool(_DOWN.search(said))
    if _UP.search(asked):
        return True if up and not down else False if down and not up else None
    if _DOWN.search(asked):
        return True if down and not up else False if up and not down else None
    if question.numbers or (_MEETS.search(asked) and any(c.number for c in number_candidates(unit))):
        return None
    return True
