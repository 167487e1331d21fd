"""A .docx file as a package of XML parts. lxml lives here (for Word): no entity is resolved, no part is sought outside the file.

The body is handed over piece by piece and forgotten, so that a book of a thousand pages costs the memory of its longest table.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAIN = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # ISO/IEC 29500 strict: other names for the same elements
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_DC, _TERMS = "{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}"
_PIECE = 1 << 20  # bytes handed to the parser at once
_PAGE_MARK = b"lastRenderedPageBreak"
_UNUSUAL = re.compile(rb"[:<](?:txbxContent|vanish|moveFrom|Fallback|del[\s>/])")
_TOP = (f"{W}p", f"{W}tbl", f"{W}sdt", f"{W}customXml", f"{W}ins", f"{W}moveTo")
_WRAPPED = f"{W}body"


class Package:
    """The parts of one file. `has_pages`: Word recorded where its pages ended; `is_plain`: nothing in the body is hidden,
    deleted, moved or in a box of its own, so that all words count.

    Raises KeyError, zipfile.BadZipFile, lxml's or zlib's errors where the file is broken.
    """

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(BytesIO(data))
        names = self._targets("_rels/.rels", "")
        self._core = names.get("core-properties", "")
        main = names.get("officeDocument") or "word/document.xml"
        folder, name = posixpath.split(main)
        self._parts = self._targets(f"{folder}/_rels/{name}.rels", folder)
        self._document = self._read(main)
        self.has_pages = _PAGE_MARK in self._document
        self.is_plain = _UNUSUAL.search(self._document) is None

    def part(self, kind: str) -> Any | None:
        """The root of another part ("styles", "numbering", "footnotes"), None where there is none."""
        name = self._parts.get(kind)
        return parsed(self._read(name)) if name and name in self._archive.namelist() else None

    def body(self) -> Iterator[Any]:
        """The nodes right under the body, each whole when it comes and emptied when the next is asked for."""
        from lxml import etree

        parser = etree.XMLPullParser(
            events=("end",), tag=_TOP, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        for at in range(0, len(self._document), _PIECE):
            parser.feed(self._document[at : at + _PIECE])
            for _, node in parser.read_events():
                above = node.getparent()
                if above is None or above.tag != _WRAPPED:
                    continue
                yield node
                node.clear()
                while node.getprevious() is not None:
                    del above[0]
        parser.close()

    def properties(self) -> tuple[str, str]:
        """Title and ISO date (created, else modified), "" where unknown; those of python-docx's own template are nobody's."""
        if self._core not in self._archive.namelist():
            return "", ""
        root = parsed(self._read(self._core))
        said = {
            tag: (root.findtext(tag) or "").strip()
            for tag in (f"{_DC}title", f"{_DC}creator", f"{_TERMS}created", f"{_TERMS}modified")
        }
        date = (said[f"{_TERMS}created"] or said[f"{_TERMS}modified"])[:10]
        template = said[f"{_DC}creator"] == "python-docx" and date.startswith("2013")
        return said[f"{_DC}title"], date if re.fullmatch(r"\d{4}-\d\d-\d\d", date) and not template else ""

    def _read(self, name: str) -> bytes:
        data = self._archive.read(name)
        return data.replace(_STRICT, _MAIN) if _STRICT in data[:4096] else data

    def _targets(self, name: str, folder: str) -> dict[str, str]:
        """What a part refers to inside the file: {"styles": "word/styles.xml", …}, the first of each kind."""
        found: dict[str, str] = {}
        if name not in self._archive.namelist():
            return found
        for node in parsed(self._archive.read(name)).iter(_RELATION):
            target = node.get("Target") or ""
            if node.get("TargetMode") != "External" and target:
                place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                found.setdefault((node.get("Type") or "").rpartition("/")[2], place)
        return found


def parsed(data: bytes) -> Any:
    """The root of an XML part."""
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True))
