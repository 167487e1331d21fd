"""One unit of evidence, or one value in it -> how well it answers the question. Pure; knows nothing of the units beside it.

A value is scored by how much of the question the words that label it speak of, how well its kind fits (a share for "what
share"), and whether it is a result, a target, a change or last year's figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Period
from index.figures.candidate import Candidate
from index.language import find_numbers, find_periods, fold, fold_key, same_place, stem

from . import cues
from .aspects import MAIN_KINDS, MEASURES, VERB_WEIGHT, Aspect, Matcher
from .columns import asks_comparison, asks_money, base_fit, column_counts, column_unsaid, counts_unasked, is_index, measure_fits
from .conditions import judge_period, judge_place, names_other_place
from .evidence import Unit, row_label
from .question import Question, asks_publication_date
from .rows import caption_of, has_total, is_part, is_total, names_beside, names_country, row_concepts, row_fit, stands_for

ANOTHER = 0.55  # what is left of the coverage where another indicator stands between the one asked for and the value
OTHER_NUMBER = 0.7  # the same where a figure in the question ("lần thứ 42") stands nowhere near
# Share of the question that the value's own words, list lead-in or last heading must cover: a title alone is not enough.
NEAR_FLOOR = 0.3
ANYBODY = frozenset(("household", "resident", "person", "citizen", "worker", "official"))  # whom most figures are about
NUMERIC = ("percentage", "count", "number", "money")
# What is counted in heads: a bare "how much" about them is not answered by a share.
COUNTED_THINGS = frozenset(
    (
        "population",
        "tourist",
        "new_enterprise",
        "enterprise",
        "birth",
        "cooperative",
        "party_member",
        "labour_force",
    )
)
NAMED_ROW = 0.12  # what a row gains that the question names
TOTAL_OF_MORE = -0.5  # for a total beside something asked that neither caption nor column speaks of
ROW_NAMED = 0.6  # how surely a label speaks of what a question names
PART = 0.12  # what a row loses that the question does not name, where its table has a total
WHOLE_ASKED, PART_OF_ASKED = 0.7, 0.4  # the share of the question that a caption covers where the total is asked for; PART then
OTHER_ROW = 0.5  # what a row loses whose table has the row that is asked for
COLUMN_UNSAID = 0.08  # what a value loses where the question has the words of another column
NEVER = -10.0  # "how many" is not answered by a share
# Floors of the rules, chosen on eval/sets/samples, eval/sets/seed and questions on public reports; eval/LOG.md tells how.
LABEL_FLOOR = 0.50  # share of the question that the value's own label and headings must cover
WORDS_FLOOR = 0.75  # the same for a question without a single known term: nearly all its words must be there
CORE_FLOOR = 0.45  # every indicator asked for must be found at least this surely
SCORE_FLOOR = 0.50  # a value that fits its question this little is left out: a wrong number is worse than none
FITS = 0.5  # of period and place: above it, they are the ones asked for
_FIT = {
    "percentage": {"percentage": 0.12, "ratio": 0.02, "count": -0.25, "money": -0.3, "measure": -0.3},
    "count": {"count": 0.12, "ratio": 0.08, "percentage": NEVER, "money": -0.25, "measure": -0.12},
    "money": {"money": 0.12, "percentage": -0.05, "count": -0.2, "ratio": -0.2, "measure": -0.1},
    "number": {"count": 0.03, "measure": 0.03, "money": 0.03, "ratio": 0.02, "percentage": 0.02},
    "text": {"text": 0.05, "percentage": 0.0, "count": 0.0, "money": 0.0, "measure": 0.0, "ratio": 0.0},
}
_SECTOR = re.compile(r"khu vuc\b")
_SECTOR_ASKED = re.compile(r"\b(?:khu vuc|sectors?|owned|invested)\b")
_EACH = re.compile(
    r"\b(moi|per|binh quan|trung binh|average|each|every|a month|a year|thu nhap|income|nang suat|yield|"
    r"density|mat do|gia)\b|/"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a value's score was made of. Coverages are shares 0..1 of the question.

    `uncut`: coverage by label, context and title, before anything was taken off it; `label`: by the value's own label; `near`: by
    label, lead and last heading; `text`: by the whole unit. `kind_fit`, `figure_fit`: what its kind, and being a result or target,
    add to the score; NEVER where they rule it out. `others`: other indicators that its label names.
    """

    uncut: float = 0.0
    label: float = 0.0
    near: float = 0.0
    text: float = 0.0
    kind_fit: float = 0.0
    figure_fit: float = 0.0
    others: int = 0
    row: float = 0.0  # 1 for a row that is named, below 0 for one beside it
    whole: bool = False  # a total that stands for what its table counts
    column_unsaid: float = 0.0
    part: bool = False  # a row the question does not name, of a table with a total
    unasked: bool = False  # a row whose label names nothing of the question
    contrast: bool = False
    another: bool = False  # another indicator stands between the one asked for and the value
    other_number: bool = False
    none_left: bool = False


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
    parts: Parts = Parts()

    @property
    def in_place(self) -> bool:
        """Told of the period and the place asked for."""
        return min(self.period_fit, self.place_fit) > FITS


