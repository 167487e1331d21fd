"""Which row of a table a question is about: the one it names, the total, or the subtotal of a group. Pure.

    "Thôn Nam có bao nhiêu hộ?"          the row "Thôn Nam", no other row of its table
    "Tổng số hộ của xã?"                 the row that adds up the table, not one that adds up a part
    "Diện tích cây lương thực?"          the row that adds up the group "I. Cây lương thực"

Judged is a row beside the rows of its table, so that figures of another row are not taken because their words are alike.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from index import Report
from index.figures.addressed import addresses_program
from index.figures.units import stretch_units
from index.language import find_periods, fold, fold_key, nfc
from index.lexicon.glossary import Glossary

from .evidence import Unit
from .question import Question

MOST_TABLES, MOST_COMPANIONS = 12, 3  # whose other rows are looked at, and how many of each are added
MOST_ROWS = 400  # of a table that are looked at, on either side of the row
LONGEST_LABEL, LONGEST_CAPTION, LONGEST_MEASURE = 80, 110, 60  # characters
SAID = 0.7  # share of a caption's words from which a question says the caption
_OF_TIME = frozenset(("thang", "nam", "quy", "ngay", "den", "va", "month", "year", "and"))  # words of a caption that tell little
SHORTEST = 3  # letters of a label that a question without marks can name
_BETWEEN = re.compile(r"[\W_]+")
_TOTAL = re.compile(
    r"\b(tong (?:so|cong|dien tich|san luong|dan so|chi|thu|von|gia tri|dan)|tong|toan (?:xa|huyen|tinh)|ca (?:xa|huyen|tinh|nuoc)|"
    r"total|overall|altogether|in all|whole (?:commune|district|province|country))\b"
)
_NUMBERING = re.compile(r"^(?:[ivxlc]{1,5}|[a-h]|\d{1,2}(?:\.\d{1,2})*)[.)]?\s+")
_OWN_NUMBER = re.compile(r"^(?:[IVXLC]{1,5}|[A-Ha-h]|\d{1,2}(?:\.\d{1,2})*)[.)]\s*")
_CAPTION_NUMBER = re.compile(r"^(?:(?:bảng|biểu(?: số)?|table|phụ lục|annex)\s+)?[\dIVX]{1,4}(?:[.\d]*)[.:)]\s*", re.IGNORECASE)
_CAPTION_UNIT = re.compile(
    r"\s+(?:(?:Đơn vị(?: tính)?|ĐVT|Unit)\s*:.*|\(?%\)?|Lượt \S+|Doanh nghiệp"
    r"|(?:Nghìn|Triệu|Tỷ|Thousand|Million|Billion) \S+(?: \S+)?(?:; .{1,20})?)$"
)
_PLAIN_HEADER = re.compile(
    r"\b(?:ước tính|sơ bộ|thực hiện|cộng dồn|ước|total|tổng số|estimate[ds]?|actual|result|kết quả|số liệu)\b", re.IGNORECASE
)
_COMPARING = re.compile(r"\b(?:so với|compared|versus|vs)\b", re.IGNORECASE)
_IN_PARENTHESES = re.compile(r"\([^()]*\)")
_MARKS = re.compile(r"[*\[\]<>`_#|]")
_SUM_WORDS = re.compile(
    r"^(?:tong (?:so|cong|tri gia|gia tri|kim ngach)|tong|cong|tieu cong|total|sub ?total|grand total|ca nuoc|whole country|"
    r"toan \w+)\b\s*"
)


@dataclass(frozen=True)
class Row:
    """A row beside the others of its table. `names`: its label without numbering and words for a sum, `group`: that of the group it
    stands in, both in small letters with their marks; `sums`: as in `Block`; `figures`: it has some of its own."""

    start: int
    names: str
    group: str
    sums: str
    figures: bool


@dataclass(frozen=True)
class _Table:
    """A table's key, for remembering; the report itself is not compared."""

    report_id: str
    content: str
    first: int
    report: Report = field(compare=False, repr=False)


def row_fit(question: str, unit: Unit, concepts: Collection[str] = ()) -> float:
    """-1 where another row of the table is meant, 1 where this one is, 0 where the question does not tell. Sentences: 0.

    `concepts` are those of the glossary that the question names: "Singapore" is the row "Xin-ga-po", "rice" the row "Gạo"."""
    rows = _rows_beside(unit)
    own = next((row for row in rows if row.start == unit.start), None)
    if own is None or len(rows) < 2:
        return 0.0
    asked = _Asked(question, concepts)
    named = asked.named(rows, unit)
    if named:
        longest = max(len(row.names) for row in named)
        return 1.0 if own in named and len(own.names) == longest else -1.0 if own not in named else 0.0
    groups = [row for row in rows if asked.names(row.group)]
    if groups and any(row.sums for row in groups):
        return 1.0 if own in groups and own.sums else -1.0
    if _TOTAL.search(fold(question)):
        if any(row.sums == "total" for row in rows):
            return 1.0 if own.sums == "total" else -1.0
    elif own.sums == "subtotal" and not groups:
        return -0.5
    return 0.0


