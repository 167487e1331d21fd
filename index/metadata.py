"""Title, date, reporting period, place and issuer of a report, read from its own words. Pure.

detect_metadata(document, "bc.docx") -> Metadata(title="Báo cáo … năm 2022 và phương hướng năm 2023", date="2022-12-28",
    period=Period(2022), place=Place("Hải Đông", "commune"), issuer="UBND xã Hải Đông", language="vi")
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from index.language.detect import detect_language
from index.language.normalise import fold
from index.language.periods import PeriodMention, find_periods, is_base
from index.language.places import find_places
from index.language.year_parts import find_year_parts
from index.read.document import Document
from index.records import FieldName, Language, Origin, Period, Place

TOP_BLOCKS = 14  # how far down title, date and issuer are looked for
OPENING = 300  # characters of a paragraph that may say what the report is about
SHORT_LINE = 200  # characters; dates in longer lines are those of events
MANY_PLACES = 4  # named about as often as the one named most: the report is about all of them
MOST_TEXT = 60_000  # characters counted for the most frequent place and year

_SPECIFIC = ("commune", "ward", "township", "district", "city", "province", "country", "other")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"),
        1,
    )
}
_NUMERIC_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_VI_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+((?:19|20)\d\d)", re.IGNORECASE)
_EN_DATE = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s+({'|'.join(_MONTHS)})\s*,?\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_US_DATE = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*,\s*((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_PLAN_WORDS = re.compile(
    r"phương hướng|nhiệm vụ|kế hoạch|triển khai|mục tiêu|dự kiến|định hướng|orientation|plans?\b|tasks?\b|targets?\b", re.IGNORECASE
)
_RESULT_WORDS = re.compile(
    r"kết quả|tổng kết|tình hình|sơ kết|đánh giá|thực hiện|results?\b|review|performance|situation", re.IGNORECASE
)
_ISSUER = re.compile(
    r"(?:UBND|HĐND|[ỦU]y ban nhân dân|Uỷ ban nhân dân|Hội đồng nhân dân|Đảng ủy|Đảng uỷ|Huyện ủy|Thành ủy|Tỉnh ủy"
    r"|Tổng cục|Cục|Chi cục|Sở|Bộ"
    r"|(?:[A-ZÀ-Ỹ][\w’']*\s+){1,5}People['’]s (?:Committee|Council)|People['’]s (?:Committee|Council)|General Statistics Office)\b",
    re.IGNORECASE,
)
_COMMITTEE = re.compile(
    r"(?:UBND|[ỦU]y ban nhân dân|Uỷ ban nhân dân) (?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh) "
    r"|(?:[A-Z][\w’']* ){1,3}(?:Commune|Ward|District|City|Provincial) People['’]s Committee"
)
_SPAN = re.compile(r"period|giai đoạn|từ ngày|from\b.*\bto\b|between", re.IGNORECASE)
_JUNK_TITLE = re.compile(
    r"\.(?:docx?|indd|pdf|xlsx?|pptx?|rtf|tmp)\b|^microsoft (?:word|powerpoint|excel)|^untitled|^\(?anonymous"
    r"|^document\d*$|^(?:title|word document)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(  # "218/BC-UBND", "12/2022/NQ-HĐND", "45/QĐ-TTg"; spaces only between parts in capitals
    r"(?:^|[\s|])(?:SỐ|Số|No\.?)\s?[:.]?\s?(?P<number>\d{1,5}\s?[A-Za-z]?\s?/\s?(?:(?:19|20)\d\d\s?/\s?)?[A-ZĐƯ][\wĐ]*"
    r"(?:[-–&./][A-ZĐƯ][\wĐ]*|\s?[-–]\s?[A-ZĐƯ]{2,}(?!\w))*)"
)
_NAME_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d([-_. ]?)(?:0\d|1[0-2])\1(?:[0-2]\d|3[01])|\d{1,2}([-_. ])\d{1,2}\2(?:19|20)\d\d)(?!\d)"
)
_IMPRINT = re.compile(r"[^\d,.;:|]{2,30}[,–-] ?(?:[^\W\d]+ )?(?:19|20)\d\d")  # "Ha Noi, 2016": where a book was printed
_SAME_TIME = re.compile(r"\bcung ky(?: cua)?(?: nam)?\s*$|\b(?:same period|year earlier)(?: of| in)?\s*$")
_YEARS_ON = re.compile(  # what is to come, or laid down: "đến năm 2025", "kế hoạch năm 2021"
    r"\b(?:den (?:het |cuoi )?nam|tam nhin|ke hoach(?: cua)?(?: nam)?|muc tieu(?: cua)?(?: nam)?|du kien(?: trong)?(?: nam)?"
    r"|du bao(?: trong)?(?: nam)?|phan dau(?: den)?(?: nam)?|huong toi(?: nam)?|trong nam toi|target for|plan for|outlook for)\s*$"
)
_SITE = re.compile(r"\s+[|–—-]\s+[^|–—]{3,60}$")  # "… - Cổng thông tin điện tử huyện …"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a report says of itself. `date` is ISO, "" where unknown; `title` is never empty. `origins`: where each was read."""

    title: str
    language: Language
    date: str = ""
    period: Period | None = None
    place: Place | None = None
    issuer: str = ""
    number: str = ""
    origins: Mapping[FieldName, Origin] = field(default_factory=dict)


