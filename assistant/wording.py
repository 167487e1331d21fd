"""What the assistant says, in both languages. Pure: no text of a report gets in here but values, which the screen escapes."""

from __future__ import annotations

from collections.abc import Sequence

from index import Language, Period, Place, ReportInfo
from index.lexicon.glossary import Glossary

from .answers import RefusalReason, Value
from .question import Question

FIGURES = {
    "vi": {
        "result": "kết quả", "target": "chỉ tiêu", "estimate": "ước thực hiện", "previous": "số kỳ trước", "change": "mức thay đổi",
    },
    "en": {"result": "result", "target": "target", "estimate": "estimate", "previous": "earlier figure", "change": "change"},
}
_SUBJECTS = {
    "vi": {"household": "số hộ", "resident": "dân số", "person": "số người"},
    "en": {"household": "households", "resident": "residents", "person": "people"},
}
_REFUSALS: dict[RefusalReason, dict[str, str]] = {
    "no_reports": {
        "vi": "Thư viện chưa có báo cáo nào. Hãy thêm báo cáo rồi hỏi lại.",
        "en": "The library holds no reports yet. Add some, then ask again.",
    },
    "not_found": {
        "vi": "Các báo cáo trong thư viện không nêu điều này.",
        "en": "The reports in the library do not say this.",
    },
    "other_period": {
        "vi": "Các báo cáo trong thư viện không nêu điều này cho thời gian được hỏi ({asked}). Thời gian có số liệu: {held}.",
        "en": "The reports in the library do not say this for the period asked about ({asked}). They hold it for: {held}.",
    },
    "other_place": {
        "vi": "Thư viện không có báo cáo nào nêu điều này về {asked}. Các nơi có báo cáo: {held}.",
        "en": "The library has no report that says this about {asked}. It holds reports on: {held}.",
    },
    "unclear": {
        "vi": "Câu hỏi chưa nêu rõ cần biết điều gì. Hãy nêu chỉ tiêu, nơi và năm, ví dụ "
              "“Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?”",
        "en": "The question does not say what to look for. Name the figure, the place and the year, as in "
              "“What share of households use clean water?”",
    },
    "empty": {
        "vi": "Câu hỏi đang trống. Hãy gõ điều cần hỏi.",
        "en": "The question is empty. Type what you want to know.",
    },
    "too_long": {
        "vi": "Câu hỏi quá dài. Hãy hỏi từng ý một, mỗi câu vài dòng là đủ.",
        "en": "The question is too long. Ask for one thing at a time, in a few lines.",
    },
}
_NEAREST = {
    "vi": " Dưới đây là các đoạn gần nhất, chưa phải câu trả lời.",
    "en": " The nearest passages are below; they are not an answer.",
}


def refusal_text(
    reason: RefusalReason, language: Language, question: Question | None, held: Sequence[Period | Place], *, nearest: bool
) -> tuple[str, tuple[str, ...]]:
    """The sentence for a refusal and the labels of what is held, at most eight."""
    labels = tuple(dict.fromkeys(h.label(language) for h in held))[-8:]
    asked = ""
    if question and reason == "other_period":
        asked = ", ".join(p.label(language) for p in question.periods)
    elif question and reason == "other_place":
        asked = ", ".join(p.label(language) for p in question.places)
    text = _REFUSALS[reason][language].format(asked=asked, held=", ".join(labels))
    return text + (_NEAREST[language] if nearest else ""), labels


def answer_text(question: Question, value: Value | None, *, marker: int, polarity: bool | None, indicator: str) -> str:
    """One short sentence with the value in bold and its marker."""
    vi = question.language == "vi"
    if polarity is not None:
        word = ("Có" if polarity else "Không") if vi else ("Yes" if polarity else "No")
        return f"**{word}**, theo báo cáo [{marker}]." if vi else f"**{word}**, according to the report [{marker}]."
    if value is None:
        return f"Báo cáo nêu như sau [{marker}]:" if vi else f"The report says [{marker}]:"
    if value.kind in ("name", "date", "place"):
        return f"Báo cáo ghi: **{value.shown}** [{marker}]." if vi else f"The report gives: **{value.shown}** [{marker}]."
    if value.kind == "text":
        return f"Báo cáo nêu: **{value.shown}** [{marker}]." if vi else f"The report says: **{value.shown}** [{marker}]."
    name = indicator[:1].upper() + indicator[1:] if indicator else ("Báo cáo nêu" if vi else "The report gives")
    of = ""
    if value.subject and value.kind == "percentage":
        of = f" {value.subject}" if vi else f" of {value.subject}"
    qualifiers = [FIGURES[question.language][value.figure]] if value.figure else []
    if value.period:
        label = value.period.label(question.language)
        qualifiers.append(("năm " + label) if vi and value.period.is_whole_year else label)
    if value.place:
        qualifiers.append(value.place.label(question.language))
    inside = f" ({', '.join(q for q in qualifiers if q)})" if any(qualifiers) else ""
    return f"{name}: **{value.shown}**{of}{inside} [{marker}]."


def subject_label(concept: str, glossary: Glossary, language: Language) -> str:
    """ "household" -> "households" / "số hộ"."""
    if concept in _SUBJECTS[language]:
        return _SUBJECTS[language][concept]
    known = glossary.concepts.get(concept)
    return known.terms(language)[0] if known else ""


def target_note(language: Language) -> str:
    """Said after a target that answers a question which did not ask for one."""
    return " Đây là chỉ tiêu, chưa phải kết quả." if language == "vi" else " This is a target, not a result."


def also_note(language: Language, reports: Sequence[ReportInfo]) -> str:
    """Said where the question left the place open and other reports answer it too: which, so that the reader can ask."""
    names = []
    for info in reports[:3]:
        parts = [info.place.label(language) if info.place else info.title, info.period.label(language) if info.period else ""]
        names.append(f"{parts[0]} ({parts[1]})" if parts[1] else parts[0])
    listed = "; ".join(names)
    if language == "vi":
        return f" Câu hỏi chưa nêu nơi; thư viện còn có số liệu của {listed}."
    return f" The question names no place; the library also has figures for {listed}."
