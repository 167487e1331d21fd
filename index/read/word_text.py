"""A Word paragraph as its reader sees it: its words, its style, the number before it. It knows nothing of headings or tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from index.read.document import RawBlock
from index.read.legacy import mended
from index.read.word_numbers import Numbers
from index.read.word_package import FALLBACK, W

VAL = f"{W}val"
T, TAB, BR, CR, R = f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}r"
_PAGE_END, _HYPHEN = f"{W}lastRenderedPageBreak", f"{W}noBreakHyphen"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_NOTE_MARKS = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_SHOWN = (T, TAB, BR, CR, _PAGE_END, _HYPHEN, _MATH, *_NOTE_MARKS)
_SKIPPED = frozenset(f"{W}{name}" for name in ("del", "moveFrom", "txbxContent", "pPr", "rPr", "instrText", "delText")) | {FALLBACK}
_P_PR, _P_STYLE, _NUM_PR, _NUM_ID, _LEVEL = f"{W}pPr", f"{W}pStyle", f"{W}numPr", f"{W}numId", f"{W}ilvl"
_DELETED_MARK, _BOLD, _VANISH = f"{W}rPr/{W}del", f"{W}rPr/{W}b", f"{W}rPr/{W}vanish"
_HEADING_STYLE = re.compile(r"^(?:heading|tiêu đề|đề mục)\s*(\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says: heading level (0 none, -1 title), bold, part of a list, and of which one it is numbered in."""

    level: int = 0
    bold: bool = False
    listed: bool = False
    id: str = ""
    list_id: str = ""
    list_level: int = -1  # -1: the list says which


PLAIN = Style()


@dataclass(slots=True)
class Walk:
    """Where the walk through a document is: page and table, the numbers counted so far, the notes not yet written.

    `breaks`: which marks end a page: "rendered", Word's own record of its last layout, or "none".
    `is_plain`: no part of the body is left out.
    """

    styles: dict[str, Style]
    numbers: Numbers
    notes: dict[tuple[str, str], str]  # ("footnote", id) -> its words
    breaks: str = "none"
    is_plain: bool = False
    page: int = 1
    table: int = 0
    waiting: list[str] = field(default_factory=list)

    def take_notes(self) -> Iterator[RawBlock]:
        """The notes to what was just read."""
        for words in self.waiting:
            yield RawBlock("note", words, self.page)
        self.waiting.clear()


def read_styles(root: Any | None) -> dict[str, Style]:
    """Style id -> what it says, its base styles included."""
    nodes = {node.get(f"{W}styleId"): node for node in root.iter(f"{W}style")} if root is not None else {}
    found: dict[str, Style] = {}
    for key in nodes:
        chain: list[str | None] = []
        at = key
        while at in nodes and at not in chain and len(chain) < 20:
            chain.append(at)
            based = nodes[at].find(f"{W}basedOn")
            at = based.get(VAL) if based is not None else None
        found[key or ""] = _style(key or "", [nodes[link] for link in chain])
    return found


def _style(key: str, chain: list[Any]) -> Style:
    level = 0
    list_id, list_level = "", -1
    bold: bool | None = None
    listed = False
    for node in chain:
        label = value(node.find(f"{W}name"))
        heading = _HEADING_STYLE.match(label)
        outline = node.find(f"{W}pPr/{W}outlineLvl")
        if not level and label.lower() == "title":
            level = -1
        elif not level and heading:
            level = int(heading.group(1))
        elif not level and outline is not None:
            level = number(outline, 9) + 1 if number(outline, 9) < 9 else 0
        mark = node.find(_BOLD)
        bold = is_on(mark) if bold is None and mark is not None else bold
        numbered = node.find(f"{W}pPr/{_NUM_PR}")
        listed = listed or label.lower().startswith("list") or numbered is not None
        if numbered is not None and not list_id:
            list_id = value(numbered.find(_NUM_ID))
            list_level = number(numbered.find(_LEVEL), list_level)
    return Style(level, bool(bold), listed, key, list_id, list_level)


