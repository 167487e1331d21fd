"""What a line is, judged by its words alone: heading, list item, caption, title. Pure; every reader asks here.

    heading_level("II. KẾT QUẢ THỰC HIỆN") == 2      heading_level("2.1. Y tế") == 4      heading_level("Tỷ lệ hộ nghèo là 2,1%.") == 0
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from index.read.document import RawBlock

LONGEST_HEADING = 180  # characters; longer lines are paragraphs whatever they start with
LONGEST_TITLE = 300

_PART = re.compile(r"^(PHẦN|PHẦN THỨ|CHƯƠNG|PHỤ LỤC|PART|CHAPTER|ANNEX|APPENDIX)\b\s*(THỨ\s+\w+|[IVXLC]+|\d+|[A-H])?\b[\s.:–-]*", re.IGNORECASE)
_ROMAN = re.compile(r"^(?:[IVX]{1,5}|[A-H])\s*(?:[.)/]|\s[-–])\s*\S")
_DECIMAL = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})(?:\.|\)|\s[-–]|(?<=\.\d)|(?<=\.\d\d))\s+(\S.*)$")
_LETTER = re.compile(r"^[a-zđ]\s*[.)]\s+\S")
_BULLET = re.compile(r"^(?:[-–—+*•▪●○◦·>✓]|\uf0b7|\uf02d|\uf0a7)\s*(?=\D)\S|^[-–+•]\s+\S")
_NUMBERED = re.compile(r"^(?:\(?\d{1,3}[.)]|\([a-zđivx]{1,4}\)|[a-zđ]\))\s+\S", re.IGNORECASE)
_CAPTION = re.compile(
    r"^(?:Biểu đồ|Sơ đồ|Phụ biểu|Bảng biểu|Bảng|Biểu|Hình|Table|Figure|Chart|Box)\s+(?:số\s+|No\.?\s*)?"
    r"(?:[A-Z]{0,3}[.\-]?\d{1,3}(?:[.\-]\d{1,3})*[a-z]?|[IVX]{1,4})\s*(?:$|[.:–—-]|\(|\s(?=[^\Wa-zà-ỹ\d_]))",
    re.IGNORECASE,
)
_CAPTION_SENTENCE = re.compile(r"^\w+(?:\s\w+)?\s+\S+\s+(?:cho thấy|trình bày|thể hiện|dưới đây|shows?|presents?|gives?|lists?)\b", re.IGNORECASE)
_UNIT_LINE = re.compile(r"^\(?(?:Đơn vị(?: tính)?|ĐVT|Đvt|Unit|Units)\s*[:.]?\s*\S.{0,60}$", re.IGNORECASE)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)?\s*(?:%|phần trăm|percent|đồng|ha\b|tấn|tỷ|triệu|hộ\b|người\b)|\d[.,]\d", re.IGNORECASE)
_SENTENCE_END = (".", ";", ",", "!", "?")

DOCUMENT_KINDS = re.compile(
    r"^(?:BÁO CÁO|NGHỊ QUYẾT|KẾ HOẠCH|QUYẾT ĐỊNH|TỜ TRÌNH|THÔNG BÁO|CHƯƠNG TRÌNH|THÔNG CÁO(?: BÁO CHÍ)?|ĐỀ ÁN|CHỈ THỊ|CÔNG VĂN|HƯỚNG DẪN"
    r"|KẾT LUẬN|BIÊN BẢN|TÓM TẮT|BÁO CÁO TÓM TẮT|DỰ THẢO BÁO CÁO|REPORT|ANNUAL REPORT)\s*[:.]?$"
)
_LETTERHEAD = re.compile(
    r"^(?:CỘNG H[OÒ][AÀ] XÃ HỘI|Độc lập\s*[-–]|Số\s*:|SỐ\s*:|UBND\b|HĐND\b|ỦY BAN|UỶ BAN|HỘI ĐỒNG NHÂN DÂN|ĐẢNG BỘ|ĐẢNG ỦY|ĐẢNG CỘNG SẢN"
    r"|SỞ |BỘ |TỔNG CỤC|CỤC |CHI CỤC|PHÒNG |SOCIALIST REPUBLIC|Independence\s*[-–]|No\.?\s*:|Dự thảo|DỰ THẢO|[-–_=*.\s]{3,}$)"
)
_DATE_LINE = re.compile(
    r"^(?:[\w ]{2,40},\s*)?ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}$|^(?:\D{0,30}\s)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?:\D{0,3}\d{1,2}[:h]\d{2})?\W*$"
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
    return bool(_UNIT_LINE.match(text) or (_CAPTION.match(text) and not _CAPTION_SENTENCE.match(text)))


def is_item(text: str) -> bool:
    """A list item by its mark: "- …", "• …", "a) …", "1. …"."""
    return bool(_BULLET.match(text) or _NUMBERED.match(text) or _LETTER.match(text))


def heading_level(text: str, *, bold: bool = False) -> int:
    """1.. where the line reads as a heading, 0 elsewhere.

    1 part, chapter or capitals; 2 "I."; 3 "1."; 4 "1.1."; 5 "1.1.1."; 6 "a)" and bold lines without a number. Numbered lines that are
    sentences or hold a figure are statements, not headings.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_HEADING or "\n" in text or is_caption(text):
        return 0
    if _FIGURE.search(text) or (text.endswith(_SENTENCE_END) and not re.fullmatch(r"[\dIVX.]+", text)):
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


