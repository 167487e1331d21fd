"""Title, date, reporting period, place and issuer of a report, read from its own words. Pure.

    detect_metadata(document, "bc.docx") -> Metadata(title="Báo cáo … năm 2022 và phương hướng năm 2023", date="2022-12-28",
        period=Period(2022), place=Place("Hải Đông", "commune"), issuer="UBND xã Hải Đông", language="vi")
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from index.language.detect import detect_language
from index.language.normalise import fold_key
from index.language.periods import find_periods
from index.language.places import find_places
from index.read.document import Document
from index.records import Language, Period, Place

TOP_BLOCKS = 14  # how far down title, date and issuer are looked for
TOP_CHARACTERS = 2_500
MOST_TEXT = 60_000  # characters counted for the most frequent place and year

_SPECIFIC = ("commune", "ward", "township", "district", "city", "province", "country", "other")
_MONTHS = {name: number for number, name in enumerate(
    "january february march april may june july august september october november december".split(), 1)}
_NUMERIC_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_VI_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+((?:19|20)\d\d)", re.IGNORECASE)
_EN_DATE = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s+({'|'.join(_MONTHS)})\s*,?\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_US_DATE = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*,\s*((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_PLAN_WORDS = re.compile(r"phương hướng|nhiệm vụ|kế hoạch|triển khai|mục tiêu|dự kiến|định hướng|orientation|plans?\b|tasks?\b|targets?\b", re.IGNORECASE)
_RESULT_WORDS = re.compile(r"kết quả|tổng kết|tình hình|sơ kết|đánh giá|thực hiện|results?\b|review|performance|situation", re.IGNORECASE)
_ISSUER = re.compile(
    r"\b(UBND|HĐND|Ủy ban nhân dân|Uỷ ban nhân dân|Hội đồng nhân dân|Đảng ủy|Đảng uỷ|Huyện ủy|Thành ủy|Tỉnh ủy|Tổng cục Thống kê|Cục Thống kê"
    r"|Chi cục Thống kê|Sở|People['’]s Committee|People['’]s Council|General Statistics Office)\b",
    re.IGNORECASE,
)
_JUNK_TITLE = re.compile(r"\.(?:docx?|indd|pdf|xlsx?|pptx?|rtf|tmp)\b|^microsoft (?:word|powerpoint|excel)|^untitled|^document\d*$|^(?:title|word document)$", re.IGNORECASE)
_TAIL = re.compile(r"\s+[|–—-]\s+[^|–—]{3,60}$")
_LEVEL_WORDS = {"UBND": "UBND", "HĐND": "HĐND"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a report says of itself. `date` is ISO, "" where unknown; `title` is never empty."""

    title: str
    language: Language
    date: str = ""
    period: Period | None = None
    place: Place | None = None
    issuer: str = ""


def detect_metadata(document: Document, name: str) -> Metadata:
    """Read the metadata off a document; `name` is the file name, the title of last resort."""
    title = _title(document, name)
    top = _top(document)
    written = first_date(top) or document.date
    head = f"{title}\n{top}"
    issuer = _issuer(top)
    return Metadata(
        title=title,
        language=detect_language(document.text[:MOST_TEXT]),
        date=written,
        period=_period(title, top, document.text, written),
        place=_place(title, issuer, head, document.text),
        issuer=issuer,
    )


def _title(document: Document, name: str) -> str:
    for kind in ("title", "heading"):
        for block in document.blocks[:TOP_BLOCKS]:
            if block.kind == kind:
                text = " ".join(document.text[block.start:block.end].split())
                if kind == "title" or not _is_better(document.title, text):
                    return text
                break
    if _is_sensible(document.title):
        return _TAIL.sub("", document.title)
    first = next((document.text[block.start:block.end] for block in document.blocks if block.kind in ("paragraph", "heading", "caption")), "")
    line = first.split("\n", 1)[0].strip()
    return line if 8 <= len(line) <= 200 else PurePath(name).stem or name


def _is_sensible(title: str) -> bool:
    return len(title.split()) >= 2 and not _JUNK_TITLE.search(title) and "\ufffd" not in title


def _is_better(title: str, heading: str) -> bool:
    """The file's own title beats a first heading that is not the document's name ("Mục lục", "I. Kết quả")."""
    return _is_sensible(title) and fold_key(heading) not in fold_key(title)


