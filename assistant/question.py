"""A question -> what it asks for: language, kind of answer, indicators, words, period, place. Pure; knows nothing of reports found.

    "Tỷ lệ hộ dân dùng nước sạch ở xã Hải Đông năm 2022?"
      -> kind "percentage", concepts (household, clean_water), periods (2022), places (xã Hải Đông), words ()
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

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
from index.lexicon.glossary import ConceptMention, Glossary

from . import cues

QuestionKind = Literal["percentage", "count", "number", "money", "rank", "date", "person", "place", "yes_no", "text"]


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

    `counted` is the glossary id of what "how many" is followed by ("" where it is none): the value must count just that. `numbers` are figures in the question
    that are no period ("the 5% ceiling", "lần thứ 42"): evidence must hold them. `unit` is the kind of value that a unit in the question demands: "money" for "bao nhiêu tỷ đồng", "measure" for "how many hectares", or "".
    """

    text: str
    language: Language
    kind: QuestionKind
    concepts: tuple[str, ...] = ()
    mentions: tuple[ConceptMention, ...] = ()
    words: tuple[Word, ...] = ()
    periods: tuple[Period, ...] = ()
    places: tuple[Place, ...] = ()
    place_spans: tuple[tuple[int, int], ...] = ()
    counted: str = ""
    numbers: tuple[str, ...] = ()
    unit: str = ""
    unit_family: tuple[str, ...] = ()
    asks_target: bool = False
    asks_result: bool = False
    asks_change: bool = False
    asks_estimate: bool = False
    asks_duration: bool = False
    nationwide: bool = False
    regions: frozenset[int] = frozenset()
    superlative: bool = False

    @property
    def has_subject_matter(self) -> bool:
        """False for "And in 2023?", "???" and questions made of stop words alone."""
        return bool(self.concepts or self.words)