def classify(text: str, *, page: int = 1, bold: bool = False) -> RawBlock:
    """A line or paragraph as heading, caption, item or paragraph."""
    text = text.strip()
    level = heading_level(text, bold=bold)
    if level:
        return RawBlock("heading", text, page, level)
    if is_caption(text):
        return RawBlock("caption", text, page)
    return RawBlock("item" if is_item(text) else "paragraph", text, page)


def mark_title(raw: Iterable[RawBlock], *, within: int = 16) -> list[RawBlock]:
    """The same blocks with the title, where one is found among the first `within`, marked as such.

    "BÁO CÁO" on a line of its own makes itself and up to three short lines below it one title; otherwise the first short line that is
    neither letterhead nor numbered heading is the title.
    """
    blocks = list(raw)
    if any(block.kind == "title" for block in blocks):
        return blocks
    for at, block in enumerate(blocks[:within]):
        if block.kind in ("heading", "paragraph") and DOCUMENT_KINDS.match(block.text.strip().upper()) and len(block.text) < 40:
            end = at + 1
            while end < len(blocks) and end - at < 4 and _continues_title(blocks[end], first=end == at + 1):
                end += 1
            text = " ".join(part.text.strip() for part in blocks[at:end])
            return [*blocks[:at], replace(block, kind="title", text=text, level=0), *blocks[end:]]
    for at, block in enumerate(blocks[:within]):
        if block.kind not in ("heading", "paragraph") or block.page > 1 or not any(char.isalpha() for char in block.text):
            continue
        if is_letterhead(block.text) and not len(block.text) > 80:
            continue
        numbered = block.kind == "heading" and bool(_ROMAN.match(block.text) or _DECIMAL.match(block.text))
        if not numbered and len(block.text) <= LONGEST_TITLE and not block.text.endswith((".", ";", ":", ",")):
            blocks[at] = replace(block, kind="title", level=0)
        break
    return blocks


def _continues_title(block: RawBlock, *, first: bool) -> bool:
    text = block.text.strip()
    if block.kind not in ("heading", "paragraph") or not text or len(text) > 250 or is_letterhead(text):
        return False
    if _ROMAN.match(text) or _DECIMAL.match(text) or _PART.match(text) or text.endswith((".", ";", ":")):
        return False
    return first or is_upper(text) or len(text) <= 120