def _top(document: Document) -> str:
    blocks = document.blocks[:TOP_BLOCKS]
    return document.text[:min(blocks[-1].end, TOP_CHARACTERS)] if blocks else document.text[:TOP_CHARACTERS]


def first_date(text: str) -> str:
    """The first whole date in `text` as ISO, "" where there is none. Days come before months, as both languages write them."""
    found: list[tuple[int, str]] = []
    for pattern, order in ((_NUMERIC_DATE, (4, 3, 1)), (_ISO_DATE, (1, 2, 3)), (_VI_DATE, (3, 2, 1)), (_EN_DATE, (3, 2, 1)), (_US_DATE, (3, 1, 2))):
        for match in pattern.finditer(text):
            year, month, day = (match.group(group) for group in order)
            number = _MONTHS.get(month.lower(), 0) or (int(month) if month.isdigit() else 0)
            try:
                found.append((match.start(), date(int(year), number, int(day)).isoformat()))
            except ValueError:
                continue
            break
    return min(found)[1] if found else ""


def _period(title: str, top: str, text: str, written: str) -> Period | None:
    """The time reported on: of the title's periods the one after "kết quả" and not after "phương hướng"; else the year most spoken of."""
    for part in (title, top):
        mentions = find_periods(part)
        if mentions:
            results = [mention for mention in mentions if not _speaks_of_plans(part[:mention.start])]
            chosen = results or (mentions if part is title else [])
            if chosen:
                return _widest_first(chosen)
    years = Counter(mention.period.year for mention in find_periods(text[:MOST_TEXT]) if mention.period.year == mention.period.last_year)
    common = years.most_common(1)
    if common and (not written or common[0][0] in (int(written[:4]), int(written[:4]) - 1)):
        return Period(common[0][0])
    return None


def _widest_first(mentions: Sequence[object]) -> Period:
    periods: list[Period] = [mention.period for mention in mentions]  # type: ignore[attr-defined]
    return periods[0]


def _speaks_of_plans(before: str) -> bool:
    """The last word for results or plans before a period is one for plans."""
    plans = [match.end() for match in _PLAN_WORDS.finditer(before)]
    results = [match.end() for match in _RESULT_WORDS.finditer(before)]
    return bool(plans) and bool(results) and plans[-1] > results[-1]


def _issuer(top: str) -> str:
    """The first line near the top that names an office, cut from that name on, capitals lowered."""
    for line in top.split("\n"):
        match = _ISSUER.search(line)
        if match and (len(line) <= 120 or line[match.start():].find(",") in range(1, 60)):
            text = re.split(r"\s{3,}|\t|[|,;:(]|\s[-–]\s|\s(?:đã|vừa|tổ chức|về|ban hành|has|have|held)\s", line[match.start():])[0].strip(" .*_")
            return _lowered(text)
    match = _ISSUER.search(top)
    if not match:
        return ""
    places = find_places(top[match.start():match.start() + 90])
    return top[match.start():match.start() + places[0].end] if places and places[0].start < 25 else ""


def _lowered(text: str) -> str:
    """ "UBND XÃ HẢI ĐÔNG" -> "UBND xã Hải Đông"; text that is not in capitals stays."""
    if any(char.islower() for char in text):
        return text
    lowered = {"XÃ", "PHƯỜNG", "HUYỆN", "TỈNH", "QUẬN", "NHÂN", "DÂN", "BAN", "ĐỒNG", "TRẤN", "PHỐ", "KÊ", "CỤC"}
    words = []
    for at, word in enumerate(text.split()):
        small = word in lowered and at > 0 and not (word == "ĐỒNG" and words[-1] != "Hội") and not (word == "DÂN" and words[-1] != "nhân")
        words.append(word if word in ("UBND", "HĐND", "TP", "TP.") else word.lower() if small else word.capitalize())
    return " ".join(words)


def _place(title: str, issuer: str, head: str, text: str) -> Place | None:
    """The most specific place of issuer or title; else of the first lines; else the one named most often."""
    for part in (issuer, title):
        found = [mention.place for mention in find_places(part)]
        if found:
            return min(found, key=lambda place: _SPECIFIC.index(place.level))
    counts = Counter((mention.place.name, mention.place.level) for mention in find_places(text[:MOST_TEXT]))
    near = {(mention.place.name, mention.place.level) for mention in find_places(head)}
    if not counts:
        return None
    best = max(counts, key=lambda key: (counts[key] + 3 * (key in near), -_SPECIFIC.index(key[1])))
    return Place(*best)
