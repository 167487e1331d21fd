"""What a line is, judged by its words alone: heading, list item, caption, title. Pure; every reader asks here.

heading_level("II. KẾT QUẢ THỰC HIỆN") == 2      heading_level("2.1. Y tế") == 4      heading_level("Tỷ lệ hộ nghèo là 2,1%.") == 0
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.read.document import RawBlock

LONGEST_HEADING = 180  # characters; longer lines are paragraphs whatever they start with
LONGEST_TITLE = 300

_PART = re.compile(
    r"^(PHẦN|PHẦN THỨ|CHƯƠNG|PHỤ LỤC|PART|CHAPTER|ANNEX|APPENDIX)\b\s*(THỨ\s+\w+|[IVXLC]+|\d+|[A-H])?\b[\s.:–-]*", re.IGNORECASE
)
_ROMAN = re.compile(r"^(?:[IVX]{1,5}|[A-H])\s*(?:[.)/]|\s[-–])\s*\S")
_DECIMAL = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})(?:\.|\)|\s[-–]|(?<=\.\d)|(?<=\.\d\d))\s+(\S.*)$")
_LETTER = re.compile(r"^[a-zđ]\s*[.)]\s+\S")
_BULLET = re.compile(r"^(?:[-–—+*•▪●○◦·>✓]|\uf0b7|\uf02d|\uf0a7)\s*(?=\D)\S|^[-–+•]\s+\S")
_NUMBERED = re.compile(r"^(?:\(?\d{1,3}[.)]|\([a-zđivx]{1,4}\)|[a-zđ]\))\s+\S", re.IGNORECASE)
_CAPTION = re.compile(
    r"^(?:Biểu đồ|Sơ đồ|Phụ biểu|Bảng biểu|Bảng|Biểu|Hình|Table|Figure|Chart|Box)\s+(?:số\s+|No\.?\s*)?"
    r"(?:[A-Z]{0,3}[.\-]?\d{1,3}(?:[.\-]\d{1,3})*[a-z]?|[IVX]{1,4})(?=[\s.:–—(-]|$)",
    re.IGNORECASE,
)
_CAPTION_SENTENCE = re.compile(
    r"^\w+(?:\s\w+)?\s+\S+\s+(?:cho thấy|trình bày|thể hiện|dưới đây|shows?|presents?|gives?|lists?)\b", re.IGNORECASE
)
_UNIT_LINE = re.compile(r"^\(?(?:Đơn vị(?: tính)?|ĐVT|Đvt|Unit|Units)\s*[:.]?\s*\S.{0,60}$", re.IGNORECASE)
_UNIT = re.compile(r"(?:Đơn vị(?: tính)?|ĐVT|Units?)\s*[:.]\s*([^:;()]{1,30})\)?$", re.IGNORECASE)
_NOTE = re.compile(
    r"^(?:\(\s*[*†‡]+\s*\)|[*†‡]{1,3})\s*:?\s*\S|^(?:Ghi chú|Chú thích|Nguồn(?: số liệu)?|Notes?|Sources?)\s*:\s*\S", re.IGNORECASE
)
_LEADER = re.compile(r"(?:\.\s?){5,}\s?\d{0,4}$|…{2,}\s?\d{0,4}$|\S\t\s?\d{1,4}$")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)?\s*(?:%|phần trăm|percent|đồng|ha\b|tấn|tỷ|triệu|hộ\b|người\b)|\d[.,]\d", re.IGNORECASE)
_NUMBER = re.compile(r"^\d{1,2}(?:\.\d{1,2})*[.)]?\s")
_SENTENCE_END = (".", ";", ",", "!", "?")

DOCUMENT_KINDS = re.compile(
    r"^(?:BÁO CÁO|NGHỊ QUYẾT|KẾ HOẠCH|QUYẾT ĐỊNH|TỜ TRÌNH|THÔNG BÁO|CHƯƠNG TRÌNH|THÔNG CÁO(?: BÁO CHÍ)?"
    r"|ĐỀ ÁN|CHỈ THỊ|CÔNG VĂN|HƯỚNG DẪN|KẾT LUẬN|BIÊN BẢN|TÓM TẮT|BÁO CÁO TÓM TẮT|DỰ THẢO BÁO CÁO|REPORT|ANNUAL REPORT)\s*[:.]?$"
)
_LETTERHEAD = re.compile(
    r"^(?:CỘNG H[OÒ][AÀ] XÃ HỘI|Độc lập\s*[-–]|Số\s*:|SỐ\s*:|UBND\b|HĐND\b|[ỦU]Y BAN|UỶ BAN|[ỦU]y ban nhân dân"
    r"|Uỷ ban nhân dân|HỘI ĐỒNG NHÂN DÂN|ĐẢNG BỘ|ĐẢNG ỦY|ĐẢNG CỘNG SẢN|SỞ |BỘ |TỔNG CỤC|CỤC |CHI CỤC|PHÒNG "
    r"|SOCIALIST REPUBLIC|Independence\s*[-–]|No\.?\s*:|Dự thảo|DỰ THẢO|[-–_=*.\s]{3,}$)"
)
_REPORT_LINE = re.compile(
    r"^(?:annual |final |progress |quarterly |summary |half-year |mid-term )?report\b|^báo cáo\b", re.IGNORECASE
)
_DATE_LINE = re.compile(
    r"^(?:[\w ]{2,40},\s*)?ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}$"
    r"|^(?:\D{0,30}\s)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?:\D{0,3}\d{1,2}[:h]\d{2})?\W*$"
    r"|^\d{1,2}\s+[A-Z][a-z]+\s+\d{4}$|^[A-Z][a-z]+\s+\d{1,2},\s+\d{4}$",
    re.IGNORECASE,
)


def is_letterhead(text: str) -> bool:
    """The issuer, motto, number and date lines above an official document's title."""
    return bool(_LETTERHEAD.match(text) or _DATE_LINE.match(text))


