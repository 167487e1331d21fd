"""A question -> what it asks for: language, kind of answer, indicators, words, period, place. Pure; knows nothing of reports found.

"Tỷ lệ hộ dân dùng nước sạch ở xã Hải Đông năm 2022?"
  -> kind "percentage", concepts (household, clean_water), periods (2022), places (xã Hải Đông), words ()
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index import Language, Period, Place
from index.language import (
    QUESTION_WORDS,
    STOPWORDS,
    detect_language,
    find_periods,
    find_places,
    fold,
    fold_key,
    has_marks,
    nfc,
    same_place,
    stem,
    words,
)
from index.language.periods import PeriodMention
from index.language.places import UPPER
from index.lexicon.glossary import ConceptMention, Glossary
from index.records import PlaceLevel

from . import answer_type, cues, kinds
from .kinds import Balance, BaseRelation, QuestionKind, asks_rank, asks_which, asks_why, question_kind, unit_family, unit_kind

_CHANGES = cues.words("change_concepts")
_GENERIC = {"vi": cues.words("generic_vi"), "en": cues.words("generic_en")}
_MONEY_WORDS = frozenset(("tien", "bao nhieu tien", "so tien", "money", "how much money", "worth"))
_COMMON = cues.words("verbs_en") | cues.words("generic_en")  # "earned", "give": too common to name an indicator
_UNIT_WORDS = cues.words("unit_words")
_VISITOR = "international_tourist"
_OF_VISITORS = re.compile(r"\b(?:khách du lịch|du khách|khách|visitors?|tourists?|from)\b")
_SHORT_NATIONS = {"nhật": "country_japan", "pháp": "country_france", "mỹ": "country_united_states", "hàn": "country_south_korea",
                  "nga": "country_russia"}  # fmt: skip  # other words than these after "khách" alone
_WORD = re.compile(r"\w[\w&.-]*\w|\w")
_SENTENCE_START = re.compile(r"[.?!:;]\s*[\"“(]?$")
_NO_NAMES = cues.words("no_names")
# The chance that a figure is wanted from which it is, whatever the rules say: "Exports of …", "Fine when …". Chosen on questions
# that it was not learned from: of those asked so 525 want one and 39 do not; of dates, persons and ranks 30 and 2.
_LEAST_FIGURE: dict[QuestionKind, float] = {"text": 0.6, "date": 0.85, "person": 0.85, "place": 0.85, "rank": 0.85}
BASE_REACH = 40  # characters before a period that are looked at
_YEAR_BEFORE = re.compile(r"\b(?:the year (?:before|prior to)|(?<!cac )(?<!nhung )nam (?:lien )?truoc(?: cua)?(?: nam)?)\s+$")
_SIZES: dict[PlaceLevel, int] = {
    "commune": 0,
    "ward": 0,
    "township": 0,
    "district": 1,
    "city": 1,
    "province": 2,
    "country": 3,
    "other": 4,
}
Named = tuple[int, int, Place]  # where in the question, which
_HCMC = frozenset(("hcm", "tphcm", "tp hcm", "hcmc", "sai gon", "saigon", "ho chi minh", "ho chi minh city"))
CAPITALISED = rf"[{UPPER}][\w’'-]*"  # a word as names have it
_COMPOUND = "".join(  # of which "bản", "thôn" or "buôn" is the second part: "Nhà xuất bản Giáo dục", "Nông thôn Mới"
    f"(?<!{word} )"
    for word in ("nhật", "văn", "xuất", "cơ", "kịch", "phiên", "ấn", "biên", "căn", "tài", "bài", "tư", "nông", "bán")
)
_HAMLET = re.compile(
    rf"\b(?i:{_COMPOUND}(?:thôn|ấp|bản|xóm|buôn|khóm)|tổ dân phố) ({CAPITALISED}(?: {CAPITALISED}){{0,3}})"
    rf"|\b(?i:{_COMPOUND}(?:thôn|ấp|xóm|khóm)|tổ dân phố) (\d{{1,2}})\b"
    rf"|\b(?!(?:Which|What|Each|Every|The|How|In|That|This|One)\b)({CAPITALISED}(?: {CAPITALISED}){{0,3}}) (?:hamlet|village)\b"
)
_ABBREVIATED = re.compile(rf"(?!(?:TP|HCM|TPHCM|TX|TT)\b)[{UPPER}]{{2,}}\b")
_NAME_AFTER = re.compile(rf"(?:\b(?:ở|tại|của|in|at|of|for|from)\s+)((?:{CAPITALISED})(?:\s+{CAPITALISED}){{1,3}})")


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question that no known term, period or place covers. `key` is what is compared: folded, stemmed."""

    text: str
    key: str
    language: Language
    start: int


