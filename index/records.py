"""The records every part hands to the next: frozen, offsets in characters of `Report.text`, pages counted from 1.

Report.text      "Báo cáo năm 2022\n\nI. Kết quả\n\nTỷ lệ hộ nghèo là 2,1%.\n\nChỉ tiêu | Năm 2022\n\nHộ nghèo | 2,1\n"
Report.blocks    Block("title", 0, 16), Block("heading", 18, 28), Block("paragraph", 30, 53), Block("table_row", …), …
Passage          one or more whole sentences or rows: `passage.text == report.text[passage.start:passage.end]`, always
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Language = Literal["vi", "en"]
BlockKind = Literal["title", "heading", "paragraph", "item", "caption", "table_header", "table_row", "note"]
SumKind = Literal["", "total", "subtotal"]
FieldName = Literal["title", "issuer", "number", "date", "place", "period"]
OriginKind = Literal["text", "counted", "property", "file_name", "user"]
PlaceLevel = Literal["commune", "ward", "township", "district", "city", "province", "country", "other"]

POORLY_READ = 0.9  # mean confidence of a scanned page under which it is poorly read; how it was chosen: eval/LOG.md

LEVEL_NAMES: dict[str, dict[str, str]] = {
    "vi": {
        "commune": "xã",
        "ward": "phường",
        "township": "thị trấn",
        "district": "huyện",
        "city": "thành phố",
        "province": "tỉnh",
        "country": "",
        "other": "",
    },
    "en": {
        "commune": "commune",
        "ward": "ward",
        "township": "township",
        "district": "district",
        "city": "city",
        "province": "province",
        "country": "",
        "other": "",
    },
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole months, both ends included. 2022 = (2022, 1, 2022, 12); first half of 2023 = (2023, 1, 2023, 6)."""

    year: int
    first_month: int = 1
    last_year: int = 0  # 0 is replaced by `year`
    last_month: int = 12

    def __post_init__(self) -> None:
        if not self.last_year:
            object.__setattr__(self, "last_year", self.year)

    @property
    def first(self) -> int:
        """Months since year 0, for comparing."""
        return self.year * 12 + self.first_month - 1

    @property
    def last(self) -> int:
        return self.last_year * 12 + self.last_month - 1

    @property
    def is_whole_year(self) -> bool:
        return self.year == self.last_year and (self.first_month, self.last_month) == (1, 12)

    def shifted(self, months: int) -> Period:
        """As long a period so many months later, or earlier where `months` is below 0."""
        first, last = self.first + months, self.last + months
        return Period(first // 12, first % 12 + 1, last // 12, last % 12 + 1)

    def contains(self, other: Period) -> bool:
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Period) -> bool:
        return self.first <= other.last and other.first <= self.last

    def label(self, language: str) -> str:
        """ "2022", "quý II/2023" / "Q2 2023", "6 tháng đầu năm 2023" / "first 6 months of 2023", "2021–2025"."""
        if self.year != self.last_year:
            return f"{self.year}–{self.last_year}"
        if self.is_whole_year:
            return str(self.year)
        vi = language == "vi"
        if self.first_month == self.last_month:
            return f"tháng {self.first_month}/{self.year}" if vi else f"{self.year}-{self.first_month:02d}"
        if self.last_month - self.first_month == 2 and self.first_month % 3 == 1:
            quarter = self.last_month // 3
            return f"quý {['I', 'II', 'III', 'IV'][quarter - 1]}/{self.year}" if vi else f"Q{quarter} {self.year}"
        if self.first_month == 1:
            return f"{self.last_month} tháng đầu năm {self.year}" if vi else f"first {self.last_month} months of {self.year}"
        if (self.first_month, self.last_month) == (7, 12):
            return f"6 tháng cuối năm {self.year}" if vi else f"last 6 months of {self.year}"
        months = f"{self.first_month}–{self.last_month}"
        return f"tháng {months}/{self.year}" if vi else f"months {months} of {self.year}"


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative unit as a report or a question names it: Place("Hải Đông", "commune")."""

    name: str
    level: PlaceLevel = "other"

    def label(self, language: str) -> str:
        """ "xã Hải Đông" / "Hải Đông commune"."""
        word = LEVEL_NAMES[language][self.level]
        if not word:
            return self.name
        return f"{word} {self.name}" if language == "vi" else f"{self.name} {word}"


class Cell(NamedTuple):
    """One cell of a table row: `report.text[start:end]`, under the column header path "Năm 2022 / Thực hiện" ("" where unknown).

    A plain tuple, because reports of tables have hundreds of thousands."""

    start: int
    end: int
    header: str = ""


class Block(NamedTuple):  # a long report has a hundred thousand
    """A stretch of `Report.text` that the document itself set apart. Blocks are in reading order and do not overlap.

    A table row's text is its cells joined by " | ". `level` is 1.. for headings. `table` counts tables from 1 (0: not in one).
    `sums` marks rows that add up others: "total" the whole table, "subtotal" a part of it.
    """

    kind: BlockKind
    start: int
    end: int
    page: int = 1
    level: int = 0
    table: int = 0
    cells: tuple[Cell, ...] = ()
    sums: SumKind = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a report's detail was read: "text" and "counted" (named most often) at `report.text[start:end]`, where it stands first;
    a "property" of the file; the "file_name"; set by the "user"."""

    kind: OriginKind
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Detail:
    """A report's detail as it was read: `value` as `report-assistant set` takes it (details.py), "" where none was found."""

    field: FieldName
    value: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInfo:
    """What the list of reports shows. `source` is the path or upload name it came from; `notes` are warnings of the reader."""

    id: str
    title: str
    source: str
    name: str  # file name alone
    format: str  # "pdf", "docx", "html", "md", "txt" …
    language: Language
    date: str = ""  # ISO date of the document, "" where unknown
    period: Period | None = None
    place: Place | None = None
    issuer: str = ""
    number: str = ""  # of the document, "125/BC-UBND"
    pages: int = 1
    characters: int = 0
    content_hash: str = ""  # sha256 of the file's bytes, hex
    added: str = ""  # ISO date and time, UTC
    notes: tuple[str, ...] = ()
    as_read: tuple[Detail, ...] = ()  # title, issuer … as the file has them, before anybody changed them
    edits: tuple[tuple[FieldName, str], ...] = ()  # what the user set instead, as typed for `set`; the fields above hold it already
    scans: Mapping[int, float] = field(default_factory=dict, hash=False)  # pages read by OCR: confidence of their letters, 0..1

    @property
    def poor_pages(self) -> tuple[int, ...]:
        """Pages that OCR read poorly: what is quoted from them may have wrong letters or figures."""
        return tuple(sorted(page for page, confidence in self.scans.items() if confidence < POORLY_READ))

    def origin(self, field: FieldName) -> Origin | None:
        """Where the present value of a field comes from; None where it has none."""
        if any(name == field for name, _ in self.edits):
            return Origin("user")
        return next((detail.origin for detail in self.as_read if detail.field == field), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(ReportInfo):
    """A report with its text. `text` is NFC, blocks are separated by blank lines."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """What is searched for: whole sentences or whole table rows. `heading` is the path of headings above it, joined by " › ";
    for rows it also carries the caption and the column headers."""

    report_id: str
    start: int
    end: int
    text: str
    page: int
    heading: str = ""

    @property
    def id(self) -> str:
        return f"{self.report_id}:{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence or row of a report, `report.text[start:end]`, and how well it answers: larger is better, within one search only.

    `signals` are what was weighed, in the order of sentence_features.NAMES.
    """

    start: int
    end: int
    score: float
    signals: tuple[float, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage and its score: larger is better, comparable within one search only. `arms` holds each arm's own share,
    `sentences` those of the passage in reading order, where they were asked for."""

    passage: Passage
    score: float
    arms: Mapping[str, float] = field(default_factory=dict)
    sentences: tuple[ScoredSentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page's picture, in fractions of its width and height from the upper left corner, 0..1."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as a picture. `image` is a file of `media_type`; `boxes` mark the cited text, `value` the figure in it that answers;
    () where their place was not found."""

    number: int
    pages: int
    image: bytes
    media_type: str
    width: int  # pixels
    height: int
    boxes: tuple[Box, ...] = ()
    value: tuple[Box, ...] = ()


AddStatus = Literal["added", "updated", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class AddResult:
    """What became of one file. `error` is set where status is "failed"; `report` elsewhere."""

    path: str
    status: AddStatus
    report: ReportInfo | None = None
    error: Exception | None = None