def passes(judged: Judged, aspects: Sequence[Aspect]) -> bool:
    """Whether a value is above the floors of the rules, whatever its period and place: a value of another year must get as far as
    the refusal that names it, so what they took off its score is put back."""
    floor = LABEL_FLOOR if any(a.kind != "word" and a.weight for a in aspects) else WORDS_FLOOR
    least = SCORE_FLOOR if judged.candidate and judged.candidate.number else 0.5 * SCORE_FLOOR  # names earn nothing for a unit
    score = judged.score / (0.5 + 0.5 * min(judged.period_fit, judged.place_fit))
    return judged.coverage >= floor and judged.core >= CORE_FLOOR and score >= least


def judge_unit(question: Question, unit: Unit, aspects: Sequence[Aspect], matcher: Matcher) -> Judged:
    """The unit as a whole, without a value chosen."""
    texts = _context(unit, own=1.0)
    coverage = matcher.coverage(aspects, texts, unit.report.title)
    own = matcher.coverage(aspects, [(unit.text, 1.0)])
    period, period_fit = judge_period(question, unit, None)
    place_fit = judge_place(question, unit)
    score = 0.45 * coverage + 0.3 * own + 0.15 * unit.retrieval - 0.03 * min(3, matcher.extra_indicators(question, unit.text))
    score -= 0.12 if unit.target != question.asks_target else 0.0
    score -= 0.04 if len(unit.text) > 400 else 0.0  # the plainer of two sentences that say the same
    score *= 0.5 + 0.5 * min(period_fit, place_fit)
    return Judged(unit, None, score, coverage, _core(aspects, texts, unit.report.title, matcher), period_fit, place_fit, period)