def is_upper(text: str) -> bool:
    """Written in capitals: at least four letters, none of them small."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 4 and not any(char.islower() for char in letters)


def is_caption(text: str) -> bool:
    """ "Bảng 1. …", "Biểu 2: …", "Table 3", or a line of its own that gives the unit ("Đơn vị tính: tấn")."""
    if len(text) > LONGEST_TITLE or "\n" in text:
        return False
    numbered = _CAPTION.match(text)
    if not numbered or _CAPTION_SENTENCE.match(text):
        return bool(_UNIT_LINE.match(text))
    rest = text[numbered.end() :].lstrip(" .:–—(-")
    return text[numbered.end() : numbered.end() + 1] != " " or not rest[:1].islower()  # "Table 3 shows …" goes on in small letters


def unit_of(text: str) -> str:
    """The unit that a cell or a caption states: "Chỉ tiêu (ĐVT: ha)" -> "ha"; "" where none."""
    found = _UNIT.search(text)
    return found.group(1).strip() if found else ""


def is_note(text: str) -> bool:
    """A note below a table or text, by its mark or first word: "(*) …", "Ghi chú: …", "Source: …"."""
    return bool(_NOTE.match(text))


def is_contents_line(text: str) -> bool:
    """A line of a table of contents: "2.1 Y tế ........ 12"."""
    return bool(_LEADER.search(text[-200:]))


def is_item(text: str) -> bool:
    """A list item by its mark: "- …", "• …", "a) …", "1. …"."""
    return bool(_BULLET.match(text) or _NUMBERED.match(text) or _LETTER.match(text))


def heading_level(text: str, *, bold: bool = False) -> int:
    """1.. where the line reads as a heading, 0 elsewhere.

    1 part, chapter or capitals; 2 "I."; 3 "1."; 4 "1.1."; 5 "1.1.1."; 6 "a)" and bold lines without a number. Numbered lines
    that are sentences or hold a figure are statements, not headings.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_HEADING or "\n" in text or is_caption(text):
        return 0
    if _FIGURE.search(text, _number_end(text)) or (text.endswith(_SENTENCE_END) and not re.fullmatch(r"[\dIVX.]+", text)):
        return 0
    part = _PART.match(text)
    if part and (part.group(2) or is_upper(text)) and len(text) < 120:
        return 1
    if _ROMAN.match(text):
        return 2 if (bold or is_upper(text) or re.match(r"^[IVX]", text)) else 0
    decimal = _DECIMAL.match(text)
    if decimal:
        depth = decimal.group(1).count(".")
        return min(3 + depth, 5) if (bold or depth or is_upper(text) or len(text) <= 110) and decimal.group(2)[0].isupper() else 0
    if _LETTER.match(text):
        return 6 if bold else 0
    if is_upper(text) and len(text.split()) >= 2 and not is_letterhead(text):
        return 1
    return 6 if bold and len(text) <= 120 and any(char.isalpha() for char in text) else 0


def _number_end(text: str) -> int:
    """Where a heading's own number ends: "2.1 Coffee" -> 3."""
    match = _NUMBER.match(text)
    return match.end() if match else 0


def classify(text: str, *, page: int = 1, bold: bool = False) -> RawBlock:
    """A line or paragraph as heading, caption, item or paragraph."""
    text = text.strip()
    if is_contents_line(text):
        return RawBlock("item", text, page)
    level = heading_level(text, bold=bold)
    if level:
        return RawBlock("heading", text, page, level)
    if is_caption(text):
        return RawBlock("caption", text, page)
    if is_note(text):
        return RawBlock("note", text, page)
    return RawBlock("item" if is_item(text) else "paragraph", text, page)


