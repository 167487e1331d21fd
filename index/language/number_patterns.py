"""What stands around a number and tells what it is: dates, document codes, headings, years, currencies."""

from __future__ import annotations

import re

from index.language.amounts import SPACES
from index.language.normalise import listed

DIGITS = re.compile(
    rf"(?:(?<![\w.,/])|(?<=VND)|(?<=USD)|(?<=EUR)|(?<=GBP))(?:(?<![^\W\d_]-)|(?<=mid-)|(?<=end-)|(?<=early-)|(?<=late-))"
    rf"(?:\d{{1,3}}(?:{SPACES}\d{{3}}){{1,4}}(?![\d.,]*\d)(?:[.,]\d{{1,2}})?(?!\w)|\d+(?:[.,]\d+)*)"
)

MONTHS = {
    name: number
    for number, names in enumerate(
        listed(
            "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep october/oct"
            " november/nov"
            " december/dec"
        ),
        1,
    )
    for name in names.split("/")
}
"""English names of months, lower-case, and their numbers."""
MONTH_WORD = "|".join(sorted(MONTHS, key=len, reverse=True))

CODE = re.compile(
    r"(?<![\w/])\d+[a-zA-Z]?(?:/\d{4})?/(?:[A-ZĐ]{2,}[A-ZĐa-z0-9]*)(?:[-/][A-ZĐ][A-ZĐa-z0-9]*)*"  # 12/2022/NQ-HĐND, 36/KH-UBND
    r"|(?<![\w/])\d+-[A-ZĐ]{2,}[a-z]*\s?/\s?[A-ZĐ]{2,}[a-z]*"  # 02-CTr/TU
    r"|(?<!\w)(?!(?:mid|end|early|late|pre|post|tháng|năm|quý)-)[^\W\d_][^\W_]{0,40}-\d+\w*(?![\w%]|[.,]\d|\s%)"  # Covid-19
    r"|(?<!\w)(?:QCVN|TCVN|ISO)\s*\d[\d:./-]*(?:/[A-Z]+)?"
    r"|(?<![\w.,])(?:\+84|0)\d{2,3}[ .]?\d{3}[ .]?\d{3,4}(?!\w)|\(0\d{2,3}\)\s?\d[\d .]{5,12}\d"  # telephones
    r"|(?<![\w.,])0\d{8,}(?!\w)"
    r"|(?:https?://|www\.)\S+|(?<![\w.])[\w.]{1,64}@[\w.]+"
    r"|(?<![\w.,/])\d+(?:\.\d+){2,}(?!\d|,\d)(?<!\.\d{3})"  # 1.2.3
)
CODE_BEFORE = re.compile(  # what follows numbers a document, a road or a telephone, whatever comes after it
    r"(?:(?:quyết định|nghị quyết|thông tư|nghị định|chỉ thị|công văn|luật|quyet dinh|nghi quyet|thong tu|nghi dinh|chi thi)"
    r"\s+(?:số\s*:?|so\s*:?)?|(?:kế hoạch|thông báo|tờ trình|đề án|báo cáo|văn bản|hướng dẫn|ke hoach|bao cao)\s+(?:số|so)\s*:?"
    r"|(?:^|\n)\s*số\s*:|quốc lộ|tỉnh lộ|đường tỉnh|highway|hotline:?|điện thoại:?|đt:|tel\.?:?|fax:?|phone:?"
    r"|\bnos?\.|resolution|decision|decree|circular|directive|mã số:?|tài khoản:?|covid)\s*$"
)
CODE_LIKELY_BEFORE = re.compile(r"(?:chương trình|công nghiệp|cách mạng|đề án|dự án|industry|revolution)\s*$")  # and no unit after
DATE = re.compile(
    r"(?<![\w./-])(?P<d>\d{1,2})(?P<sep>[/.-])(?P<m>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d{2})(?![\w/]|[.,-]\d)"
    r"|(?<![\w./-])(?P<y2>(?:19|20)\d{2})-(?P<m2>\d{2})-(?P<d2>\d{2})(?!\w)"
    r"|(?<![\w./-])(?P<m3>\d{1,2})\s?/\s?(?P<y3>(?:19|20)\d{2})(?![\w/]|[.,-]\d)"
    r"|\b(?:ngày|ngay)\s+(?P<d4>\d{1,2})\s*(?:/|tháng|thang)\s*(?P<m4>\d{1,2})(?:\s+(?:năm|nam)\s+(?P<y4>\d{4}))?(?!\w|/\d)"
    r"|\b(?:tháng|thang)\s+(?P<m5>\d{1,2})(?:\s+(?:năm|nam)\s+|-)(?P<y5>\d{4})(?!\w)"
    rf"|\b(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<n6>{MONTH_WORD})\.?(?:,?\s+(?P<y6>\d{{4}}))?\b"
    rf"|\b(?P<n7>{MONTH_WORD})\.?\s+(?:(?P<d7>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y7>\d{{4}}))?|(?P<y8>(?:19"
    rf"|20)\d{{2}}))(?!\w|[.,]\d|%| %)"
    r"|\b(?:quý|quy)\s+(?P<q9>[1-4]|i{1,3}|iv)\s*(?:/|năm|nam)\s*(?P<y9>\d{4})(?!\w)|\bq(?P<q10>[1-4])[ /-]?(?P<y10>(?:19"
    r"|20)\d{2})(?!\w)"
    r"|(?<![\w:])\d{1,2}(?::\d{2}){1,2}(?![\w:])|(?<!\w)\d{1,2}h\d{0,2}\b"
)
DATE_BEFORE = re.compile(r"(?:\b(?:ngày|tháng|ngay|thang|quý|dịp|lễ|kỷ niệm|ngày lễ|dated|hôm|sáng|chiều|tối)\s*|\bq)$")
DAY_BEFORE = re.compile(r"\b(?:ngày|ngay|on|dịp|lễ|dated|hôm|sáng|chiều|tối)\s+$")
DAY_LIKELY_BEFORE = re.compile(r"\b(?:từ|đến|trước|sau|hết|since|until|by)\s+$")
PERIOD_AFTER = re.compile(r"\s?(?:tháng|thang)\s+(?:đầu|cuối|dau|cuoi)\b|\s?(?:-month|months? of)\b|\s?tháng(?:\s+năm\s+|/)\d{4}\b")

