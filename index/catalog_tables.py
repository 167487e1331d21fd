"""The catalog's tables, and records as their rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import sqlalchemy as sql

from .forward import VERSION
from .records import Block, BlockKind, Cell, Detail, Origin, Period, Place, PlaceLevel, Report, ReportInfo, SumKind

TABLES = sql.MetaData()
meta = sql.Table("meta", TABLES, sql.Column("name", sql.Text, primary_key=True), sql.Column("value", sql.Integer, nullable=False))
reports = sql.Table(
    "reports",
    TABLES,
    sql.Column("id", sql.Text, primary_key=True),
    sql.Column("source_key", sql.Text, nullable=False, unique=True),
    sql.Column("content_hash", sql.Text, nullable=False, index=True),
    sql.Column("added", sql.Text, nullable=False),
    *(sql.Column(name, sql.Text, nullable=False) for name in ("title", "source", "name", "format", "language", "date", "issuer")),
    sql.Column("period", sql.Text),  # JSON [year, first month, last year, last month]
    sql.Column("place", sql.Text),  # JSON [name, level]
    sql.Column("pages", sql.Integer, nullable=False),
    sql.Column("characters", sql.Integer, nullable=False),
    sql.Column("notes", sql.Text, nullable=False),  # JSON list
    sql.Column("number", sql.Text, nullable=False),
    sql.Column("as_read", sql.Text, nullable=False),  # JSON [[field, value, origin's kind or "", start, end], …]
    sql.Column("edits", sql.Text, nullable=False),  # JSON [[field, value], …]
    sql.Column("scans", sql.Text, nullable=False),  # JSON {page: confidence} of the pages that were read by OCR
    sql.Column("text", sql.Text, nullable=False),
)
blocks = sql.Table(
    "blocks",
    TABLES,
    sql.Column("report_id", sql.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("kind", sql.Text, nullable=False),
    *(sql.Column(name, sql.Integer, nullable=False) for name in ("start", "end", "page", "level", "table")),
    sql.Column("cells", sql.Text, nullable=False),  # JSON [[start, end, header], …]
    sql.Column("sums", sql.Text, nullable=False),
    sqlite_with_rowid=False,
)
passages = sql.Table(
    "passages",
    TABLES,
    sql.Column("key", sql.Integer, primary_key=True),
    sql.Column("report_id", sql.ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    *(sql.Column(name, sql.Integer, nullable=False) for name in ("start", "end", "page")),
    sql.Column("heading", sql.Text, nullable=False),
    sql.Column("text", sql.Text, nullable=False),
    sql.Column("vector", sql.LargeBinary),  # float32, little-endian; NULL without an embedding model
)
manifest = sql.Table("manifest", TABLES, sql.Column("json", sql.Text, nullable=False))  # one row: manifest.py's record
figures = sql.Table(  # worked out when first asked for: a report's figures as figures/record.py writes them
    "figures",
    TABLES,
    sql.Column("report_id", sql.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    sql.Column("version", sql.Text, nullable=False),
    sql.Column("json", sql.Text, nullable=False),
)
forward = (
    sql.Table(  # forward.py: made with the passage, gone with it; absent or of another version, it is made anew for each question
        "forward",
        TABLES,
        sql.Column("key", sql.ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
        sql.Column("version", sql.Integer, nullable=False),
        *(sql.Column(name, sql.LargeBinary, nullable=False) for name in ("heading", "words", "sentences")),
    )
)
close = sql.Table(  # what was read of a passage closely (close_reading.py), some time after it was stored; gone with it
    "close",
    TABLES,
    sql.Column("key", sql.ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
    sql.Column("model", sql.Text, nullable=False, index=True),
    sql.Column("vector", sql.LargeBinary, nullable=False),  # float16 [d], little-endian
    sql.Column("sentences", sql.LargeBinary, nullable=False),  # int8 [n, d]: each as long as its largest number allows
)
sweep = sql.Table("sweep", TABLES, sql.Column("key", sql.Integer, primary_key=True))

INFO = [column for column in reports.columns if column.name not in ("text", "source_key")]
PASSAGE = [passages.c[name] for name in ("report_id", "start", "end", "text", "page", "heading")]
SIGNALS = (
    sql.select(
        passages.c.key,
        passages.c.report_id,
        reports.c.title,
        passages.c.vector,
        *(forward.c[name] for name in ("heading", "words", "sentences")),
    )
    .select_from(passages.join(reports).outerjoin(forward, (forward.c.key == passages.c.key) & (forward.c.version == VERSION)))
    .where(passages.c.key.in_(sql.bindparam("keys", expanding=True)))
)


def report_row(source_key: str, report: Report) -> dict[str, Any]:
    return info_row(report) | {"source_key": source_key, "text": report.text}


def info_row(report: ReportInfo) -> dict[str, Any]:
    row: dict[str, Any] = {column.name: getattr(report, column.name) for column in INFO}
    period, place = report.period, report.place
    row["period"] = None if period is None else json.dumps([period.year, period.first_month, period.last_year, period.last_month])
    row["place"] = None if place is None else json.dumps([place.name, place.level], ensure_ascii=False)
    row["notes"] = json.dumps(report.notes, ensure_ascii=False)
    row["scans"] = json.dumps({str(page): confidence for page, confidence in report.scans.items()})
    row["edits"] = json.dumps(report.edits, ensure_ascii=False)
    row["as_read"] = json.dumps([_detail_row(detail) for detail in report.as_read], ensure_ascii=False)
    return row


def _detail_row(detail: Detail) -> list[str | int]:
    origin = detail.origin
    return [detail.field, detail.value, *((origin.kind, origin.start, origin.end) if origin else ("", 0, 0))]


def _detail(row: Sequence[Any]) -> Detail:
    field, value, kind, start, end = row
    return Detail(field, value, Origin(kind, start, end) if kind else None)


def info_fields(row: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {column.name: getattr(row, column.name) for column in INFO}
    fields["period"] = None if row.period is None else Period(*json.loads(row.period))
    if row.place is not None:
        name, level = json.loads(row.place)
        fields["place"] = Place(name, cast(PlaceLevel, level))
    fields["notes"] = tuple(json.loads(row.notes))
    fields["scans"] = {int(page): float(confidence) for page, confidence in json.loads(row.scans or "{}").items()}
    fields["edits"] = tuple((name, value) for name, value in json.loads(row.edits or "[]"))
    fields["as_read"] = tuple(_detail(one) for one in json.loads(row.as_read or "[]"))
    return fields


def block_row(report_id: str, number: int, block: Block) -> Mapping[str, Any]:
    cells = json.dumps([[cell.start, cell.end, cell.header] for cell in block.cells], ensure_ascii=False)
    row = {name: getattr(block, name) for name in ("kind", "start", "end", "page", "level", "table", "sums")}
    return row | {"report_id": report_id, "number": number, "cells": cells}


def block_of(row: Any) -> Block:
    cells = tuple(Cell(*cell) for cell in json.loads(row.cells))
    return Block(cast(BlockKind, row.kind), row.start, row.end, row.page, row.level, row.table, cells, cast(SumKind, row.sums))


def vector_of(blob: bytes | None) -> np.ndarray | None:
    return None if blob is None else np.frombuffer(blob, "<f4")
