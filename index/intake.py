"""One file's bytes -> the report it is; and whether an upload is a new version of a stored report."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

from .details import read_details, with_edits
from .metadata import detect_metadata
from .read import Document
from .records import Report, ReportInfo
from .sources import SourceFile


def as_report(file: SourceFile, document: Document, content_hash: str) -> Report:
    """The report that a file was read as, with no id yet."""
    about = detect_metadata(document, file.name)
    return Report(
        id="",
        title=about.title,
        source=file.name if file.is_upload else file.key,
        name=file.name,
        format=document.format,
        language=about.language,
        date=about.date,
        period=about.period,
        place=about.place,
        issuer=about.issuer,
        number=about.number,
        as_read=read_details(about),
        pages=document.pages,
        characters=len(document.text),
        content_hash=content_hash,
        added=datetime.now(UTC).isoformat(timespec="seconds"),
        notes=tuple(document.notes),
        scans=dict(document.scans),
        text=document.text,
        blocks=tuple(document.blocks),
    )


def is_same_report(stored: Report, read: Report) -> bool:
    """Whether an upload of the same name is a new version of the stored report, not another commune's "baocao.docx".

    Title, place and period must agree; where no place is known, which would tell two communes apart, half of the blocks as well.
    """
    stored = with_edits(stored, {})  # what the user set since is not in either file
    if (stored.title, stored.place, stored.period) != (read.title, read.place, read.period):
        return False
    if read.place is not None:
        return True
    old, new = ({report.text[block.start : block.end] for block in report.blocks} for report in (stored, read))
    return 2 * len(old & new) >= len(new)


def info_of(report: Report) -> ReportInfo:
    """The report without its text."""
    return ReportInfo(**{field.name: getattr(report, field.name) for field in fields(ReportInfo)})