def caption_of(unit: Unit) -> str:
    """The caption of the row's table, in the report's words; "" for sentences."""
    return unit.heading.rpartition(" › ")[0].rpartition(" › ")[2] if unit.is_row else ""


def names_beside(unit: Unit) -> tuple[str, ...]:
    """The labels of the other rows of the table, in small letters, without those that add up others."""
    return tuple(row.names for row in _rows_beside(unit) if row.start != unit.start and not row.sums)


def row_concepts(question: Question, glossary: Glossary) -> list[str]:
    """The concepts of a question that can be the name of a row."""
    return [c for c in question.concepts if glossary.kind(c) not in ("status", "unit")]


def row_name(unit: Unit, column: str) -> str:
    """What a figure of a row is, in the report's words: the row, the table's caption, and the column's words but its time and unit.

    "Hàn Quốc – Khách quốc tế đến Việt Nam". Marks that the screen gives a meaning to are left out.
    """
    above = caption_of(unit)
    caption = _CAPTION_UNIT.sub("", _CAPTION_NUMBER.sub("", above)) if not addresses_program(above) else ""
    measure = ", ".join(part for part in map(column_measure, column.split(" / ")) if part)
    parts = [row_own_label(unit), _numbered_group(unit), caption if len(caption) <= LONGEST_CAPTION else ""]
    return _MARKS.sub("", " – ".join(part for part in parts if part) + (f", {measure}" if measure else "")).strip()


def _numbered_group(unit: Unit) -> str:
    """The numbered group that gives the row its unit: "Luân chuyển" of "– / II. Luân chuyển (Triệu HK.km) / Phân theo ngành"."""
    groups = unit.cells[0].header.split(" / ")[1:] if unit.cells else []
    last = next((g for g in reversed(groups) if _NUMBERING.match(fold(g)) and g.endswith(")")), "")
    return "" if addresses_program(last) else _OWN_NUMBER.sub("", _IN_PARENTHESES.sub("", last)).strip()


def row_own_label(unit: Unit) -> str:
    """The words of the row's own first cell with words, without its numbering; "" where it has none, or orders for a program."""
    texts = (unit.report.text[cell.start : cell.end].strip() for cell in unit.cells[:3])
    label = next((text for text in texts if sum(map(str.isalpha, text)) > 1), "")
    label = label[: LONGEST_LABEL + 1]
    if len(label) > LONGEST_LABEL or addresses_program(label):
        return ""
    return _MARKS.sub("", _OWN_NUMBER.sub("", label)).strip()


@lru_cache(5_000)
def column_measure(header: str) -> str:
    """What a column measures: "Vốn đăng ký cấp mới (Triệu USD)" -> "Vốn đăng ký cấp mới"; "" for "Ước tính tháng 8 năm 2024"
    and for comparisons."""
    if _COMPARING.search(header):
        return ""
    words = _PLAIN_HEADER.sub(" ", _IN_PARENTHESES.sub(" ", header))
    for mention in reversed(find_periods(words)):
        words = f"{words[: mention.start]} {words[mention.end :]}"
    words = " ".join(words.split()).strip(" -–:,.;")
    return words if sum(map(str.isalpha, words)) > 1 and len(words) <= LONGEST_MEASURE else ""


class _Asked:
    """A question, asked whether it names a row: with marks where it is written with marks, else "năm" would name the row "Nam"."""

    def __init__(self, question: str, concepts: Collection[str]) -> None:
        self._concepts = concepts
        self._marked = f" {_words(question)} "
        self._folded = f" {fold_key(question)} "
        self._bare = self._marked == self._folded

    def named(self, rows: Sequence[Row], unit: Unit) -> list[Row]:
        """The rows it names. "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ" says the table's caption, not its row "Dịch vụ"."""
        caption = f" {_words(caption_of(unit))} "
        telling = [word for word in fold_key(caption).split() if not word.isdigit() and word not in _OF_TIME]
        said = bool(telling) and sum(f" {word} " in self._folded for word in telling) >= SAID * len(telling)

        def of_caption(row: Row) -> bool:
            return said and f" {row.names} " in caption and len(row.names.split()) < SAID * len(telling)

        if found := [row for row in rows if self.names(row.names) and not of_caption(row)]:
            return found
        concepts = set(self._concepts) - concepts_in(caption)  # the caption's terms tell no row from another
        meant = [(concept_of(row.names), row) for row in rows] if concepts else []
        return [row for concept, row in meant if concept in concepts and sum(concept == other for other, _ in meant) == 1]

    def names(self, label: str) -> bool:
        if not label:
            return False
        if self._bare:
            return (len(label) > SHORTEST or " " in label) and f" {fold_key(label)} " in self._folded
        return f" {label} " in self._marked


@lru_cache(10_000)
def concept_of(label: str) -> str:
    """The glossary's concept that a label is a term of, "" for labels with more to them."""
    found = Glossary.load().find(label)
    return found[0].concept if len(found) == 1 and found[0].end - found[0].start >= len(label.strip()) else ""