ORDINAL_BEFORE = re.compile(
    r"\b(?:thứ|lần thứ|lần|điều|khoản|mục|chương|phần|phụ lục|bảng|biểu|hình|đợt|giai đoạn|lớp|khóa|khoá|cấp|hạng|loại|mức độ"
    r"|nhóm|tổ"
    r"|khu|khu vực|thôn|ấp|bản|quận|phường|trang|câu|bài|kỳ họp|khối|ví dụ|cách|bước|bậc|vòng|tiết|tập|đại hội|trung ương"
    r"|thế chiến|thập niên"
    r"|những năm|đứng|xếp|vị trí|article|section|chapter|table|figure|annex|appendix|page|phase|grade|level|village|hamlet"
    r"|zone|district|ward"
    r"|type|category|class|round|part|item|clause|step|example|ranked?|dieu|lan thu"
    r"|(?<!tổng )(?<!con )(?<!dân )(?<!chỉ )(?<!hệ )(?<!ước )(?<!một )(?<!đa )(?<!doanh )(?<!có )(?<!trong )(?<!thiểu )số)\s+$"
)
NOUN_ORDINAL = re.compile(
    r"\b(?:thôn|ấp|bản|quận|phường|lớp|nhóm|tổ|khu|khối|loại|lần|phần|cách|đứng|xếp|cấp|district|ward|village|part|class|số)\s+$"
)
YEAR_BEFORE = re.compile(r"(?:\b(?:năm|nam|year|since|giai đoạn|fy|hè|xuân|tết)\s*|(?:19|20)\d{2}\s?[-–—]\s?)$")
LIST_BETWEEN = re.compile(r"(?:,|\s+và|\s+and|\s*,\s+và|-|–|\s+đến)\s*")
ENUMERATOR_BEFORE = re.compile(r"(?:^|[:;.,]|\n)\s*\($")

PERCENT = re.compile(
    r"\s?(?:(?P<points>(?:điểm|diem)\s*(?:phần trăm|phan tram|%)|%\s*điểm|percentage[ -]points?|p\.p\.|pp\b)"
    r"|(?P<plain>%|phần trăm\b|phan tram\b|per ?cent\b|pct\b|(?<=\d)pc\b)|(?P<mille>‰|phần nghìn\b))"
)
CURRENCY = re.compile(r"(?:(?P<usd>US\$|USD|\$)|(?P<vnd>VND|VNĐ|₫)|(?P<eur>€|EUR)|(?P<gbp>£|GBP)|(?P<jpy>¥|JPY))[ \u00a0]?$")
SCALE_EN = re.compile(r"\s?(?P<scale>thousand|million|billion|trillion|bn|mn|tn|m|k)\b")
SCALE_SHORT = {"bn": "billion", "tn": "trillion", "mn": "million", "m": "million", "k": "thousand"}
RANGE = re.compile(r"\s?[-–—]\s?|\s+(?:đến|tới|to|den)\s+")
FRACTION = re.compile(r"\s?/\s?(\d+(?:[.,]\d{3})*)(?![\w/]|[.,]\d)")
OUT_OF = re.compile(
    r"\s+(?:out of(?: the)?|of the|of|trên tổng số|trong tổng số|trong số|trên)\s+(\d+(?:[.,]\d{3})*)(?![\w/%]|[.,]\d| ?%)"
)
SPACED_DECIMAL = re.compile(r", (\d{1,2})(?![\d.,/])")
ORDINAL_SUFFIX = re.compile(r"(?:st|nd|rd|th)\b")
YEAR_BEHIND = re.compile(r"\s(?:năm|nam)\s+(?:19|20)\d\d(?!\d|\s*[-–/]\s*\d)")
DATED_UNIT = re.compile(r"\s(?:năm|tháng|ngày|nam|thang|ngay)\s+\d")
ONE_IN = re.compile(r" in (?:every )?(\d{1,3})(?![\w%/]|[.,]\d| ?%)")