def words_of(paragraph: Any, walk: Walk) -> tuple[str, int]:
    """A paragraph's words and the page they begin on; `walk.page` moves past the breaks inside."""
    pieces: list[str] = []
    page = 0
    for part in paragraph.iter(*_SHOWN) if walk.is_plain else _shown_parts(paragraph):
        tag = part.tag
        if tag == T:
            page = page or walk.page
            pieces.append(part.text or "")
        elif tag == TAB:
            if part.getparent().tag == R:  # others are tab stops
                pieces.append("\t")
        elif tag == _PAGE_END:
            walk.page += walk.breaks == "rendered"
        elif tag == _HYPHEN:
            pieces.append("-")
        elif tag == _MATH:
            pieces.append(part.text or "")
        elif tag in _NOTE_MARKS:
            note = walk.notes.pop((_NOTE_MARKS[tag], part.get(f"{W}id") or ""), "")
            walk.waiting += [note] if note else []
        else:
            pieces.append("\n")
    text = pieces[0] if len(pieces) == 1 else "".join(pieces)
    return mended(text).strip(), page or walk.page


def _shown_parts(paragraph: Any) -> Iterator[Any]:
    """The parts that show words, without what is deleted, moved away, hidden, or in a box of its own."""
    waiting = [iter(paragraph)]
    while waiting:
        part = next(waiting[-1], None)
        if part is None:
            waiting.pop()
        elif part.tag in _SHOWN:
            yield part
        elif part.tag not in _SKIPPED and not (part.tag == R and is_on(part.find(_VANISH))):
            waiting.append(iter(part))


def style_of(paragraph: Any, walk: Walk) -> tuple[Any | None, Style]:
    """A paragraph's own properties (its pPr) and its style."""
    properties = paragraph.find(_P_PR)
    if properties is None:
        return None, walk.styles.get("", PLAIN)
    named = properties.find(_P_STYLE)
    return properties, walk.styles.get(named.get(VAL) if named is not None else "", PLAIN)


def mark_of(properties: Any | None, style: Style, walk: Walk) -> str:
    """The number Word shows before a paragraph ("1.", "a)"); counts on with every paragraph asked about."""
    own = properties.find(_NUM_PR) if properties is not None else None
    if own is None and not style.list_id:
        return ""
    if properties is not None and properties.find(_DELETED_MARK) is not None:  # a deletion not yet accepted joins it to the next
        return ""
    list_id, level = style.list_id, style.list_level
    if own is not None:
        list_id = value(own.find(_NUM_ID)) or list_id
        level = number(own.find(_LEVEL), level)
    if list_id in ("", "0"):
        return ""
    return walk.numbers.mark(list_id, level if level >= 0 else walk.numbers.level_of_style(list_id, style.id))


def is_bold(paragraph: Any, style: Style) -> bool:
    """Every run that shows a letter is bold."""
    seen = False
    for text in paragraph.iter(T):
        if not (text.text or "").strip():
            continue
        seen = True
        mark = text.getparent().find(_BOLD)
        if not (is_on(mark) if mark is not None else style.bold):
            return False
    return seen


def is_on(mark: Any | None) -> bool:
    return mark is not None and (mark.get(VAL) or "1") not in ("0", "false", "off")


def value(node: Any | None) -> str:
    return (node.get(VAL) or "") if node is not None else ""


def number(node: Any | None, default: int) -> int:
    text = value(node)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


def read_notes(roots: dict[str, Any | None]) -> dict[tuple[str, str], str]:
    """The words of footnotes and endnotes by kind and id; `roots`: {"footnote": the part's root, …}."""
    found: dict[tuple[str, str], str] = {}
    walk = Walk({}, Numbers(None), {})
    for kind, root in roots.items():
        for note in root.iter(f"{W}{kind}") if root is not None else ():
            if note.get(f"{W}type") not in ("separator", "continuationSeparator", "continuationNotice"):
                lines = [words_of(paragraph, walk)[0] for paragraph in note.iter(f"{W}p")]
                found[kind, note.get(f"{W}id") or ""] = " ".join(line for line in lines if line)
    return found