def names_country(label: str) -> bool:
    """Whether a label is the name of a foreign country."""
    return concept_of(label).startswith("country_")


@lru_cache(10_000)
def concepts_in(text: str) -> frozenset[str]:
    """The glossary's concepts that a text names."""
    return frozenset(m.concept for m in Glossary.load().find(text))


def _words(text: str) -> str:
    return _BETWEEN.sub(" ", nfc(text).lower()).strip()


def companions(question: str, found: Sequence[Unit], concepts: Collection[str] = ()) -> list[Unit]:
    """Rows that search did not bring, of the tables it brought rows of: those that the question names, else the total.

    A passage holds some ten rows of a table; the words of a question are often those of the table, not of the row.
    """
    asked = _Asked(question, concepts)
    seen = {(unit.report.id, unit.start) for unit in found}
    tables: set[tuple[str, int]] = set()
    more: list[Unit] = []
    for unit in found:
        rows = _rows_beside(unit)
        key = (unit.report.id, rows[0].start if rows else -1)
        if not rows or key in tables or len(tables) >= MOST_TABLES:
            continue
        tables.add(key)
        wanted = asked.named(rows, unit) or [row for row in rows if row.sums == "total"]
        for row in wanted[:MOST_COMPANIONS]:
            if (unit.report.id, row.start) not in seen:
                more += _unit_at(unit, row.start)
    return more


def _unit_at(beside: Unit, start: int) -> list[Unit]:
    """The row that starts there, under the heading of a row beside it with columns of its own."""
    blocks = beside.report.blocks
    block = blocks[bisect_left(blocks, start, key=lambda block: block.start)]
    headers = "; ".join(dict.fromkeys(cell.header for cell in block.cells if cell.header))
    above = beside.heading.rpartition(" › ")[0] if any(cell.header for cell in beside.cells) else beside.heading
    heading = " › ".join(part for part in (above, headers) if part)
    return list(stretch_units(beside.report, block.start, block.end, heading, 0.9 * beside.retrieval))


def has_total(unit: Unit) -> bool:
    """Whether the row's table has a row that adds it up."""
    return any(row.sums == "total" for row in _rows_beside(unit))


def is_part(unit: Unit) -> bool:
    """Whether the row stands under a row with figures of its own: "Trong nước" under "I. Vận chuyển | 464655,3"."""
    groups = unit.cells[0].header.split(" / ")[1:] if unit.cells else []
    names = {_bare(group) for group in groups}
    return any(row.start != unit.start and row.names in names and row.figures for row in _rows_beside(unit))


def is_total(unit: Unit) -> bool:
    """Whether the row adds up its table."""
    return any(row.start == unit.start and row.sums == "total" for row in _rows_beside(unit))


def stands_for(unit: Unit) -> str:
    """What a row that adds up others is the sum of: the group it closes, the table's caption."""
    own = next((row for row in _rows_beside(unit) if row.start == unit.start), None)
    if own is None or not own.sums:
        return ""
    group = own.group if own.sums == "subtotal" else ""
    return f"{group} | {caption_of(unit)}".strip(" |")


def _rows_beside(unit: Unit) -> tuple[Row, ...]:
    if not unit.is_row:
        return ()
    blocks = unit.report.blocks
    at = bisect_left(blocks, unit.start, key=lambda block: block.start)
    if at >= len(blocks) or not blocks[at].table:
        return ()
    return _rows_round(_Table(unit.report.id, unit.report.content_hash, at, unit.report))


@lru_cache(2_000)
def _rows_round(row: _Table) -> tuple[Row, ...]:
    """The rows of the table that block number `row.first` stands in."""
    blocks, at = row.report.blocks, row.first
    first = at
    while first and blocks[first - 1].table == blocks[at].table and at - first < MOST_ROWS:
        first -= 1
    return _rows(replace(row, first=first))


@lru_cache(64)
def _rows(table: _Table) -> tuple[Row, ...]:
    report, found = table.report, []
    for block in report.blocks[table.first : table.first + 2 * MOST_ROWS]:
        if block.table != report.blocks[table.first].table:
            break
        if block.kind != "table_row" or len(block.cells) < 2:
            continue
        texts = [report.text[cell.start : cell.end] for cell in block.cells[:3]]
        label = next((text for text in texts if sum(map(str.isalpha, text)) > 1 and len(text) <= LONGEST_LABEL), "")
        names = _bare(label)
        if (sum_words := _SUM_WORDS.match(fold(names))) and not names.startswith("công"):  # "Cộng" adds up, "Công nghiệp" does not
            names = names[sum_words.end() :]
        group = _bare(block.cells[0].header.rpartition(" / ")[2]) if " / " in block.cells[0].header else ""
        figures = any(map(str.isdigit, "".join(report.text[cell.start : cell.end] for cell in block.cells[1:])))
        found.append(Row(block.start, names, group, block.sums, figures))
    return tuple(found)


def _bare(label: str) -> str:
    words = _words(label)
    numbering = _NUMBERING.match(fold(nfc(label).strip()))
    return _words(nfc(label).strip()[numbering.end() :]) if numbering else words