# Patterns run over folded text, so one spelling serves Vietnamese with and without diacritics. First match wins.
_KINDS: dict[str, list[tuple[QuestionKind, re.Pattern[str]]]] = {
    "vi": [
        ("rank", re.compile(r"\bthu may\b|\bxep hang\b.*\b(bao nhieu|may|nao)\b")),
        ("percentage", re.compile(r"\b(ty le|ti le|ty trong|phan tram|bao nhieu %|may %)|%")),
        ("count", re.compile(r"\b(bao nhieu|may) ((trieu|nghin|ngan|ty|van) )?(nguoi|ho|thon|ban|ap|xa|phuong|truong|lop|hoc sinh|giao vien|lao dong|doanh nghiep|em|chau|tre|vu|con|chi tieu|tieu chi|dong chi|dai bieu|cuoc|truong hop|can|cong trinh|du an|mo hinh|san pham|ca|luot|don|giuong|bac si|tram|chi bo|dang vien|hop tac xa|tap the|ca nhan|cong dan|co so|ngoi nha|nha|ho so|tau|ten|loai|khu|diem|cay|giay khen)\b|\bso (ho|nguoi|luong|hoc sinh|vu|truong|doanh nghiep|ca)\b")),
        ("money", re.compile(r"\b(dong gop|chi|dau tu|ung ho|tai tro|chi het|thu duoc) bao nhieu\b(?! (nguoi|ho|ngay|phan|ha|km))|\bbao nhieu (tien|ty|trieu|nghin|ngan|dong|usd)\b|\b(so tien|kinh phi|tong von|thu nhap)\b.*\bbao nhieu\b")),
        ("date", re.compile(r"\b(khi nao|bao gio|luc nao|hoi nao|hom nao|(ngay|thang|nam|thoi gian|thoi diem) nao|ngay may|vao ngay|ngay bao nhieu)\b|\bnam bao nhieu\b")),
        ("person", re.compile(r"\b(do ai|la ai|ai la|ai lam|ai da|cua ai|ten ai|ten (la )?gi|nguoi nao|ong nao|ba nao|dong chi nao|dai bieu nao|can bo nao|lanh dao nao|vi nao|ho ten|ho va ten|ten cua|ten (chu tich|bi thu|pho|truong))\b|^ai\b|\bai\b(?=[ ?]*$)|\bai (phat|chu|du|ky|to|la|dung|phu|giu|trinh|lanh|tham)\b")),
        ("place", re.compile(r"\b(o dau|tai dau|noi nao|cho nao|dia diem nao|(xa|huyen|tinh|thon|phuong|thi tran|dia phuong|don vi|ap|ban|quan|vung|khu vuc) nao)\b")),
        ("yes_no", re.compile(r"\b(co|da|con)\b.{2,}\b(khong|chua)\b[ ?.!]*$|\b(phai khong|dung khong|hay khong|hay chua|co phai)\b")),
        ("number", re.compile(r"\b(bao nhieu|may)\b|\b(so|tong so|muc|san luong|dien tich|doanh thu|nang suat|tong thu|thu ngan sach)\b")),
        ("text", re.compile(r"\b(la gi|gi|nhu the nao|the nao|ra sao|nhung nao|vi sao|tai sao|noi dung|chu de)\b")),
    ],
    "en": [
        ("rank", re.compile(r"\brank(s|ed|ing)?\b")),
        ("percentage", re.compile(r"\bhow fast\b|\b(what|which) (share|percent|percentage|proportion|fraction|part)\b|\b(percentage|percent|proportion|share|rate|coverage)\b|%")),
        ("money", re.compile(r"\bhow much\b.*\b(contribut|spen[dt]|invest|cost|paid|pay|donat|disburs|earn|raise|fund|collect)|\bhow much (money|budget|funding|revenue|income|was (spent|invested|collected|disbursed))\b|\b(cost|costs|price)\b")),
        ("count", re.compile(r"\bhow many\b|\bnumber of\b|\bcount of\b")),
        ("number", re.compile(r"\bhow (much|large|big|long|high|far|old|wide)\b|\b(total|amount|area|yield|output|average)\b")),
        ("date", re.compile(r"\bwhen\b|\b(what|which) (date|year|month|day|time)\b|\bon what\b")),
        ("person", re.compile(r"\bwho\b|\bwhose\b|\bwhom\b|\bname of the (chair|head|secretary|leader|president|director|person|official|author)\w*")),
        ("place", re.compile(r"\bwhere\b|\b(which|what) (commune|district|province|village|ward|town|city|place|location|hamlet|school|locality|region|part of the country)s?\b")),
        ("yes_no", re.compile(r"^\W*(and |so |but )?(is|are|was|were|does|do|did|has|have|had|can|will|would|could|should)\b")),
        ("text", re.compile(r"\b(what|which|how|why|describe|list)\b")),
    ],
}
_TARGET = re.compile(
    r"\b(phan dau|chi tieu|muc tieu|ke hoach|nhiem vu|dat ra|de ra|target|targets|targeted|goal|goals|plan|plans|planned|aim|aims"
    r"|aimed|objective|should|wants? to|intends?|hopes?|by the end of next year|next year|will)\b"
)
_CHANGES = cues.words("change_concepts")
_DURATION = re.compile(r"\b(bao lau|may (nam|ngay|thang|tuan)|bao nhieu (nam|ngay|thang|tuan)|thoi (gian|han)|tuoi|tuoi tho|life expectancy|how (long|old)|how many (years|days|months|weeks)|age)\b")
_NATION = re.compile(r"\b(viet ?nam|ca nuoc|toan quoc|nuoc ta|the (whole )?country|nationwide|national(ly)?|vietnamese)\b")
_SUPERLATIVE = re.compile(r"\b(nhat(?! ban)|most|least|highest|lowest|largest|smallest|fewest|biggest|best|worst|fastest|slowest|top)\b")
_RESULT = re.compile(r"\b(da (?!den|nang)|thuc hien duoc|dat duoc|lam duoc|thuc te|did|was|were|had|achieved|reached|actual|actually)\b")
_ESTIMATE = re.compile(r"\b(du kien|uoc|uoc dat|du bao|expected|estimated?|forecast|projected)\b")
_CHANGE = re.compile(
    r"\b(tang|giam) (bao nhieu|may|them|so voi)|\b(tang|giam)\b.*\b(bao nhieu|the nao)|\bso voi\b.*\b(tang|giam)"
    r"|^(tang|giam)\b|\bby how (many|much)\b|\b(reduc(e|ed|tion)|cut|increase|decrease|rise|fall|drop|decline|change|grow|growth|grew|rose|fell)\b"
)
_GENERIC = {"vi": cues.words("generic_vi"), "en": cues.words("generic_en")}
_MONEY_WORDS = frozenset(("tien", "bao nhieu tien", "so tien", "money", "how much money", "worth"))
_COMMON = cues.words("verbs_en") | cues.words("generic_en")  # "earned", "give": too common to name an indicator
_UNIT_WORDS = cues.words("unit_words")
_LEAD_IN = re.compile(
    r"^\W*(?:(?:thế )?còn|thế|vậy|the con|con|the|vay|và|va|and|what about|how about|and what about|also|or|so)\b[\s,:]*"
    r"(?:(?:what|how) about\b)?[\s,]*",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[\s,]*(?:thì sao|thi sao|ra sao|thế nào|the nao|nhỉ|nhi|then|too|as well)?[\s?.!]*$", re.IGNORECASE)
_NAME_AFTER = re.compile(
    r"(?:\b(?:ở|tại|của|in|at|of|for|from)\s+)((?:[A-ZÀ-ỸĐ][\w’'-]*)(?:\s+[A-ZÀ-ỸĐ][\w’'-]*){1,3})",
)


def analyse(text: str, *, glossary: Glossary, known_places: Iterable[Place] = ()) -> Question:
    """Reads a complete question. `known_places` are the library's own, found even without "xã" or "commune" before them."""
    text = _without_preamble(nfc(text).strip())
    language = detect_language(text)
    folded = fold(text)
    periods = find_periods(text)
    places = _places(text, folded, known_places, glossary)
    taken = [(m.start, m.end) for m in periods] + [(s, e) for s, e, _ in places]
    mentions = [m for m in glossary.find(text) if fold(text[m.start : m.end]) not in _MONEY_WORDS and not any(s <= m.start and m.end <= e for s, e in taken)]
    mentions = [m for m in mentions if not (glossary.kind(m.concept) == "indicator" and folded[m.start : m.end] in _COMMON)]
    mentions = [m for m in mentions if not (m.concept == "area" and _REGION.search(folded[: m.end]))]
    taken += [(m.start, m.end) for m in mentions]
    change = bool(_CHANGE.search(folded))
    concepts = tuple(dict.fromkeys("economic_growth" if change and m.concept == "economy" else m.concept for m in mentions))
    spans = [(m.start, m.end) for m in periods] + [(s, e) for s, e, _ in places]
    counted = _counted(folded, mentions, glossary)
    kind = _kind(folded, language)
    if kind == "number" and counted and glossary.kind(counted) in ("subject", "facility") and not _unit_kind(folded):
        kind = "count"
    return Question(
        text=text,
        language=language,
        kind=kind,
        concepts=concepts,
        mentions=tuple(mentions),
        words=tuple(_content_words(text, language, taken)),
        periods=tuple(dict.fromkeys(m.period for m in periods)),
        places=tuple(dict.fromkeys(p for _, _, p in places)),
        place_spans=tuple((s, e) for s, e, _ in places),
        counted=counted,
        numbers=tuple(t.text for t in words(text) if t.text[0].isdigit() and not any(s <= t.start < e for s, e in spans)),
        unit=_unit_kind(folded),
        unit_family=unit_family(folded),
        asks_target=bool(_TARGET.search(folded)),
        asks_result=bool(_RESULT.search(folded)),
        asks_change=change or any(c in _CHANGES for c in concepts),
        asks_estimate=bool(_ESTIMATE.search(folded)),
        asks_duration=bool(_DURATION.search(folded)),
        regions=cues.regions_in(" ".join(re.findall(r"\w+", folded))),
        superlative=bool(_SUPERLATIVE.search(folded)),
        nationwide=bool(_NATION.search(folded)),
    )


_FIRST_PERSON = re.compile(r"\b(toi|minh|chung toi|em|kinh gui|kinh thua|thua|xin chao|chao|i|i'm|we|my|our|dear|hello|hi)\b")
_ASKS = re.compile(r"\b(bao nhieu|may|nao|gi|ai|o dau|khi nao|khong|chua|how|what|which|who|when|where|is|are|does|did|share|number|ty le|so)\b|%")


def _without_preamble(text: str) -> str:
    """ "Kính gửi quý cơ quan, tôi là phóng viên, xin cho biết …": what people say of themselves is no part of what they ask."""
    if len(text.split()) < 14:
        return text
    clauses = re.split(r"(?<=[,:;.!])\s+", text)
    while len(clauses) > 1 and _FIRST_PERSON.search(fold(clauses[0])) and any(_ASKS.search(fold(c)) for c in clauses[1:]):
        clauses = clauses[1:]
    return " ".join(clauses)


def _kind(folded: str, language: Language) -> QuestionKind:
    for kind, pattern in _KINDS[language]:
        if pattern.search(folded):
            return kind
    return "number" if language == "vi" or len(folded.split()) <= 8 else "text"


_REGION = re.compile(r"\b(project|rural|urban|mountainous|coastal|border|target|this|local) areas?$")
_HOW_MANY = re.compile(r"\b(bao nhieu|may|how many|number of|so luong|tong so|so)\s+(?:of (?:the |its |all )?(?:(?:year|project|commune)'?s? |annual )?)?")


_UNITS = {
    "money": re.compile(r"\b(bao nhieu tien|how much money)\b|\b(bao nhieu|may) (nghin ty|ty|trieu|nghin|ngan|dong|usd)\b(?! (nguoi|dan))|\bhow many (million|billion|trillion|dong|dollars|vnd|usd)\b"
                        r"(?! (people|residents))|\bin (vnd|usd|million|billion|dollars)\b"),
    "measure": re.compile(r"\b(bao nhieu|may) (ha|hec ?ta|tan|kg|km2?|m2|m3|met|kwh|mw)\b|\bhow many (ha|hectares?|tonnes?|tons?|quintals?|kilomet(re|er)s?|kg|km|met(re|er)s?|square \w+|cubic \w+)\b"),
}


_UNIT_FAMILIES = (
    ("ha", "hecta", "hec ta", "hectare", "hectares"), ("km2", "square kilometre", "square kilometres", "square kilometer", "square kilometers", "square km"),
    ("m2", "square metre", "square metres", "met vuong"), ("tan", "tonne", "tonnes", "ton", "tons"), ("km", "kilometre", "kilometres", "kilometer", "kilometers"),
    ("usd", "dollars", "do la", "us dollars"), ("dong", "vnd", "ty dong", "trieu dong"),
)


def unit_family(folded: str) -> tuple[str, ...]:
    """The spellings of the unit that a question demands ("bao nhiêu hecta"), () where it demands none."""
    for family in _UNIT_FAMILIES:
        for unit in family:
            lead = "bao nhieu|may|how many|in" if len(unit) > 5 else "bao nhieu|may|how many"  # "in Tan …" is no tonne
            if re.search(rf"\b({lead})( (trieu|nghin|ngan|ty|million|billion|thousand))? {re.escape(unit)}\b", folded):
                return family
    return ()


def _unit_kind(folded: str) -> str:
    return next((kind for kind, pattern in _UNITS.items() if pattern.search(folded)), "")


def _counted(folded: str, mentions: Sequence[ConceptMention], glossary: Glossary) -> str:
    for hit in _HOW_MANY.finditer(folded):
        following = next((m for m in mentions if m.start == hit.end()), None)
        if following and (glossary.kind(following.concept) not in ("status", "unit") or following.concept in ("target", "criterion")):
            return following.concept
    return ""


def _is_name(name: str, text: str, glossary: Glossary) -> bool:
    """ "xã phấn đấu giảm" names no commune. A text typed in small letters without diacritics may: "xa hai dong", not "xa phan dau"."""
    if name[:1].isupper():
        return True
    return not has_marks(text) and not any(c.isupper() for c in text[1:]) and not glossary.find(name)


def _places(text: str, folded: str, known: Iterable[Place], glossary: Glossary) -> list[tuple[int, int, Place]]:
    found = [(m.start, m.end, m.place) for m in find_places(text) if _is_name(m.place.name, text, glossary)]
    spaced = re.sub(r"[^\w]", " ", folded)  # same length, so offsets hold
    for place in sorted(known, key=lambda p: -len(p.name)):
        key = fold_key(place.name)
        if len(key) < 4:
            continue
        for hit in re.finditer(rf"(?<!\w){re.escape(key)}(?!\w)", spaced):
            if not any(s < hit.end() and hit.start() < e for s, e, _ in found):
                found.append((hit.start(), hit.end(), place))
    for hit in _NAME_AFTER.finditer(text):  # "in Trà Cổ": a name no report has is still a place asked for
        start, end = hit.span(1)
        if not any(s < end and start < e for s, e, _ in found):
            found.append((start, end, Place(hit.group(1))))
    known = list(known)
    resolved = []
    found = [(s, e, p) for s, e, p in found if not _NATION.fullmatch(fold(p.name))]
    for start, end, place in found:
        place = replace(place, name="Hồ Chí Minh") if fold_key(place.name) in _HCMC else place
        match = next((k for k in known if same_place(k, place)), None)
        resolved.append((start, end, match if match and place.level == "other" else place))
    return resolved


def asks_how(question: Question) -> bool:
    """ "Why …", "How …", "… như thế nào?": a sentence answers, not a figure."""
    return bool(re.search(r"^\W*(why|how|describe)\b|\b(vi sao|tai sao|nhu the nao|the nao|ra sao|noi dung)\b", fold(question.text)))


def asks_publication_date(question: Question) -> bool:
    """ "When was it published?": the document's own date answers, wherever it stands."""
    return question.kind == "date" and bool(_PUBLISHED.search(fold(question.text)))


_PUBLISHED = re.compile(r"\b(dang|cong bo|ban hanh|phat hanh|ky|viet|xuat ban|published|issued|posted|dated|released|signed|written)\b")


_HCMC = frozenset(("hcm", "tphcm", "tp hcm", "hcmc", "sai gon", "saigon", "ho chi minh", "ho chi minh city"))


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
        if key in _UNIT_WORDS or key in _GENERIC[language] or (language == "en" and stem(key) in _GENERIC["en"]) or (len(key) == 1 and not key.isdigit()):
            continue
        found.append(Word(token.text, stem(key) if language == "en" else key, language, token.start))
    return found


def complete(question: str, earlier: Sequence[str], *, glossary: Glossary, known_places: Iterable[Place] = ()) -> str:
    """A follow-up with what it lacks taken from the turn before ("And in 2023?" -> "Tỷ lệ hộ nghèo … năm 2023?").

    `earlier` holds the complete questions of earlier turns, oldest first. Returns `question` unchanged where it lacks nothing.
    """
    if not earlier:
        return question
    places = list(known_places)
    if not has_marks(question) and has_marks(earlier[-1]) and detect_language(question) == "vi":
        earlier = [fold(earlier[-1])]  # one spelling throughout: "con bao hiem y te" after an accented question
    now = analyse(question, glossary=glossary, known_places=places)
    before = analyse(earlier[-1], glossary=glossary, known_places=places)
    bare = _TAIL.sub("", _LEAD_IN.sub("", question, count=1))
    led_in = bool(_LEAD_IN.match(question)) or bool(re.search(r"\b(thi sao|what about|how about)\b", fold(question)))
    if led_in and before.places and _BARE_NAME.fullmatch(bare):  # "What about Son Trach?"
        now = replace(now, places=now.places or (Place(bare),), words=(), concepts=())
    if not _has_topic(now, glossary):
        if not (now.periods or now.places or now.asks_target):
            return question
        return _spelling_of(question, _restate(before, now))
    if not led_in:
        return question
    asked = bare.strip() or question
    if not now.places and before.places:
        asked += _place_phrase(before.places[0], now.language)
    if not now.periods and before.periods:
        asked += _period_phrase(before.periods[0], now.language)
    frame = _frame(before, now)
    return _spelling_of(question, f"{frame}{asked}?" if not asked.endswith("?") else asked)


def _spelling_of(question: str, standalone: str) -> str:
    """Without diacritics where the follow-up has none: half-marked Vietnamese is read as neither."""
    return fold(standalone) if not has_marks(question) and detect_language(standalone) == "vi" else standalone


def _has_topic(question: Question, glossary: Glossary) -> bool:
    topical = [c for c in question.concepts if glossary.kind(c) not in ("status", "unit", "subject")]
    return bool(topical or question.words)


_BARE_NAME = re.compile(r"(?:[A-ZÀ-ỸĐ][\w’'-]*)(?:\s+[A-ZÀ-ỸĐ][\w’'-]*){0,3}")


def _restate(before: Question, now: Question) -> str:
    """The question before with this one's period and place put in."""
    text = before.text
    cut = [(m.start, m.end) for m in find_periods(text)] if now.periods else []
    if now.places:
        cut += before.place_spans
    for start, end in sorted(cut, reverse=True):
        left = re.sub(r"\s*\b(?:vào|trong|năm|nam|in|for|during|ở|tại|of|at|o|tai)\s*$", "", text[:start], flags=re.IGNORECASE)
        text = left + text[end:]
    text = text.rstrip(" ?.!,")
    if now.places:
        text += _place_phrase(now.places[0], before.language)
    if now.periods:
        text += _period_phrase(now.periods[0], before.language)
    if now.asks_target and not before.asks_target:
        text += " (chỉ tiêu)" if before.language == "vi" else " (target)"
    return text + "?"


def _frame(before: Question, now: Question) -> str:
    """"còn bảo hiểm y tế thì sao?" after a question for a share asks for a share again."""
    if now.kind in ("text", "number") and before.kind in ("percentage", "count"):
        return {"percentage": {"vi": "Tỷ lệ ", "en": "What share: "}, "count": {"vi": "Có bao nhiêu ", "en": "How many: "}}[before.kind][now.language]
    return ""


def _place_phrase(place: Place, language: Language) -> str:
    return f" ở {place.label('vi')}" if language == "vi" else f" in {place.label('en')}"


def _period_phrase(period: Period, language: Language) -> str:
    label = period.label(language)
    if language == "vi":
        return f" năm {label}" if period.is_whole_year else f" {label}"
    return f" in {label}"