@dataclass(frozen=True, slots=True)
class Question:
    """`text` is complete by itself (follow-ups filled in). `concepts` are glossary ids in the order asked, without repeats.

    `counted` is the glossary id of what "how many" is followed by ("" where it is none): the value must count just that.
    `counted_noun` is the first word it is asked by, folded ("xa" of "xã đạt chuẩn nông thôn mới").
    `numbers` are figures in the question that are no period ("the 5% ceiling", "lần thứ 42"): evidence must hold them. `unit` is
    the kind of value that a unit in the question demands: "money" for "bao nhiêu tỷ đồng", "measure" for "how many hectares", or
    ""; `unit_family` holds the spellings of that unit. `regions` are numbers of cues.regions(). `asked_noun` is the word that what
    is asked for is counted by, known or not ("bo" of "bao nhiêu bộ C/O"); `names` are the words written with a capital that are
    no place's, folded ("hdbank"). `wanted` holds the chance of each type of answer (answer_type.TYPES). `hamlet`
    is the name of a hamlet ("xuan hai" of "thôn Xuân Hải"), of which reports tell beside the whole. `base` is the one period
    named where what is asked for is only set against it, or lies before or after it ("than at the end of 2022"), and not in
    `periods`. `asks_earlier`: what was at first ("ban đầu"); `whole_year`: of no part of it ("cả năm"); `balance`: which way one
    leans ("nhập siêu").
    """

    text: str
    language: Language
    kind: QuestionKind
    concepts: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    periods: tuple[Period, ...] = ()
    places: tuple[Place, ...] = ()
    place_spans: tuple[tuple[int, int], ...] = ()
    topical: bool = False
    counted: str = ""
    counted_noun: str = ""
    numbers: tuple[str, ...] = ()
    unit: str = ""
    unit_family: tuple[str, ...] = ()
    asks_target: bool = False
    asks_result: bool = False
    asks_change: bool = False
    asks_estimate: bool = False
    asks_previous: bool = False
    asks_duration: bool = False
    asks_earlier: bool = False
    whole_year: bool = False
    balance: Balance = ""
    asks_average: bool = False
    nationwide: bool = False
    regions: frozenset[int] = frozenset()
    superlative: bool = False
    asked_noun: str = ""
    names: tuple[str, ...] = ()
    wanted: tuple[float, ...] = ()
    hamlet: str = ""
    base: Period | None = None
    base_is: BaseRelation = "against"

    @property
    def has_subject_matter(self) -> bool:
        """False for "And in 2023?", "???" and questions made of stop words alone."""
        return self.topical or bool(self.words)


