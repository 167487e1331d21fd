"""What readers noted of a file, in the reader's language. Readers write English sentences; here each has its Vietnamese twin. Pure.

note_text("Hidden sheets were not read: Nháp.", "vi") -> "Không đọc các trang tính ẩn: Nháp."
"""

from __future__ import annotations

import re
from functools import cache

from index.records import Language, ReportInfo
from ui.i18n import text

MOST_PAGES = 12  # named in one sentence

# {} stands for what differs from file to file. A sentence that is not listed is shown as it is.
_TWINS = {
    "The file is named like {} but holds {}; it was read as {}.": "Tên tệp là {} nhưng nội dung là {}; đã đọc theo {}.",
    "Pages {} could not be opened and are missing.": "Không mở được các trang {}; nội dung các trang này bị thiếu.",
    "Pages {} hold pictures in which OCR read no text; they are not searched.": (
        "Các trang {} là hình, nhận dạng chữ không đọc được gì; không tìm kiếm trong các trang này."
    ),
    "Pages {} are scans and are not searched. To read them, install tesseract: {}": (
        "Các trang {} là bản quét nên chưa tìm kiếm được. Để đọc các trang này, hãy cài tesseract: {}"
    ),
    "Pages {}: OCR could not read them; they are not searched.": (
        "Các trang {}: nhận dạng chữ không đọc được; không tìm kiếm trong các trang này."
    ),
    "Pages {} hold letters that are not those shown; these were read by OCR.": (
        "Các trang {} có chữ lưu trong tệp khác với chữ hiển thị; phần này được đọc bằng nhận dạng chữ."
    ),
    "Pages {} hold letters that are not those shown; they were left out. To read them, install tesseract: {}": (
        "Các trang {} có chữ lưu trong tệp khác với chữ hiển thị nên bị bỏ qua. Để đọc các trang này, hãy cài tesseract: {}"
    ),
    "Most of this page is loaded by scripts or frames and is not in the file. Open it in a browser and save it from there.": (
        "Phần lớn trang này do mã lệnh hoặc khung tải thêm, không nằm trong tệp. Hãy mở bằng trình duyệt rồi lưu lại từ đó."
    ),
    "Hidden slides were left out: {}.": "Bỏ qua các trang chiếu ẩn: {}.",
    "Hidden sheets were not read: {}.": "Không đọc các trang tính ẩn: {}.",
    "Hidden columns were not read, on: {}.": "Không đọc các cột ẩn, ở: {}.",
    "Hidden rows were read like the others, on: {}.": "Các hàng ẩn vẫn được đọc như thường, ở: {}.",
    "{} formulas hold no stored result and were left empty. Open and save the file once in Excel.": (
        "{} công thức chưa có kết quả lưu sẵn nên để trống. Hãy mở và lưu lại tệp một lần trong Excel."
    ),
    "Letters were converted from {} where cells hold it.": "Chữ đã được chuyển từ bảng mã {} ở những ô dùng bảng mã này.",
    "{} cells hold letters of an unknown encoding and were left out.": "{} ô có chữ theo bảng mã lạ nên bị bỏ qua.",
    "The file holds more cells than can be kept; the last rows were not read, on: {}.": (
        "Tệp có nhiều ô hơn mức lưu được; các hàng cuối chưa được đọc, ở: {}."
    ),
    "The character encoding was guessed ({}); letters may be wrong. Save the file as UTF-8.": (
        "Bảng mã ký tự được đoán ({}); chữ có thể sai. Hãy lưu tệp dưới dạng UTF-8."
    ),
    "{} characters could not be decoded.": "{} ký tự không giải mã được.",
    "Word kept no page numbers in this file: places in it are given without a page.": (
        "Word không lưu số trang trong tệp này nên trích dẫn không ghi trang."
    ),
}


def note_text(note: str, language: Language) -> str:
    """The note in `language`; in English where it has no twin."""
    if language == "en":
        return note
    for pattern, twin in _patterns():
        if match := pattern.fullmatch(note):
            return twin.format(*(_joined(group) for group in match.groups()))
    return note


def poor_text(report: ReportInfo, language: Language) -> str:
    """Which scanned pages were read poorly; "" for none."""
    pages = report.poor_pages
    if not pages:
        return ""
    shown = ", ".join(map(str, pages[:MOST_PAGES])) + (" …" if len(pages) > MOST_PAGES else "")
    return text(language, "source.poor_one" if len(pages) == 1 else "source.poor", pages=shown)


def _joined(value: str) -> str:
    return re.sub(r" and more$", " và nữa", re.sub(r"(?<=\d) and (?=\d)", " và ", value))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(re.escape(english).replace(r"\{\}", "(.+)")), twin) for english, twin in _TWINS.items())
