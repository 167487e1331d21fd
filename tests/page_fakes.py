"""A library and an assistant small enough to read, for tests of the page: they satisfy what `ui` asks of the real ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant.answers import Answer, Citation, Evidence, Message, Refusal, Value
from index.details import with_edits, written
from index.errors import QuestionTooLong, ReportNotFound
from index.records import Block, Box, Cell, FieldName, PageView, Period, Place, Report, ReportInfo

CLEAN_WATER = "Tỷ lệ hộ dân sử dụng nước sạch đạt 85,1%, phấn đấu năm 2023 đạt 90%."
HOSTILE = (
    '<script>window.hacked=1</script> <img src=x onerror="window.hacked=1"> [bấm](http://outside.example/a) '
    "![](http://outside.example/b.png) {{7*7}} ${7*7} **đậm** http://outside.example/c"
)


def make_report(identity: str, title: str, lines: Sequence[tuple[str, str, int]], **more: object) -> Report:
    """A report from (kind, text, page) lines; rows are cells joined by " | "."""
    blocks, text = [], ""
    for kind, line, page in lines:
        text += "\n\n" if text else ""
        start, cells = len(text), []
        if kind.startswith("table"):
            at = start
            for cell in line.split(" | "):
                cells.append(Cell(at, at + len(cell)))
                at += len(cell) + 3
        text += line
        blocks.append(Block(kind, start, len(text), page, 1 if kind == "heading" else 0, int(bool(cells)), tuple(cells)))  # type: ignore[arg-type]
    facts: dict[str, object] = {
        "source": f"/reports/{identity}.txt",
        "name": f"{identity}.txt",
        "format": "txt",
        "language": "vi",
    } | more
    return Report(id=identity, title=title, text=text, blocks=tuple(blocks), pages=lines[-1][2], characters=len(text), **facts)  # type: ignore[arg-type]


def sample_reports() -> list[Report]:
    filler = [
        (
            "paragraph",
            f"Đoạn văn số {number} nói về công tác thường xuyên của xã trong năm, không có số liệu nào. " * 3,
            1 + number // 20,
        )
        for number in range(40)
    ]
    water = make_report(
        "water22",
        "Báo cáo kinh tế - xã hội năm 2022",
        [
            ("title", "Báo cáo kinh tế - xã hội năm 2022", 1),
            ("heading", "I. Kết quả", 1),
            *filler,
            ("heading", "II. Nước sạch", 3),
            ("paragraph", f"Công tác nước sạch được quan tâm. {CLEAN_WATER} Các thôn đều có điểm cấp nước.", 3),
            ("caption", "Bảng 1. Chỉ tiêu chủ yếu", 3),
            ("table_header", "Chỉ tiêu | Năm 2021 | Năm 2022", 3),
            ("table_row", "Hộ nghèo | 2,4% | 2,1%", 3),
            ("table_row", "Bảo hiểm y tế | 93,0% | 95,2%", 3),
            *[(kind, line, 4) for kind, line, _ in filler],
        ],
        period=Period(2022),
        place=Place("Hải Đông", "commune"),
    )
    hostile = make_report(
        "hostile",
        f"Báo cáo {HOSTILE}",
        [("title", f"Báo cáo {HOSTILE}", 1), ("paragraph", f"Số hộ là 12. {HOSTILE} Hết.", 1)],
        period=Period(2021),
    )
    numbered = [("paragraph", f"Câu số {number}. " + "Nội dung thường xuyên. " * 25, 1 + number // 5) for number in range(2000)]
    long = make_report("long", "Báo cáo dài", numbered, period=Period(2020))
    return [water, hostile, long]


class FakeLibrary:
    """Keeps reports in memory."""

    def __init__(self, directory: Path, reports: Sequence[Report] = ()) -> None:
        self.directory = directory
        self._reports = {report.id: report for report in reports}

    def reports(self) -> list[Report]:
        return list(self._reports.values())

    def report(self, id: str) -> Report:
        if id not in self._reports:
            raise ReportNotFound(id=id)
        return self._reports[id]

    def has_pages(self, report: ReportInfo) -> bool:
        return report.format == "pdf"

    def page(self, report_id: str, number: int = 0, *, start: int = 0, end: int = 0, value: tuple[int, int] = (0, 0)) -> PageView:
        boxes = (Box(0.1, 0.25, 0.9, 0.3),) if start < end and number in (0, 3) else ()
        return PageView(number or 3, self.report(report_id).pages, b"RIFF....WEBP", "image/webp", 620, 877, boxes)

    def set_details(self, report_id: str, changes: Mapping[FieldName, str]) -> None:
        report = self.report(report_id)
        edits = {**dict(report.edits), **{field: written(field, value) for field, value in changes.items()}}
        self._reports[report_id] = with_edits(report, edits)

    def remove(self, id: str) -> None:
        self.report(id)
        del self._reports[id]


class FakeAssistant:
    """Knows three questions: clean water, the poverty row, and the hostile report; refuses the rest."""

    def __init__(self, library: FakeLibrary) -> None:
        self.library = library
        self.asked: list[tuple[str, tuple[Message, ...], tuple[str, ...] | None]] = []

    def examples(self, language: str, limit: int = 4) -> list[str]:
        vi = ["Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?", "Tỷ lệ hộ nghèo năm 2022?", "Số hộ <b>là</b> bao nhiêu?"]
        en = ["What share of households use clean water?", "What is the poverty rate in 2022?", "How many <b>households</b>?"]
        return (vi if language == "vi" else en)[:limit]

    def stream(
        self, question: str, history: Sequence[Message] = (), *, reports: Sequence[str] | None = None
    ) -> Iterator[str | Answer]:
        self.asked.append((question, tuple(history), None if reports is None else tuple(reports)))
        if len(question) > 2000:
            raise QuestionTooLong(length=len(question), limit=2000)
        if question == "boom":
            raise RuntimeError("boom")
        vi = not re.search(r"\b(what|how|and|which)\b", question.lower())
        held = [report for report in self.library.reports() if reports is None or report.id in reports]
        cites = list(self._cites(question.lower(), held))
        if not cites:
            yield from self._refuse(question, vi, held)
            return
        value, sentence = self._value(cites[0], vi)
        yield from re.findall(r"\S+\s*", sentence)
        standalone = f"{history[0].text} {question}" if history and question.startswith("And") else question
        yield Answer(question, "vi" if vi else "en", sentence, value, tuple(cites), standalone=standalone, seconds=0.01)

    def _cites(self, question: str, held: Sequence[Report]) -> Iterator[Citation]:
        wanted = [("water22", CLEAN_WATER)] if "nước sạch" in question or "water" in question else []
        wanted += [("water22", "Hộ nghèo | 2,4% | 2,1%")] if "nghèo" in question or "poverty" in question or wanted else []
        wanted += [("long", "Câu số 1000.")] if "1000" in question else []
        wanted += [("hostile", f"Số hộ là 12. {HOSTILE} Hết.")] if "số hộ" in question or "how many" in question else []
        for marker, (identity, quote) in enumerate(wanted, 1):
            for report in held:
                if report.id == identity:
                    start = report.text.index(quote)
                    yield Citation(marker, identity, report.title, report.source, 3, start, start + len(quote), quote)

    def _value(self, cite: Citation, vi: bool) -> tuple[Value, str]:
        text = re.findall(r"\d[\d,]*%?", cite.quote)[-1 if "|" in cite.quote else 0]
        start = cite.start + (cite.quote.rindex(text) if "|" in cite.quote else cite.quote.index(text))
        shown = text if vi else text.replace(",", ".").replace("%", " %")
        value = Value(
            text,
            shown,
            start,
            start + len(text),
            "percentage",
            figure="result",
            subject="hộ dân" if vi else "households",
            period=Period(2022),
        )
        return value, f"Kết quả là **{shown}** [1]. Xem thêm [2]." if vi else f"The result is **{shown}** [1]. See also [2]."

    def _refuse(self, question: str, vi: bool, held: Sequence[Report]) -> Iterator[str | Answer]:
        message = "Các báo cáo không nêu điều này." if vi else "The reports do not say this."
        shown = []
        for report in held:
            block = report.blocks[-1]
            shown.append(
                Evidence(
                    report.id,
                    block.start,
                    block.end,
                    report.text[block.start : block.end],
                    block.page,
                    "",
                    report.title,
                    report.source,
                    0.2,
                )
            )
        yield message
        yield Answer(question, "vi" if vi else "en", message, None, (), tuple(shown), Refusal("not_found", message), question)