def analyse(text: str, *, glossary: Glossary, known_places: Iterable[Place] = ()) -> Question:
    """Reads a complete question. `known_places` are the library's own, found even without "xã" or "commune" before them."""
    text = _without_preamble(nfc(text).strip())
    language = detect_language(text)
    folded = kinds.wording(text)
    periods = [_year_before(folded, m) or m for m in find_periods(text)]
    of_them = [m for m in periods if _relation(folded, m) is None]
    base = periods[0] if periods and not of_them else None
    asked_for = [] if base else [m.period for m in (*of_them, *(m for m in periods if m not in of_them))]
    places = _places(text, folded, known_places, glossary)
    spans = [(m.start, m.end) for m in periods] + [(s, e) for s, e, _ in places]
    mentions = _mentions(text, folded, glossary, spans)
    places += _nations_named(text, mentions, places)
    change = bool(kinds.CHANGE.search(folded))
    concepts = _meant(mentions, change, glossary)
    counted = _counted(folded, mentions, glossary)
    counted = counted if counted in concepts else ""  # it was taken for another
    kind = question_kind(folded, language)
    if kind == "number" and counted and glossary.kind(counted) in ("subject", "facility") and not unit_kind(folded):
        kind = "count"
    if kind == "money" and unit_kind(folded) == "measure":  # "thu được bao nhiêu tấn"
        kind = "number"
    wanted = answer_type.chances(text, language)
    if kind in _LEAST_FIGURE and answer_type.of_figure(wanted) >= _LEAST_FIGURE[kind]:
        told = asks_why(folded, language) or asks_which(folded, language) or (kind == "rank" and asks_rank(folded))
        kind = kind if told else "number"
    return Question(
        text=text,
        language=language,
        kind=kind,
        concepts=concepts,
        words=tuple(_content_words(text, language, [*spans, *((m.start, m.end) for m in mentions)])),
        periods=tuple(dict.fromkeys(asked_for)),
        places=tuple(dict.fromkeys(p for _, _, p in places)),
        place_spans=tuple((s, e) for s, e, _ in places),
        topical=bool(counted) or any(_is_topic(c, glossary) for c in concepts),
        counted=counted,
        counted_noun=next((folded[m.start : m.end].split()[0] for m in mentions if m.concept == counted), ""),
        numbers=tuple(t.text for t in words(text) if t.text[0].isdigit() and not any(s <= t.start < e for s, e in spans)),
        unit=unit_kind(folded),
        unit_family=unit_family(folded),
        asks_target=bool(kinds.TARGET.search(folded)),
        asks_result=bool(kinds.RESULT.search(folded)),
        asks_change=change or any(c in _CHANGES for c in concepts),
        asks_estimate=bool(kinds.ESTIMATE.search(folded)),
        asks_previous=bool(kinds.PREVIOUS.search(folded)) and not change,
        asks_duration=bool(kinds.DURATION.search(folded)),
        asks_earlier=bool(kinds.EARLIER.search(folded)),
        whole_year=bool(kinds.WHOLE_YEAR.search(folded)),
        balance=kinds.balance(folded),
        asks_average=bool(kinds.AVERAGE.search(folded)),
        regions=cues.regions_in(" ".join(re.findall(r"\w+", folded))),
        superlative=bool(kinds.SUPERLATIVE.search(folded)),
        nationwide=bool(kinds.NATION.search(folded)),
        asked_noun=kinds.counted_noun(folded),
        names=_names(text, spans),
        wanted=wanted,
        hamlet=_hamlet(text),
        base=base.period if base else None,
        base_is=(_relation(folded, base) if base else None) or "against",
    )


def _hamlet(text: str) -> str:
    hit = _HAMLET.search(text)
    if hit is None:
        return ""
    return fold_key(hit[0] if hit[2] else hit[1] or hit[3])


def _year_before(folded: str, mention: PeriodMention) -> PeriodMention | None:
    """ "the year before 2021", "năm trước năm 2021": asked of 2020."""
    words = _YEAR_BEFORE.search(folded[: mention.start])
    return mention._replace(start=words.start(), period=mention.period.shifted(-12)) if words else None


def _relation(folded: str, mention: PeriodMention) -> BaseRelation | None:
    """How what is asked for stands to a period; None where it is asked of the period itself."""
    if mention.period.year != mention.period.last_year:
        return None
    before = folded[max(0, mention.start - BASE_REACH) : mention.start]
    return next((relation for relation, words in kinds.BASES.items() if words.search(before)), None)


