"""A report's details with where each was read: lines for the command line, a form for the reports panel. Pure.

title:   Báo cáo … năm 2022     in the text, page 1: “BÁO CÁO Kết quả …”
period:  2023                   set by you; the file says 2022
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from index.details import FIELDS, shown, with_edits
from index.records import FieldName, Language, Report
from ui.document import page_at
from ui.i18n import text
from ui.render import escape_html

QUOTE_CHARACTERS = 90


class DetailLine(NamedTuple):
    """A field's name and value for a reader, and where it was read ("" where there is no value)."""

    field: FieldName
    name: str
    value: str
    where: str


def detail_lines(report: Report, language: Language) -> list[DetailLine]:
    """Every field, in the order of `FIELDS`."""
    read = with_edits(report, {})
    lines = []
    for field in FIELDS:
        value, was = shown(field, report, language), shown(field, read, language)
        where = origin_text(report, field, language) if value else ""
        if any(name == field for name, _ in report.edits):
            where = text(language, "details.by_user_over" if was else "details.by_user", was=was)
        lines.append(DetailLine(field, text(language, f"details.{field}"), value, where))
    return lines


def origin_text(report: Report, field: FieldName, language: Language) -> str:
    """Where a field's value was read, in words."""
    origin = report.origin(field)
    if origin is None:
        return text(language, "details.unknown")
    if origin.kind == "user":
        return text(language, "details.by_user", was="")
    if origin.kind in ("property", "file_name"):
        return text(language, f"details.in_{origin.kind}", name=report.name)
    quote = " ".join(report.text[origin.start : origin.end].split())
    if not quote:
        return text(language, "details.counted_nowhere")
    quote = quote if len(quote) <= QUOTE_CHARACTERS else quote[: QUOTE_CHARACTERS - 1].rsplit(" ", 1)[0] + " …"
    return text(language, f"details.in_{origin.kind}", page=page_at(report, origin.start), quote=quote)


def details_form(report: Report, language: Language, typed: Mapping[str, str] | None = None, problem: str = "") -> str:
    """The form that changes a report's details. `typed` is shown again beside the `problem` it met."""

    def word(key: str) -> str:
        return escape_html(text(language, f"details.{key}"))

    given = typed or {}
    rows = []
    for line in detail_lines(report, language):
        identity = f"ra-field-{escape_html(report.id)}-{line.field}"
        value = escape_html(given.get(line.field, line.value))
        hint = escape_html(text(language, f"details.hint_{line.field}"))
        where = f'<span class="ra-where" id="{identity}-where">{escape_html(line.where)}</span>' if line.where else ""
        described = f' aria-describedby="{identity}-where"' if line.where else ""
        rows.append(
            f'<p class="ra-field"><label for="{identity}">{escape_html(line.name)}</label>'
            f'<input type="text" id="{identity}" data-field="{line.field}" value="{value}" data-was="{escape_html(line.value)}" '
            f'placeholder="{hint}" autocomplete="off"{described}>{where}</p>'
        )
    error = f'<p class="ra-problem" role="alert">{escape_html(problem)}</p>' if problem else ""
    return f"""<form class="ra-details" data-report="{escape_html(report.id)}" aria-label="{word("edit")}">{"".join(rows)}
<p class="ra-hint-small">{word("clear")}</p>{error}
<p class="ra-form-buttons"><button type="submit" class="ra-save">{word("save")}</button>
<button type="button" class="ra-cancel">{word("cancel")}</button></p></form>"""