class _Line:
    """A stretch of the document with its white space made one space each; `origin` leads back to where a part of it stands."""

    def __init__(self, document: Document, start: int, end: int) -> None:
        letters: list[str] = []
        self._places: list[int] = []
        for at in range(start, end):
            char = document.text[at]
            if char.isspace():
                if not letters or letters[-1] == " ":
                    continue
                char = " "
            letters.append(char)
            self._places.append(at)
        self.text = "".join(letters).rstrip()

    def origin(self, start: int = 0, end: int | None = None) -> Origin:
        end = len(self.text) if end is None else end
        return Origin("text", self._places[start], self._places[end - 1] + 1)


def detect_metadata(document: Document, name: str) -> Metadata:
    """Read the metadata off a document; `name` is the file name, the title of last resort."""
    title, title_origin, title_lines = _title(document, name)
    top = [_Line(document, block.start, block.end) for block in document.blocks[:TOP_BLOCKS]]
    written, written_origin = _date(document, top)
    issuer, issuer_origin = _issuer(top, document.text)
    number, number_origin = _number(top)
    told = "" if title_origin.kind == "file_name" else title
    period, period_origin = _period(told, top, document.text, written)
    if period is None:
        period, period_origin = _named_period(name)
    place, place_origin = _place(title, issuer, top, document.text)
    found: dict[FieldName, Origin | None] = {
        "title": title_origin,
        "issuer": issuer_origin,
        "number": number_origin,
        "date": written_origin,
        "place": place_origin or _within(place.name if place else "", title_lines, issuer_origin, title_origin),
        "period": period_origin or _within(_words_of(period, title), title_lines, None, title_origin),
    }
    held: dict[FieldName, object] = {"issuer": issuer, "number": number, "date": written, "place": place, "period": period}
    return Metadata(
        title=title,
        language=detect_language(document.text[:MOST_TEXT]),
        date=written,
        period=period,
        place=place,
        issuer=issuer,
        number=number,
        origins={name: origin for name, origin in found.items() if origin is not None and held.get(name, title)},
    )


def _within(words: str, lines: Sequence[_Line], issuer: Origin | None, title: Origin) -> Origin:
    """Where `words`, read off the title or the issuer's name, stand in the title's lines; else where those stand."""
    for line in lines:
        at = line.text.casefold().find(words.casefold())
        if words and at >= 0:
            return line.origin(at, at + len(words))
    return issuer or title


def _words_of(period: Period | None, title: str) -> str:
    return next((title[mention.start : mention.end] for mention in find_periods(title) if mention.period == period), "")


def _title(document: Document, name: str) -> tuple[str, Origin, list[_Line]]:
    """The title, where it was read, and the lines it is made of ([]: not of the text)."""
    parts = [_Line(document, block.start, block.end) for block in document.blocks[: TOP_BLOCKS * 2] if block.kind == "title"]
    if parts:
        used = parts[:3]
        origin = Origin("text", used[0].origin().start, used[-1].origin().end)
        return _one_title([part.text for part in used]), origin, used
    if _is_sensible(document.title):
        title = _SITE.sub("", document.title)
        for block in document.blocks[: TOP_BLOCKS * 2]:
            line = _Line(document, block.start, block.end)
            at = line.text.find(" ".join(title.split()))
            if at >= 0:
                return title, line.origin(at, at + len(" ".join(title.split()))), [line]
        return title, Origin("property"), []
    for kind in ("heading", "paragraph", "caption"):
        for block in document.blocks[:TOP_BLOCKS]:
            text = document.text[block.start : block.end].split("\n", 1)[0]
            shown = text.strip()
            if block.kind == kind and 8 <= len(shown) <= 200:
                found = _Line(document, block.start, block.start + len(text))
                return shown, found.origin(), [found]
    return PurePath(name).stem or name, Origin("file_name"), []


def _date(document: Document, top: Sequence[_Line]) -> tuple[str, Origin | None]:
    """The first date of a short line near the top; else the file's own."""
    for line in top:
        if len(line.text) <= SHORT_LINE and not _SPAN.search(line.text) and (found := find_dates(line.text)):
            start, end, value = min(found)
            return value, line.origin(start, end)
    return document.date, Origin("property") if document.date else None