def _meant(mentions: Sequence[ConceptMention], change: bool, glossary: Glossary) -> tuple[str, ...]:
    """What terms mean beside each other: visitors from Japan are international ones, "lượt khách" of transport are no tourists."""
    named = [m.concept for m in mentions]
    nations = [n for m in mentions if m.concept == _VISITOR for n in _nations(m.term, glossary) if n not in named]
    meant = {"economy": "economic_growth"} if change else {}
    if any(c.startswith("country_") for c in named):
        meant["tourist"] = _VISITOR
    if "passenger_transport" in named:
        meant["tourist"] = "passenger_transport"
    return tuple(dict.fromkeys(meant.get(c, c) for c in (*named, *nations)))


def _nations_named(text: str, mentions: Sequence[ConceptMention], known: Sequence[Named]) -> list[Named]:
    """Foreign countries: what is told of another, or of none, answers nothing."""
    named = [(m.start, m.end, Place(text[m.start : m.end])) for m in mentions if m.concept.startswith("country_")]
    return [] if known else named


def _nations(term: str, glossary: Glossary) -> list[str]:
    """The countries that a term for visitors names: "khách Nhật", "Chinese visitors"."""
    nation = _OF_VISITORS.sub(" ", term.lower()).strip()
    known = [m.concept for m in glossary.find(nation) if m.concept.startswith("country_")]
    return known or [c for c in (_SHORT_NATIONS.get(nation, ""),) if c]


def _mentions(text: str, folded: str, glossary: Glossary, taken: Sequence[tuple[int, int]]) -> list[ConceptMention]:
    """The terms named outside periods and places, without words too common to tell an indicator."""
    found = []
    for mention in glossary.find(text):
        term = folded[mention.start : mention.end]
        if term in _MONEY_WORDS or any(s <= mention.start and mention.end <= e for s, e in taken):
            continue
        if term in _COMMON and glossary.kind(mention.concept) == "indicator":
            continue
        if mention.concept == "area" and kinds.REGION.search(folded[: mention.end]):
            continue
        found.append(mention)
    return found


