"""The parts of an Excel package (ECMA-376 part 2): relations, list of sheets, shared strings, styles; each walked as a stream.

Every part goes through `walk`: it refuses document types, and with them entities of any kind.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePosixPath
from typing import IO, NamedTuple
from xml.parsers import expat

from index.read.number_format import BUILT_IN

CHUNK = 1 << 18
_ROOT = re.compile(rb"<(\w+:)?[A-Za-z]\w*[\s>/]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how SpreadsheetML writes control characters (§22.4.2.4)


class Look(NamedTuple):
    """A cell style, as far as it changes what is read."""

    code: str = "General"
    font: str = ""
    bold: bool = False
    over: bool = False
    under: bool = False
    left: bool = False
    indent: int = 0
    across: bool = False  # centred across the empty cells to its right


class Strings:
    """The shared strings as one text and the places where each ends: a tenth of the memory of a list."""

    def __init__(self, pieces: list[str]) -> None:
        self.text = "".join(pieces)
        self._ends = array("Q", [0])
        total = 0
        for piece in pieces:
            total += len(piece)
            self._ends.append(total)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self):
            return ""
        return self.text[self._ends[number] : self._ends[number + 1]]


def walk(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Feed a part to the handlers piece by piece, names without their prefixes; yields after each piece."""
    piece = stream.read(CHUNK)
    root = _ROOT.search(piece[:4096])
    parser = expat.ParserCreate()
    parser.buffer_text = True
    if root is not None and root[1]:  # every name has a prefix
        parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
        parser.EndElementHandler = (lambda name: end(name.rpartition(":")[2])) if end is not None else None
    else:
        parser.StartElementHandler = start
        parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while piece:
        parser.Parse(piece, False)
        yield
        piece = stream.read(CHUNK)
    parser.Parse(b"", True)
    yield


def _refuse_doctype(*_: object) -> None:
    raise ValueError("it declares a document type, which no spreadsheet does")


def _all(
    archive: zipfile.ZipFile, part: str, start: Callable[[str, dict[str, str]], None], **others: Callable[[str], None]
) -> None:
    with archive.open(part) as stream:
        for _ in walk(stream, start, **others):
            pass


def main_part(archive: zipfile.ZipFile, names: set[str]) -> str:
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    if "_rels/.rels" in names:
        _all(archive, "_rels/.rels", start)
    return next((part for part in found if part in names), "xl/workbook.xml")


def sheet_list(archive: zipfile.ZipFile, main: str) -> tuple[list[tuple[str, str, str]], bool]:
    """(name, relation id, state) of each sheet; whether days count from 1904."""
    sheets: list[tuple[str, str, str]] = []
    from_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        if name == "sheet":
            key = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            sheets.append((attributes.get("name", "").strip(), key, attributes.get("state", "visible")))
        elif name == "workbookPr":
            from_1904 = attributes.get("date1904", "0") in ("1", "true")

    _all(archive, main, start)
    return sheets, from_1904


def relations(archive: zipfile.ZipFile, main: str, names: set[str]) -> dict[str, tuple[str, str]]:
    """Relation id -> (its type, the part it leads to). Links that lead outside the file are left out."""
    place = PurePosixPath(main)
    part = str(place.parent / "_rels" / f"{place.name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else str(place.parent / target)
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), full)

    if part in names:
        _all(archive, part, start)
    return found


def sibling(targets: dict[str, tuple[str, str]], kind: str, usual: PurePosixPath, names: set[str]) -> str:
    part = next((target for type_, target in targets.values() if type_.endswith(f"/{kind}")), str(usual))
    return part if part in names else ""


def core_title(archive: zipfile.ZipFile, names: set[str]) -> str:
    found: list[str] = []
    inside: list[str] = []

    def text(piece: str) -> None:
        if inside[-1:] == ["title"]:
            found.append(piece)

    if "docProps/core.xml" in names:
        _all(archive, "docProps/core.xml", lambda name, _: inside.append(name), end=lambda _: _ignore(inside.pop()), text=text)
    return " ".join("".join(found).split())


def _ignore(_: object) -> None:
    return None


def shared_strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    strings: list[str] = []
    state = {"on": False, "phonetic": False}
    piece: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        if name == "si":
            piece.clear()
        elif name == "t":
            state["on"] = not state["phonetic"]
        elif name == "rPh":
            state["phonetic"] = True

    def end(name: str) -> None:
        if name == "t":
            state["on"] = False
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            strings.append(unescaped("".join(piece)))

    def text(found: str) -> None:
        if state["on"]:
            piece.append(found)

    if part:
        _all(archive, part, start, end=end, text=text)
    return strings


def unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def inline_sample(archive: zipfile.ZipFile, parts: list[str], names: set[str]) -> str:
    """Words of a workbook that keeps its texts in the cells themselves."""
    for part in parts:
        if part in names:
            with archive.open(part) as stream:
                head = stream.read(300_000).decode("utf-8", errors="ignore")
            if words := re.findall(r"<(?:\w+:)?t(?:\s[^>]*)?>([^<]+)<", head):
                return "\n" + unescape("\n".join(words))
    return ""


@dataclass(slots=True)
class _Styles:
    """styles.xml while it is walked: fonts and borders by number, formats by id."""

    inside: list[str] = field(default_factory=list)
    fonts: list[tuple[str, bool]] = field(default_factory=list)
    borders: list[set[str]] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        above = self.inside[-1] if self.inside else ""
        self.inside.append(name)
        if name == "numFmt":
            self.codes[number_of(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "font" and above == "fonts":
            self.fonts.append(("", False))
        elif name in ("name", "rFont") and above == "font" and "fonts" in self.inside:
            self.fonts[-1] = (attributes.get("val", ""), self.fonts[-1][1])
        elif name == "b" and above == "font" and "fonts" in self.inside:
            self.fonts[-1] = (self.fonts[-1][0], attributes.get("val", "1") not in ("0", "false"))
        elif name == "border" and above == "borders":
            self.borders.append(set())
        elif name in ("top", "bottom", "left") and above == "border" and "borders" in self.inside:
            if attributes.get("style", "none") != "none":
                self.borders[-1].add(name)
        elif name == "xf" and above == "cellXfs":
            self.looks.append(self._look(attributes))
        elif name == "alignment" and above == "xf" and "cellXfs" in self.inside:
            self.looks[-1] = self.looks[-1]._replace(
                indent=min(number_of(attributes.get("indent")), 20), across=attributes.get("horizontal") == "centerContinuous"
            )

    def end(self, _: str) -> None:
        self.inside.pop()

    def _look(self, attributes: dict[str, str]) -> Look:
        number = number_of(attributes.get("numFmtId"))
        font = number_of(attributes.get("fontId"))
        border = number_of(attributes.get("borderId"))
        name, bold = self.fonts[font] if font < len(self.fonts) else ("", False)
        lines = self.borders[border] if border < len(self.borders) else set()
        code = self.codes.get(number) or BUILT_IN.get(number, "General")
        return Look(code, name, bold, "top" in lines, "bottom" in lines, "left" in lines)


def cell_looks(archive: zipfile.ZipFile, part: str) -> list[Look]:
    styles = _Styles()
    if part:
        _all(archive, part, styles.start, end=styles.end)
    return styles.looks or [Look()]


def number_of(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