def _number(top: Sequence[_Line]) -> tuple[str, Origin | None]:
    """The document's own number, "Số: 125/BC-UBND" near the top; those of other documents follow their kind ("Nghị quyết số …")."""
    for line in top:
        match = _NUMBER.search(line.text)
        if match and len(line.text) <= SHORT_LINE:
            return re.sub(r"\s+", "", match["number"]), line.origin(*match.span("number"))
    return "", None


def _named_period(name: str) -> tuple[Period | None, Origin | None]:
    """The one period a file's name tells ("bao-cao-6-thang-dau-nam-2023.docx"); days are those of saving or publishing."""
    words = " ".join(re.split(r"[\W_]+", _NAME_DATE.sub(" ", PurePath(name).stem)))
    periods = {mention.period for mention in find_periods(words)}
    return (periods.pop(), Origin("file_name")) if len(periods) == 1 else (None, None)


def _one_title(parts: Sequence[str]) -> str:
    """The lines of a title as one: "BÁO CÁO", "Kết quả …" -> "Báo cáo kết quả …"; two English lines get a colon."""
    title = parts[0]
    for part in parts[1:3]:
        if title in ("BÁO CÁO", "NGHỊ QUYẾT", "KẾ HOẠCH", "TỜ TRÌNH", "THÔNG BÁO", "QUYẾT ĐỊNH") and not part.isupper():
            title = f"{title.capitalize()} {part[0].lower()}{part[1:]}"
        elif part[:1].islower() or title.isupper():
            title = f"{title} {part}"
        else:
            title = f"{title}: {part}"
    return title


def _is_sensible(title: str) -> bool:
    return len(title.split()) >= 2 and not _JUNK_TITLE.search(title) and "\ufffd" not in title


def first_date(text: str) -> str:
    """The first whole date in `text` as ISO, "" where there is none. Days come before months, as both languages write them."""
    found = find_dates(text)
    return min(found)[2] if found else ""


def find_dates(text: str) -> list[tuple[int, int, str]]:
    """(start, end, ISO date): of each way of writing dates the first one."""
    found: list[tuple[int, int, str]] = []
    for pattern, order in (
        (_NUMERIC_DATE, (4, 3, 1)),
        (_ISO_DATE, (1, 2, 3)),
        (_VI_DATE, (3, 2, 1)),
        (_EN_DATE, (3, 2, 1)),
        (_US_DATE, (3, 1, 2)),
    ):
        for match in pattern.finditer(text):
            year, month, day = (match.group(group) for group in order)
            number = _MONTHS.get(month.lower(), 0) or (int(month) if month.isdigit() else 0)
            try:
                found.append((match.start(), match.end(), date(int(year), number, int(day)).isoformat()))
            except ValueError:
                continue
            break
    return found


def _period(title: str, top: Sequence[_Line], text: str, written: str) -> tuple[Period | None, Origin | None]:
    """The time reported on: of the title's periods the one not after "phương hướng"; then of the first lines; else the year most
    spoken of, where the document's date allows it."""
    mentions = find_periods(title)
    results = [mention for mention in mentions if not _speaks_of_plans(title[: mention.start])]
    if mentions and not results:
        part = _part_before(title, mentions[0])
        return part or mentions[0].period, None
    if mentions:
        return results[0].period, None
    newest = int(written[:4]) if written else 9999
    for line in top:
        for mention in find_periods(line.text):
            if mention.start > OPENING:
                break  # what a long paragraph says of other times
            period = mention.period
            fits = period.last_year in (newest, newest - 1) or not written
            if (
                fits
                and not _is_month(period)
                and not is_base(line.text, mention.start)
                and not _speaks_of_plans(line.text[: mention.start])
                and _RESULT_WORDS.search(line.text[: mention.start])
            ):
                return period, line.origin(mention.start, mention.end)
    return _counted_period(title, text[:MOST_TEXT], newest if written else 0)


def _part_before(title: str, plan: PeriodMention) -> Period | None:
    """ "… 6 tháng đầu năm; nhiệm vụ 6 tháng cuối năm 2022": the year is told once, with the plan."""
    parts = [p for p in find_year_parts(title[: plan.start]) if not p.shift and not _speaks_of_plans(title[: p.start])]
    return parts[0].of(plan.period.year) if parts and plan.period.year == plan.period.last_year else None


