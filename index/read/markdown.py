"""Markdown: the parts reports use (headings, paragraphs, lists, pipe tables, quotes, code), read line by line.

# Báo cáo -> title    ## I. Kết quả -> heading level 2    | Chỉ tiêu | 2022 | over |---|---| -> table_header
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from index.read.document import Document, RawBlock, compose
from index.read.encoding import decode
from index.read.grid import GridCell, table_blocks
from index.read.structure import is_caption, is_item, settle

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.+?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)\s*$")
_RULE = re.compile(r"^ {0,3}([-*_])(?:\s*\1){2,}\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,4}[.)])\s+(?=\S)")
_DIVIDER = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_UNESCAPED_BAR = re.compile(r"(?<!\\)\|")
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^()\n]*\)")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\([^()\n]*\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)([^*_\n]+?)(?<=\S)\1")
_SLANT = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])")
_CODE = re.compile(r"`([^`\n]+)`")
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>\n]*>")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def read_markdown(data: bytes, name: str) -> Document:
    """A .md file. `title` and `date` come from its front matter, where it has one."""
    decoded = decode(data, name=name, format="MD")
    front = _FRONT.match(decoded.text)
    fields = _front_matter(front.group(1)) if front else {}
    body = decoded.text[front.end() :] if front else decoded.text
    text, blocks = compose(settle(_blocks(body.split("\n"))))
    date = fields.get("date", "")
    notes = (decoded.doubt,) if decoded.doubt else ()
    return Document(
        text, blocks, "md", title=fields.get("title", ""), date=date[:10] if re.match(r"\d{4}-\d\d-\d\d", date) else "", notes=notes
    )


def _front_matter(text: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in text.split("\n") if ":" in line and not line[:1].isspace())
    return {key.strip().lower(): value.strip().strip("\"'") for key, value in pairs}


def _plain(text: str) -> str:
    """The words without their marks; an escaped character stands for itself."""
    for pattern, group in ((_IMAGE, r"\1"), (_LINK, r"\1"), (_EMPHASIS, r"\2"), (_SLANT, r"\2"), (_CODE, r"\1"), (_TAG, "")):
        text = pattern.sub(group, text)
    return _ESCAPED.sub(r"\1", text).strip()


def _blocks(lines: list[str]) -> Iterator[RawBlock]:
    table = at = 0
    first_heading = True
    while at < len(lines):
        line = lines[at]
        if _FENCE.match(line):
            end = next((number for number in range(at + 1, len(lines)) if _FENCE.match(lines[number])), len(lines))
            yield RawBlock("paragraph", "\n".join(lines[at + 1 : end]))
            at = end + 1
        elif heading := _HEADING.match(line):
            level = len(heading.group(1))
            yield RawBlock(
                "title" if level == 1 and first_heading else "heading",
                _plain(heading.group(2)),
                level=0 if level == 1 and first_heading else level,
            )
            first_heading = False
            at += 1
        elif "|" in line and at + 1 < len(lines) and "|" in lines[at + 1] and _DIVIDER.match(lines[at + 1]):
            end = at + 2 + len(list(takewhile(lambda row: "|" in row and row.strip(), lines[at + 2 :])))
            table += 1
            yield from table_blocks([_row(line), *map(_row, lines[at + 2 : end])], table=table, header_rows=1)
            at = end
        elif not line.strip() or _RULE.match(line):
            at += 1
        else:
            end = at + 1
            while end < len(lines) and not _starts_block(lines, end):
                end += 1
            if end < len(lines) and _UNDERLINE.match(lines[end]) and end == at + 1 and not _ITEM.match(line):
                yield RawBlock(
                    "title" if first_heading and "=" in lines[end] else "heading", _plain(line), level=1 if "=" in lines[end] else 2
                )
                first_heading = False
                at = end + 1
                continue
            yield _paragraph(lines[at:end])
            at = end


def _starts_block(lines: list[str], at: int) -> bool:
    line = lines[at]
    table = "|" in line and at + 1 < len(lines) and "|" in lines[at + 1] and bool(_DIVIDER.match(lines[at + 1]))
    return bool(
        not line.strip()
        or table
        or _HEADING.match(line)
        or _ITEM.match(line)
        or _FENCE.match(line)
        or _RULE.match(line)
        or _UNDERLINE.match(line)
    )


def _paragraph(lines: list[str]) -> RawBlock:
    joined = "\n".join(line.lstrip("> ").strip() + ("\n" if line.endswith("  ") else "") for line in lines)
    text = "\n".join(_plain(part.replace("\n", " ")) for part in joined.split("\n\n"))
    if _ITEM.match(lines[0]) or is_item(text):
        return RawBlock("item", text)
    return RawBlock("caption" if is_caption(text) else "paragraph", text)


def _row(line: str) -> list[GridCell]:
    cells = _UNESCAPED_BAR.split(line.strip())
    cells = cells[1:] if cells and not cells[0].strip() else cells
    cells = cells[:-1] if cells and not cells[-1].strip() else cells
    return [GridCell(_plain(cell.replace("\\|", "|"))) for cell in cells]
