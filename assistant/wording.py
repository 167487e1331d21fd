"""What the assistant says, in both languages. Pure: no text of a report gets in here but values, which the screen escapes."""

from __future__ import annotations

from collections.abc import Sequence

from index import Language, ModelError, Period, Place, ReportInfo
from index.lexicon.glossary import Glossary

from .answers import RefusalReason, Value
from .question import Question
from .verify import Check

FIGURES = {
    "vi": {
        "result": "kết quả",
        "target": "chỉ tiêu",
        "estimate": "ước thực hiện",
        "previous": "số kỳ trước",
        "change": "mức thay đổi",
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
    if value.base:
        qualifiers = [f"so với {value.base}" if vi else f"compared with “{value.base}”"]
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


_FAULTS = {
    "vi": {
        "uncited": "câu không dẫn bằng chứng nào", "language": "câu không viết bằng tiếng Việt",
        "unsupported": "bằng chứng đã dẫn không nói điều này",
        "value": "bằng chứng đã dẫn không có “{text}”", "unit": "“{text}” sai đơn vị, bằng chứng ghi “{said}”",
        "period": "“{text}” không thuộc thời gian mà câu nêu", "place": "“{text}” không thuộc nơi mà câu nêu",
        "figure": "“{text}” không phải loại số mà câu nêu (kết quả, chỉ tiêu, ước tính hay mức thay đổi)",
        "direction": "“{text}” sai chiều tăng giảm", "subject": "“{text}” nói về đối tượng khác",
        "indicator": "“{text}” nói về chỉ tiêu khác", "date": "bằng chứng không có ngày “{text}”",
        "code": "bằng chứng không có số hiệu “{text}”",
    },
    "en": {
        "uncited": "the sentence cites no evidence", "language": "the sentence is not in English",
        "unsupported": "the cited evidence does not say this",
        "value": "the cited evidence does not have “{text}”", "unit": "“{text}” has the wrong unit, the evidence says “{said}”",
        "period": "“{text}” is not for the time the sentence names", "place": "“{text}” is not for the place the sentence names",
        "figure": "“{text}” is another kind of figure than the sentence says (result, target, estimate or change)",
        "direction": "“{text}” went the other way", "subject": "“{text}” is about somebody or something else",
        "indicator": "“{text}” is the figure of another indicator", "date": "the evidence does not have the date “{text}”",
        "code": "the evidence does not have the number “{text}”",
    },
}  # fmt: skip
_MODEL_NOTES = {
    "vi": {
        "failed": "Không dùng được mô hình, nên đây là câu trả lời trích thẳng từ báo cáo. {error}",
        "broken": "Mô hình dừng giữa chừng; chỉ những câu đã được kiểm tra ở lại. {error}",
        "refused": "Mô hình cho rằng bằng chứng không trả lời câu hỏi; đây là đoạn phù hợp nhất, trích thẳng từ báo cáo.",
        "empty": "Mô hình không viết gì, nên đây là câu trả lời trích thẳng từ báo cáo.",
        "rejected": "Câu trả lời của mô hình không khớp với bằng chứng, nên đây là câu trả lời trích thẳng từ báo cáo.",
        "overlong": "Mô hình viết quá dài, nên đây là câu trả lời trích thẳng từ báo cáo.",
        "no_room": "Bằng chứng không vừa với mô hình này, nên đây là câu trả lời trích thẳng từ báo cáo.",
        "cut": "Mô hình viết quá dài; phần sau đã được bỏ.",
    },
    "en": {
        "failed": "The model could not be used, so this answer is taken straight from the report. {error}",
        "broken": "The model broke off; only the sentences that had been checked are shown. {error}",
        "refused": "The model finds no answer in the evidence; this is the passage that fits best, taken straight from the report.",
        "empty": "The model wrote nothing, so this answer is taken straight from the report.",
        "rejected": "What the model wrote does not agree with the evidence, so this answer is taken straight from the report.",
        "overlong": "The model wrote too much, so this answer is taken straight from the report.",
        "no_room": "The evidence does not fit into this model, so this answer is taken straight from the report.",
        "cut": "The model wrote too much; the rest was left out.",
    },
}
_NO_EXTRACT = {
    "vi": {
        "failed": "Không dùng được mô hình. {error}",
        "refused": "",
        "other": "Câu trả lời của mô hình không dùng được nên không hiện ra.",
    },
    "en": {
        "failed": "The model could not be used. {error}",
        "refused": "",
        "other": "What the model wrote could not be used and is not shown.",
    },
}


def fault_text(fault: str, checks: Sequence[Check], language: Language) -> str:
    """What is wrong with a sentence, said to the model that is to mend it."""
    told = _FAULTS[language]
    if fault != "number":
        return told[fault]
    wrong = [check for check in checks if check.verdict not in ("match", "computed")]
    texts = [told.get(check.reason, told["value"]).format(text=check.text, said=check.said) for check in wrong]
    return "; ".join(dict.fromkeys(texts))


def model_note(kind: str, language: Language, error: ModelError | None = None, *, answered: bool = True) -> str:
    """Said to the reader where a model's answer is missing or shortened; `answered`: an extracted answer takes its place."""
    said = error.message(language) if error else ""
    notes = _MODEL_NOTES[language] if answered else _NO_EXTRACT[language]
    return notes.get(kind, notes.get("other", "")).format(error=said).strip()