def judge_value(question: Question, candidate: Candidate, aspects: Sequence[Aspect], matcher: Matcher) -> Judged:
    unit = candidate.unit
    label = [(candidate.before, candidate.before_trust), (candidate.after, candidate.after_trust)]
    row = row_fit(question.text, unit, row_concepts(question, matcher.glossary))
    above = caption_of(unit)
    chosen = _beyond(aspects, f"{above} | {candidate.after}", unit, matcher) if unit.is_row and not row else []
    if not row and not question.places and is_total(unit):  # of a table of which no row is named, the whole is meant
        row = 1.0 if not chosen else -1.0 if _named_by(chosen, names_beside(unit), matcher) else TOTAL_OF_MORE
    whole_of = stands_for(unit) if row > 0 else ""
    abroad = not question.places or names_country(question.places[0].name)  # a report on a place may tell of it outside the table
    if row > 0:  # it speaks for a row that is named, and for the whole
        label.append((whole_of or above, 0.9))
    none_left = candidate.number is None and candidate.amount == 0  # "không còn hộ nghèo" must itself name what there is none of
    texts = label if none_left else [*label, *_context(unit, own=_sentence_trust(question, candidate, matcher))]
    uncut = coverage = matcher.coverage(aspects, texts, "" if none_left else unit.report.title)
    if asks_publication_date(question) and _is_report_date(candidate):
        coverage = 1.0
    other_number = not _holds_numbers(question, unit)
    coverage *= OTHER_NUMBER if other_number else 1.0
    if none_left and not any(a.kind != "word" and matcher.strength(a, matcher.read(candidate.after)) >= 0.6 for a in aspects):
        coverage = 0.0  # "had no means of measuring soil": what there is none of must be a known term asked for
    another = _measures_another(question, candidate, matcher)
    coverage *= ANOTHER if another else 1.0
    sentence = 0.0 if unit.is_row or none_left else 0.5
    near = [
        *label,
        (unit.lead, 0.8),
        (unit.heading.rsplit(" › ", 1)[-1], 0.0 if unit.is_row else 0.7),
        (unit.text, sentence),
    ]
    near_covered = matcher.coverage(aspects, near)
    contrast = matcher.contrast(question, f"{candidate.before} | {candidate.after}")
    coverage *= ANOTHER if contrast or (candidate.number is not None and near_covered < NEAR_FLOOR) else 1.0
    own = matcher.coverage(aspects, label)
    whole = matcher.coverage(aspects, [(unit.text, 1.0)])
    period, period_fit = judge_period(question, unit, candidate)
    place_fit = judge_place(question, unit)
    score = 0.40 * coverage + 0.25 * own + 0.10 * whole + 0.10 * unit.retrieval
    kind_fit, figure_fit = _kind_fit(question, candidate, aspects, matcher), _figure_fit(question, candidate)
    others = min(3, matcher.extra_indicators(question, " ".join(text for text, trust in label if trust >= 0.85)))
    score += kind_fit + figure_fit - 0.07 * others
    score -= 0.10 if not question.places and names_other_place(unit) else 0.0
    score += 0.12 if whole_of else NAMED_ROW if row > 0 and abroad else OTHER_ROW * min(row, 0.0)
    unsaid = max(0.0, column_unsaid(question, candidate))
    score -= COLUMN_UNSAID * unsaid
    if unit.is_row and row <= 0 and not question.regions and cues.regions_in(fold_key(row_label(unit))):
        score -= PART  # "… ở Đồng bằng sông Cửu Long"
    plain_row = unit.is_row and not whole_of and row <= 0
    part = plain_row and (has_total(unit) or is_part(unit)) and not question.places
    part = part and not _named_by(chosen, [row_label(unit)], matcher)
    if part:
        score -= PART if matcher.coverage(aspects, [(above, 1.0)]) < WHOLE_ASKED else PART_OF_ASKED
    unasked = plain_row and not _row_asked_for(question, unit, aspects, matcher)
    score -= 0.12 if unasked else 0.0
    score += 0.05 if question.places and unit.report.place and same_place(unit.report.place, question.places[0]) else 0.0
    score *= 0.5 + 0.5 * min(period_fit, place_fit)
    core = _core(aspects, texts, unit.report.title, matcher)
    parts = Parts(
        uncut, own, near_covered, whole, kind_fit, figure_fit, others, row, bool(whole_of), unsaid, part, unasked, contrast,
        another, other_number, none_left,
    )  # fmt: skip
    return Judged(unit, candidate, score, coverage, core, period_fit, place_fit, period, parts)


def _beyond(aspects: Sequence[Aspect], said: str, unit: Unit, matcher: Matcher) -> list[Aspect]:
    """What is asked for beyond the table's caption, the column and the report's title: it may be a row."""
    texts = [matcher.read(said), matcher.read(unit.report.title)]
    asked = [a for a in aspects if a.weight > VERB_WEIGHT]
    return [a for a in asked if max(matcher.strength(a, text) for text in texts) < ROW_NAMED]


