"""Sentences and clauses as spans of the text. A line end always ends a sentence; a full stop does where it is no part of a number,
a date, an abbreviation, an initial or a heading's number."""

from __future__ import annotations

import re

from index.language.normalise import listed

_END = re.compile(
    r"(?<![.!?…])[.!?…]+[\"'”’»)\]]*(?=\s|$)"
    r"|(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})|(?<=[\d%)”])\.(?=[^\W\d_]{2})"  # no space after the full stop
)
_LINE = re.compile(r"[^\n]+")
_LAST_WORD = re.compile(r"[^\s(\[“\"'‘«,;:|]+$")
_NUMBERING = re.compile(
    r"(?:[-–+*•(]\s*)*(?:(?:điều|chương|mục|phần|bảng|biểu|hình|phụ lục|câu|bài|table|figure|fig|article|section|chapter|annex"
    r"|appendix|part|box|chart)\s+)?(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]+|[A-Za-zĐđ])",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"[^\W\d_]")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")

# Followed by a capital letter or a number and still not the end of a sentence.
_ABBREVIATIONS = frozenset(
    listed("""
    TP Tp tp TX Tx tx TT Tt KP Kp Tr tr GS TS Ts ThS Ths THS ThS.BS PGS BS Bs BSCKI BSCKII KS Ks NCS LS Ls DS NSND NSƯT Th
    Đ/c đ/c Đ/C đ/C Đc GS.TS PGS.TS GS.TSKH PGS.TSKH TSKH PGS.TS.BS TS.BS Mr Mrs Ms Dr Prof St Ste Mt Ft Gen Col Lt Sgt Capt
    Rev Hon Gov Sen Rep Jr Sr vs No Nos Vol vol Fig Figs fig Art Sec pp cf e.g i.e eg ie approx Approx Ave Blvd Dept Univ Inc
    Ltd Co Corp Messrs Ph.D M.Sc Prof.Dr Th.S
    """)
)
_BEFORE_NUMBER_ONLY = frozenset(listed("No Nos no nos Art Sec Vol vol pp tr Th p Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec"))
_AFTER_NAME = frozenset({"Inc", "Ltd", "Co", "Corp", "Jr", "Sr"})  # end a sentence as often as not: the next word decides
_STARTERS = frozenset(
    listed("""
    The This That These Those It In On At By For From With And But However He She They We There A An As After Before During Of To
    Its Their Our If When While Although According Since Meanwhile Moreover Also Some Many Most All Both
    """)
)
_LETTERED = re.compile(
    r"(?:loại|nhóm|hạng|đợt|quý|khu|cấp|kỳ|khối|lớp|tổ|kíp|bậc|công ty|điểm|đội|vùng|bảng|hội đồng|phần|mục|kì|vitamin|virus"
    r"|class|grade|group|type|phase|plan|quarter|hepatitis|category|zone|block)\s+[^\W\d_]$",
    re.IGNORECASE,
)
_OPENERS = "\"'“‘«([-–—+•*|"


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of `text`: in order, apart, without white space around; every other character lies in one.

    Quotes and brackets that close after the full stop belong to the sentence. ";" does not end one (see `clauses`).
    """
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start, end = _trim(text, line.start(), line.end())
        last = next((i for i in range(end - 1, start, -1) if text[i].isalnum()), start)  # marks after it stay with their sentence
        for mark in _END.finditer(text, start, end):
            if start < mark.end() <= last and _ends(text, start, mark):
                spans.append((start, mark.end()))
                start, end = _trim(text, mark.end(), end)
        if start < end:
            spans.append((start, end))
    return spans


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether the punctuation `mark`, in the sentence that began at `start`, ends it. The text goes on after it."""
    at = mark.end()
    while text[at].isspace():
        at += 1
    following = text[at]
    if following.islower() or following in ",;:)]”’»":
        return False
    if not (following.isupper() or following.isdigit() or following in _OPENERS):
        return not following.isalnum() or following.isalpha()
    if at == mark.end() and not _runs_on(text, mark.start(), at):
        return False
    if mark[0] != ".":
        return not (mark[0].startswith(".)") and _NUMBERING.fullmatch(text, start, mark.start()))
    return not _stays(text, start, mark.start(), at)


def _runs_on(text: str, dot: int, following: int) -> bool:
    """Whether a full stop without a space after it stands between two sentences: small letter or digit before, Capital after."""
    return (
        (not text[dot - 1].isalpha() or text[dot - 2 : dot].islower())
        and text[following].isupper()
        and text[following + 1].islower()
    )


def _stays(text: str, start: int, dot: int, following: int) -> bool:
    """Whether the full stop at `dot` belongs to the word before it."""
    if _NUMBERING.fullmatch(text, start, dot) or (dot - start > 2 and re.search(r"\|\s+\d{1,2}$", text[max(start, dot - 5) : dot])):
        return True
    found = _LAST_WORD.search(text, max(start, dot - 24), dot)
    if not found:
        return False
    word = found[0]
    next_word = re.compile(r"\w+").match(text, following)
    next_text = next_word[0] if next_word else ""
    if word in _BEFORE_NUMBER_ONLY:
        return next_text[:1].isdigit()
    if word in _AFTER_NAME or _DOTTED.fullmatch(word):
        return next_text not in _STARTERS and not next_text.isdigit() and word not in ("v.v", "V.v")
    if word in _ABBREVIATIONS:
        return True
    if _INITIAL.fullmatch(word) and word.isupper():
        return not _LETTERED.search(text[max(start, dot - 24) : dot])
    return False


_CLAUSE = re.compile(r";\s*|,\s+(?=(?:trong đó|trong khi|còn|riêng|of which|in which|while|whereas)\b)", re.IGNORECASE)


def clauses(text: str) -> list[tuple[int, int]]:
    """Finer spans: sentences cut after ";" and before "trong đó", "còn", "of which", "while" that follow a comma. The mark stays
    with the clause before it."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text):
        for mark in _CLAUSE.finditer(text, start, end):
            if start < mark.end() < end:
                spans.append(_trim(text, start, mark.end()))
                start = mark.end()
        spans.append(_trim(text, start, end))
    return spans