def settle(raw: Iterable[RawBlock], *, within: int = 16) -> list[RawBlock]:
    """The same blocks with lists, captions and the title seen in their company.

    Numbered headings in a row become items, a caption's unit line joins it, and the title, where one is found among the first
    `within` blocks, is marked: "BÁO CÁO" on a line of its own with up to two short lines below it, otherwise the first short line
    that is neither letterhead nor numbered heading.
    """
    blocks = _captioned(_listed(list(raw)))
    if any(block.kind == "title" for block in blocks):
        return blocks
    named = next((at for at, block in enumerate(blocks[:within]) if _names_document(block)), -1)
    if named >= 0 and all(len(block.text) < 150 and not _is_numbered(block.text) for block in blocks[:named]):
        end = named + 1
        while end < min(len(blocks), named + 3) and _continues_title(blocks[end], first=end == named + 1):
            end += 1
        return [block._replace(kind="title", level=0) if named <= at < end else block for at, block in enumerate(blocks)]
    for at, block in enumerate(blocks[:within]):
        if block.kind not in ("heading", "paragraph") or block.page > 1 or not any(char.isalpha() for char in block.text):
            continue
        if is_letterhead(block.text) and len(block.text) <= 80:
            continue
        if _can_name(block.text):
            blocks[at] = block._replace(kind="title", level=0)
            following = blocks[at + 1] if at + 1 < len(blocks) else None
            if following and following.kind != "item" and len(following.text) <= 60 and _REPORT_LINE.match(following.text):
                blocks[at + 1] = following._replace(kind="title", level=0)
        break
    return blocks


def _listed(blocks: list[RawBlock]) -> list[RawBlock]:
    """Numbered headings that follow each other with nothing between ("1. …", "2. …", "3. …") are the items of a list."""
    first = 0
    for at in range(1, len(blocks) + 1):
        if at < len(blocks) and _follows(blocks[at - 1], blocks[at]):
            continue
        if at - first >= 2:
            blocks[first:at] = [block._replace(kind="item", level=0) for block in blocks[first:at]]
        first = at
    return blocks


def _follows(before: RawBlock, after: RawBlock) -> bool:
    if before.kind != "heading" or after.kind != "heading" or before.level != after.level:
        return False
    numbers = [_DECIMAL.match(block.text) for block in (before, after)]
    if not numbers[0] or not numbers[1] or "." in numbers[0].group(1) or "." in numbers[1].group(1):
        return False
    return int(numbers[1].group(1)) == int(numbers[0].group(1)) + 1


def _captioned(blocks: list[RawBlock]) -> list[RawBlock]:
    """A caption and the line with its unit are one block above their table."""
    joined: list[RawBlock] = []
    for block in blocks:
        if block.kind == "caption" and joined and joined[-1].kind == "caption" and _UNIT_LINE.match(block.text):
            joined[-1] = joined[-1]._replace(text=f"{joined[-1].text}\n{block.text}")
        else:
            joined.append(block)
    return joined


def _names_document(block: RawBlock) -> bool:
    """ "BÁO CÁO", alone or followed by what it reports on, in capitals as official documents set it."""
    text = block.text.strip()
    if block.kind not in ("heading", "paragraph") or len(text) > LONGEST_TITLE:
        return False
    return bool(DOCUMENT_KINDS.match(text)) or (
        bool(re.match(r"^(?:BÁO CÁO|NGHỊ QUYẾT|KẾ HOẠCH)\s+\S", text)) and not text.endswith((".", ";"))
    )


def _can_name(text: str) -> bool:
    """Short, no sentence, no numbered heading, and without a figure: titles are not searched for figures."""
    return (
        len(text) <= LONGEST_TITLE
        and not text.endswith((".", ";", ":", ","))
        and not _is_numbered(text)
        and not _FIGURE.search(text)
    )


def _is_numbered(text: str) -> bool:
    return bool(_ROMAN.match(text) or _DECIMAL.match(text) or _PART.match(text))


def _continues_title(block: RawBlock, *, first: bool) -> bool:
    text = block.text.strip()
    if block.kind not in ("heading", "paragraph") or not text or len(text) > 250 or is_letterhead(text):
        return False
    if _is_numbered(text) or text.startswith("(") or text.endswith((".", ";", ":")):
        return False
    return first or is_upper(text) or bool(re.match(r"^(?:và|phương hướng|nhiệm vụ|năm|của|[a-zà-ỹđ])", text))