def _named_by(aspects: Sequence[Aspect], labels: Sequence[str], matcher: Matcher) -> bool:
    return any(matcher.strength(a, matcher.read(label)) >= ROW_NAMED for label in labels for a in aspects)


def _row_asked_for(question: Question, unit: Unit, aspects: Sequence[Aspect], matcher: Matcher) -> bool:
    """The row's label names something of the question: "Khe Vang | 480" is no answer to how many took part in all."""
    label = row_label(unit)
    if not label or matcher.coverage(aspects, [(label, 1.0)]) > 0:
        return True
    return any(f" {fold_key(p.name)} " in f" {fold_key(label)} " for p in question.places)


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
    if candidate.unit.is_row and _SECTOR.match(fold_key(row_label(candidate.unit))):  # it says of whom, not what
        return not _SECTOR_ASKED.search(fold(question.text))
    if candidate.unit.is_row or candidate.number is None:
        return False
    if candidate.before_trust >= candidate.after_trust:
        return matcher.stands_between(question, candidate.before, value_last=True)
    return matcher.stands_between(question, candidate.after, value_last=False)


def _holds_numbers(question: Question, unit: Unit) -> bool:
    return all(re.search(rf"(?<![\d.,]){re.escape(n)}(?![\d]|[.,]\d)", unit.surroundings) for n in question.numbers)


def _context(unit: Unit, *, own: float) -> list[tuple[str, float]]:
    heading = unit.heading.rpartition(" › ")[0] if unit.is_row else unit.heading  # a row's last part names every column
    return [(unit.text, own), (unit.lead, 0.75), (heading, 0.75), (unit.previous, 0.35)]


def _core(aspects: Sequence[Aspect], texts: Sequence[tuple[str, float]], title: str, matcher: Matcher) -> float:
    """How surely the least sure of the main things asked is found; 1.0 where nothing main is asked."""
    main = [a for a in aspects if a.kind in MAIN_KINDS and a.weight > 1.3]
    fields = [a for a in aspects if a.weight > 0 and (a.kind == "sector" or (a.kind == "subject" and a.key not in ANYBODY))]
    found = sorted(matcher.coverage([a], texts) for a in main)
    surest = min(found, default=1.0) if len(found) < 3 else sum(found) / len(found)
    return min([surest, *(2 * matcher.coverage([a], texts, title) for a in fields)])


def _kind_fit(question: Question, candidate: Candidate, aspects: Sequence[Aspect], matcher: Matcher) -> float:
    fit = _FIT.get(question.kind, {}).get(candidate.kind, 0.0)
    unit = candidate.number.unit if candidate.number else ""
    if question.kind == "count" and question.counted and candidate.kind == "money":
        return NEVER
    if question.kind in ("percentage", "money") and candidate.kind in ("count", "measure") and unit:
        return NEVER  # "12 xã" is neither a share nor a sum
    if candidate.kind == "percentage" and question.kind in ("number", "text") and COUNTED_THINGS.intersection(question.concepts):
        return NEVER
    if candidate.kind == "money" and COUNTED_THINGS.intersection(question.concepts) and not asks_money(question):
        return NEVER
    if not measure_fits(question, candidate):
        return NEVER
    if counts_unasked(question, candidate, matcher.glossary):
        fit -= 0.1
    if "/" in unit and not _EACH.search(fold(question.text)):
        fit -= 0.15
    if question.asks_change and candidate.figure != "change" and "percentage_point" in question.concepts:
        return NEVER
    asked = MEASURES.intersection(question.concepts)
    label = f"{candidate.before} | {candidate.after if candidate.unit.is_row else ''}"
    stated = MEASURES.intersection(matcher.read(label).concepts)
    if asked and stated and not asked & stated:
        return NEVER  # the area of a crop is not its output
    if question.kind == "date":
        return _date_fit(question, candidate)
    if question.kind == "percentage" and _unit_unknown(candidate):
        fit = 0.04
    if question.counted and candidate.kind in ("count", "ratio"):
        return fit + (0.08 if _counts(question, candidate, matcher) else NEVER if unit else -0.45)
    subjects = [a for a in aspects if a.kind == "subject"]
    if question.kind in NUMERIC and subjects and candidate.kind in ("count", "percentage"):
        text = matcher.read(f"{unit} {candidate.before[-60:]} {' '.join(candidate.after.split()[:6])}")
        if any(matcher.strength(a, text) >= 0.7 for a in subjects):
            fit += 0.08
        elif question.kind == "count":
            fit -= 0.10
    return fit


