"""`report-assistant figures`: what the reports state of an indicator, one line a figure, disagreements told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.terminal import CommandError, Output

if TYPE_CHECKING:
    from index import Library, Period, Place
    from index.figures.record import Figure

KIND_NAMES = {
    "vi": {"actual": "kết quả", "plan": "kế hoạch", "estimate": "ước", "previous": "kỳ trước", "change": "thay đổi"},
    "en": {"actual": "result", "plan": "plan", "estimate": "estimate", "previous": "earlier", "change": "change"},
}


def show_figures(library: Library, query: str, out: Output, *, place: str, period: str, kind: str) -> None:
    """Raises CommandError for a period or kind that is none."""
    from index.figures.record import KINDS

    if kind and kind not in KINDS:
        raise CommandError(
            en=f"{kind}: no kind of figure. Give one of {', '.join(KINDS)}.",
            vi=f"{kind}: không phải loại số liệu. Hãy chọn một trong: {', '.join(KINDS)}.",
        )
    found = library.figures(
        query,
        place=_place(place),
        period=_period(period),
        kind=kind or None,
    )
    reports = {info.id: library.report(info.id) for info in library.reports() if any(f.report_id == info.id for f in found)}
    if out.as_json:
        out.json({"query": query, "figures": [figure_json(f, reports[f.report_id]) for f in found]})
        return
    for figure in found:
        out.text(_line(figure, reports[figure.report_id], out.language))
    _tell_disagreements(found, out)
    if not found:
        out.note(out.say(en="The reports state no figure for this.", vi="Các báo cáo không nêu số liệu nào về điều này."))


def figure_json(figure: Figure, report: Any) -> dict[str, Any]:
    """{report, source, page, start, end, text, value, unit, kind, indicator, period, place, quote}; numbers as strings, exact."""
    return {
        "report": figure.report_id, "source": report.source, "page": figure.page, "start": figure.start, "end": figure.end,
        "text": report.text[figure.start : figure.end], "value": str(figure.value),
        "of": None if figure.of is None else str(figure.of), "unit": figure.unit, "kind": figure.kind,
        "qualifier": figure.qualifier, "indicator": figure.indicator,
        "period": figure.period.label("en") if figure.period else None,
        "place": {"name": figure.place.name, "level": figure.place.level} if figure.place else None,
        "quote": report.text[figure.unit_start : figure.unit_end],
    }  # fmt: skip


def _line(figure: Figure, report: Any, language: str) -> str:
    when = figure.period.label(language) if figure.period else "–"
    where = figure.place.label(language) if figure.place else "–"
    quote = " ".join(report.text[figure.unit_start : figure.unit_end].split())
    page = "tr." if language == "vi" else "p."
    told = report.text[figure.start : figure.end]
    kind = KIND_NAMES[language][figure.kind]
    return f"{told}\t{kind}\t{when}\t{where}\t{report.name}, {page} {figure.page}\t{quote[:160]}"


def _tell_disagreements(found: list[Figure], out: Output) -> None:
    from assistant.compare import show, tables

    for table in tables(found):
        for cell in table.contradictions:
            values = ", ".join(dict.fromkeys(show(f, "vi" if out.language == "vi" else "en") for f in cell.figures))
            where = cell.place.label(out.language) if cell.place else "–"
            when = cell.period.label(out.language) if cell.period else "–"
            out.note(
                out.say(en=f"Different figures for {where}, {when}: {values}", vi=f"Số liệu khác nhau về {where}, {when}: {values}")
            )


def _place(text: str) -> Place | None:
    from index import Place
    from index.language import find_places

    if not text.strip():
        return None
    named = find_places(text)
    return named[0].place if named else Place(text.strip(), "other")


def _period(text: str) -> Period | None:
    from index.language import find_periods

    if not text.strip():
        return None
    named = find_periods(text)
    if not named:
        raise CommandError(
            en=f'{text}: no period. Give a year or a part of one, such as 2023 or "Q2 2023".',
            vi=f"{text}: không phải thời gian. Hãy ghi năm hoặc một phần năm, ví dụ 2023 hoặc “quý II/2023”.",
        )
    return named[0].period