def _names(text: str, taken: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Words with a capital inside a sentence; where every word has one, none tells a name."""
    found = [m for m in _WORD.finditer(text) if m[0][0].isupper()]
    if 2 * len(found) > len(text.split()):
        return ()
    inside = [m for m in found if m.start() and not _SENTENCE_START.search(text[: m.start()])]
    free = [m[0] for m in inside if not any(s < m.end() and m.start() < e for s, e in taken)]
    return tuple(dict.fromkeys(key for key in map(fold, free) if len(key) > 1 and key not in _NO_NAMES))


def asks_how(question: Question) -> bool:
    """ "Why …", "How …", "… như thế nào?": a sentence answers, not a figure."""
    return bool(kinds.HOW.search(fold(question.text)))


def asks_no_figure(question: Question) -> bool:
    """For a reason, or for one of several things by its name: a figure is no answer."""
    folded = kinds.wording(question.text)
    return asks_why(folded, question.language) or asks_which(folded, question.language)


def asks_publication_date(question: Question) -> bool:
    """ "When was it published?": the document's own date answers, wherever it stands."""
    return question.kind == "date" and bool(kinds.PUBLISHED.search(fold(question.text)))


def _without_preamble(text: str) -> str:
    """ "Kính gửi quý cơ quan, tôi là phóng viên, xin cho biết …": what people say of themselves is no part of what they ask."""
    if len(text.split()) < 14:
        return text
    clauses = re.split(r"(?<=[,:;.!])\s+", text)
    while len(clauses) > 1 and kinds.FIRST_PERSON.search(fold(clauses[0])) and any(kinds.ASKS.search(fold(c)) for c in clauses[1:]):
        clauses = clauses[1:]
    return " ".join(clauses)


def _is_topic(concept: str, glossary: Glossary) -> bool:
    return glossary.kind(concept) not in ("status", "unit") and not concept.startswith("question_")


def _counted(folded: str, mentions: Sequence[ConceptMention], glossary: Glossary) -> str:
    for hit in kinds.HOW_MANY.finditer(folded):
        following = next((m for m in mentions if m.start == hit.end()), None)
        if following is None:
            continue
        if glossary.kind(following.concept) not in ("status", "unit") or following.concept in ("target", "criterion"):
            return following.concept
    return ""


def _is_name(name: str, text: str, glossary: Glossary) -> bool:
    """ "xã phấn đấu giảm" names no commune. Of what is typed in small letters without diacritics, "xa hai dong" does."""
    if name[:1].isupper():
        return True
    return not has_marks(text) and not any(c.isupper() for c in text[1:]) and not glossary.find(name)


def _places(text: str, folded: str, known: Iterable[Place], glossary: Glossary) -> list[Named]:
    found = [(m.start, m.end, m.place) for m in find_places(text) if _is_name(m.place.name, text, glossary)]
    spaced = re.sub(r"[^\w]", " ", folded)  # same length, so offsets hold
    for place in sorted(known, key=lambda p: -len(p.name)):
        key = fold_key(place.name)
        if len(key) < 4:
            continue
        for hit in re.finditer(rf"(?<!\w){re.escape(key)}(?!\w)", spaced):
            met = [one for one in found if one[0] < hit.end() and hit.start() < one[1]]
            if all(end < hit.end() for _, end, _ in met):  # "xa nam ven" was read of "xa nam ven thuong"
                found = [one for one in found if one not in met]
                found.append((min([hit.start(), *(start for start, *_ in met)]), hit.end(), place))
    for hit in _NAME_AFTER.finditer(text):  # "in Trà Cổ": a name no report has is still a place asked for
        start, end = hit.span(1)
        if any(m.concept.startswith("country_") for m in glossary.find(hit.group(1))):
            continue  # it stays a term, and becomes a place by it
        if _ABBREVIATED.match(hit.group(1)):  # "KCN Hàm Lĩnh": an industrial park, no office's district
            continue
        if not any(s < end and start < e for s, e, _ in found):
            found.append((start, end, Place(hit.group(1))))
    known = list(known)
    resolved = []
    found = [(s, e, p) for s, e, p in found if not _is_nation(p)]
    found.sort(key=lambda one: one[0])
    for start, end, place in found:
        place = replace(place, name="Hồ Chí Minh") if fold_key(place.name) in _HCMC else place
        match = next((k for k in known if same_place(k, place)), None)
        resolved.append((start, end, match if match and place.level == "other" else place))
    return sorted(resolved, key=lambda one: _SIZES[one[2].level])  # "xã A đứng thứ mấy trong huyện B" is asked of A


def _is_nation(place: Place) -> bool:
    """ "Vietnam", "Vietnam's GDP"."""
    name = fold(place.name)
    return kinds.NATION.fullmatch(name) is not None or (place.level == "other" and re.match(r"viet ?nam['’]s\b", name) is not None)


def _content_words(text: str, language: Language, taken: Sequence[tuple[int, int]]) -> list[Word]:
    found = []
    for token in words(text):
        if any(s < token.end and token.start < e for s, e in taken) or not any(c.isalnum() for c in token.text):
            continue
        lower = token.text.lower()
        key = fold(lower)
        if key in ("viet", "nam", "vietnam", "vietnamese"):
            continue
        if lower in STOPWORDS[language] or lower in QUESTION_WORDS[language] or key in STOPWORDS[language]:
            continue
        if key in _UNIT_WORDS or key in _GENERIC[language] or (len(key) == 1 and not key.isdigit()):
            continue
        if language == "en" and stem(key) in _GENERIC["en"]:
            continue
        found.append(Word(token.text, stem(key) if language == "en" else key, language, token.start))
    return found