def _date_fit(question: Question, candidate: Candidate) -> float:
    """A day answers "when" better than a year, and "on what day" far better."""
    exact = is_day(candidate)
    day = asks_day(question)
    if any(m.period.year != m.period.last_year for m in find_periods(candidate.text)):
        return -0.2  # "nhiệm kỳ 2020-2025" is when nothing happens
    return (0.12 if day else 0.05) if exact else (-0.12 if day else 0.0)


def asks_day(question: Question) -> bool:
    """ "hôm nào", "on what date": a month or a year is less than what is asked for."""
    return question.kind == "date" and bool(re.search(r"\b(ngay|hom|day|date)\b", fold(question.text)))


def is_day(candidate: Candidate) -> bool:
    return any(n.kind == "date" for n in find_numbers(candidate.text))


def _unit_unknown(candidate: Candidate) -> bool:
    """A bare figure between 0 and 100 in a table that does not say what it counts: it may be a share."""
    number = candidate.number
    return candidate.unit.is_row and number is not None and not number.unit and 0 <= number.value <= 100


def _counts(question: Question, candidate: Candidate, matcher: Matcher) -> bool:
    """The noun right after the figure is the one counted, maybe with more to it ("12 hộ cận nghèo"), or its head with the rest
    before ("hộ cận nghèo còn 97 hộ"). "1 xã đạt tiêu chí hộ nghèo" counts communes."""
    concept = question.counted
    aspect = Aspect(concept, matcher.glossary.kind(concept), 1.0)
    if candidate.unit.is_row:
        own = f"{candidate.before} | {candidate.after}"
        told = [own, stands_for(candidate.unit)]  # "TỔNG SỐ" counts what its table counts
        related = matcher.glossary.related(concept)
        if all(c in related for c in matcher.read(own).indicators):  # as do "Hàn Quốc" and, of enterprises newly set up, "Số DN"
            told.append(caption_of(candidate.unit))
        if any(matcher.strength(aspect, matcher.read(text)) >= 0.5 for text in told):
            return True
        return column_counts(candidate, matcher.glossary.concepts[concept].vi)
    unit = candidate.number.unit if candidate.number else ""
    noun = fold_key(unit).split()
    known = matcher.glossary.concepts[concept]
    heads = {fold_key(term).split()[0] for term in known.vi} | {fold_key(term).split()[-1] for term in known.en}
    heads |= {question.counted_noun}
    heads |= {stem(head) for head in heads} | ({"nguoi", "people", "person"} if concept in ("resident", "person") else set())
    if noun and not any(word in heads or stem(word) in heads for word in (noun[0], noun[-1])):
        return False
    following = " ".join([unit, *candidate.after.split()[:8]])
    strengths = (matcher.strength(aspect, matcher.read(text)) for text in (following, candidate.before))
    if any(strength >= 0.5 for strength in strengths):
        return True
    return any(f" {fold_key(term)} " in f" {fold_key(following)} " for term in (*known.vi, *known.en))


def _figure_fit(question: Question, candidate: Candidate) -> float:
    figure = candidate.figure
    if figure == "change":
        fit = base_fit(question, candidate)
        if fit is None:
            return NEVER
        return 0.10 + fit if asks_comparison(question) else fit if is_index(question, candidate) else NEVER
    if question.asks_change:
        return -0.25
    if question.asks_previous and candidate.unit.is_row and figure != "previous" and candidate.period is None:
        return NEVER  # the column of the year itself
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