def _counted_period(title: str, text: str, newest: int) -> tuple[Period | None, Origin | None]:
    """The year most spoken of, or the part of it that the title names. `newest`: the document's year, 0 where unknown. What is
    compared with the same time of a year ("so với cùng kỳ năm 2019") is told of the next one, and once is enough; plans, other
    bases tell nothing."""
    spoken: list[tuple[int, PeriodMention]] = []
    for mention in find_periods(text):
        before = fold(text[max(0, mention.start - 30) : mention.start])
        if mention.period.year != mention.period.last_year or _YEARS_ON.search(before):
            continue
        same_time = _SAME_TIME.search(before)
        if same_time or not is_base(text, mention.start):
            spoken.append((mention.period.year + bool(same_time), mention))
    years = Counter(year for year, _ in spoken)
    if not years:
        return None, None
    year, count = max(years.items(), key=lambda item: (item[1], item[0]))
    allowed = year in (newest, newest - 1) if newest else 2 * count > sum(years.values())
    first = next(mention for told, mention in spoken if told == year)
    if not allowed or (count < 2 and first.period.year == year):
        return None, None
    part = next((p for p in find_year_parts(title) if not p.shift and not is_base(title, p.start)), None)
    return part.of(year) if part else Period(year), Origin("counted", first.start, first.end)


def _is_month(period: Period) -> bool:
    return period.year == period.last_year and period.first_month == period.last_month


def _speaks_of_plans(before: str) -> bool:
    """The last word for results or plans before a period is one for plans."""
    plans = [match.end() for match in _PLAN_WORDS.finditer(before)]
    results = [match.end() for match in _RESULT_WORDS.finditer(before)]
    return bool(plans) and plans[-1] > (results[-1] if results else -1)


def _issuer(top: Sequence[_Line], text: str) -> tuple[str, Origin | None]:
    """The office a line near the top begins with; else the people's committee that the report names most often."""
    for line in top[:8]:
        match = _ISSUER.match(line.text)
        if match and len(line.text) <= SHORT_LINE:
            named = re.split(
                r"\s{3,}|\t|\s?[|,;:(]|\s[-–]\s|\.\s|\s(?:đã|vừa|tổ chức|công bố|về|ban hành|cho biết|has|have|held|on)\s|CỘNG H",
                line.text,
            )[0]
            if len(named.split()) >= 3:
                return _lowered(named.strip(" .*_")), line.origin(0, len(named.rstrip()))
    named_often = Counter(match.group() + _name_at(text, match.end()) for match in _COMMITTEE.finditer(text[:MOST_TEXT]))
    name = next((name for name, _ in named_often.most_common() if not name.endswith(" ")), "")
    at = text.find(name)
    return name, Origin("counted", at, at + len(name)) if name else None


def _name_at(text: str, start: int) -> str:
    """Up to three capitalised words from `start` on; committees named in English bring theirs."""
    if not text[start - 1].isspace():
        return ""
    words: list[str] = []
    for word in text[start : start + 60].split(" ")[:3]:
        bare = word.rstrip('.,;:)”"')
        if not bare[:1].isupper():
            break
        words.append(bare)
        if bare != word:
            break
    return " ".join(words)


def _lowered(text: str) -> str:
    """ "UBND XÃ HẢI ĐÔNG" -> "UBND xã Hải Đông"; text that is not in capitals stays."""
    if any(char.islower() for char in text):
        return text
    lowered = {"XÃ", "PHƯỜNG", "HUYỆN", "TỈNH", "QUẬN", "NHÂN", "DÂN", "BAN", "ĐỒNG", "TRẤN", "PHỐ", "KÊ", "CỤC"}
    words: list[str] = []
    for at, word in enumerate(text.split()):
        small = (
            word in lowered
            and at > 0
            and not (word == "ĐỒNG" and words[-1] != "Hội")
            and not (word == "DÂN" and words[-1] != "nhân")
        )
        words.append(word if word in ("UBND", "HĐND", "TP", "TP.") else word.lower() if small else word.capitalize())
    return " ".join(words)


def _place(title: str, issuer: str, top: Sequence[_Line], text: str) -> tuple[Place | None, Origin | None]:
    """The most specific place of the title or the issuer; else the one named most often, twice at least or near the top."""
    found = [mention.place for part in (title, issuer) for mention in find_places(part)]
    if found:
        return min(found, key=lambda place: _SPECIFIC.index(place.level)), None
    lines = [line for line in top[:6] if not _IMPRINT.fullmatch(line.text)]
    near = {(mention.place.name, mention.place.level) for line in lines for mention in find_places(line.text)}
    named = find_places(text[:MOST_TEXT])
    counts = Counter((mention.place.name, mention.place.level) for mention in named)
    likely = {key: count + 2 * (key in near) for key, count in counts.items() if count > 1 or key in near}
    if not likely:
        return None, None
    place = Place(*max(likely, key=lambda key: (likely[key], -_SPECIFIC.index(key[1]))))
    rivals = [key for key in likely if key[0] != place.name and 2 * likely[key] > likely[place.name, place.level]]
    if len(rivals) >= MANY_PLACES:  # a table of all provinces is about none of them
        return None, None
    first = next((mention for mention in named if mention.place == place), None)
    return place, Origin("counted", first.start, first.end) if first else Origin("counted")
