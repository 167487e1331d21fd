"""The truth of a library: reports, blocks and passages with vectors, in one SQLite file. The word and vector indexes are copies.

Passages have integer keys that are never used twice. A change goes through three transactions:

    reserve   new keys, listed in `sweep` (keys that must leave the copies) before any copy holds them
    store     the report, its passages, keys out of `sweep`, the old passages' keys into it, generation + 1   <- now it is so
    swept     the copies no longer hold the keys in `sweep`, generation + 1

so that a crash anywhere leaves the state before or after, and whoever writes next sweeps the rest from the copies.
Readers compare `generation` and open their copies again when it moved; `epoch` names the folders of the copies in use.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sql
from sqlalchemy.engine import Connection, Engine

from . import catalog_tables as tables
from .catalog_file import damaged, engine_of, translated
from .errors import ReportNotFound
from .forward import VERSION, Forward, forward_of
from .records import Language, Passage, Report, ReportInfo
from .split import PATH

IN_LIMIT = 900  # SQLite took at most 999 bound values in its older versions


class Indexed(NamedTuple):
    """A passage as the copies need it. `vector`: float32 [d], None without a model; `title` and `language` are the report's."""

    key: int
    passage: Passage
    vector: np.ndarray | None
    title: str
    language: Language


class Signals(NamedTuple):
    """What a passage is scored by. `title`: its report's; `vector`: float32 [d], None without a model."""

    report_id: str
    title: str
    forward: Forward
    vector: np.ndarray | None


class Entry(NamedTuple):
    """A report to store, its passages under their reserved keys. `vectors`: float32 [len(passages), d], None without a model."""

    source_key: str
    report: Report
    keys: Sequence[int]
    passages: Sequence[Passage]
    vectors: np.ndarray | None


class Catalog:
    """One SQLite file. Reading is safe from any thread and process; the caller holds the writer's lock to write."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self._path = path
        self._engine = engine

    @classmethod
    def create(cls, path: Path) -> Catalog:
        """A new catalog, to be described before it is used; one that is there already is left as it is."""
        catalog = cls(path, engine_of(path))
        with catalog.writing() as connection:
            tables.TABLES.create_all(connection)
            for name in ("generation", "epoch", "next_key", "dimension"):
                connection.execute(sql.text("INSERT OR IGNORE INTO meta VALUES (:name, 1)"), {"name": name})
        return catalog

    @classmethod
    def open(cls, path: Path) -> Catalog:
        """Raises LibraryDamaged where the file is missing, or is no catalog."""
        if not path.is_file():
            raise damaged(path, "the file is missing")
        catalog = cls(path, engine_of(path))
        try:
            catalog.generation()  # the first page and the schema are read here
            catalog._add_columns()
        except BaseException:
            catalog.close()
            raise
        return catalog

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """For a look at the tables. Raises LibraryDamaged, LibraryLocked, or OSError where the disk is full."""
        with translated(self._path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, under the writer's lock; raises the same."""
        with translated(self._path), self._engine.begin() as connection:
            yield connection

    # What changed

    def generation(self) -> int:
        """Grows with every change that readers should notice."""
        return self._number("generation")

    def epoch(self) -> int:
        """The number of the folders that hold the copies in use."""
        return self._number("epoch")

    def dimension(self) -> int:
        """Floats a vector; 0 for a library without an embedding model."""
        return self._number("dimension")

    def manifest(self) -> str:
        """How the passages and vectors in here were made, as JSON: changes in one transaction with them."""
        with self.reading() as connection:
            text = connection.execute(sql.select(tables.manifest.c.json)).scalar()
        if text is None:
            raise damaged(self._path, "it does not say how it was built")
        return str(text)

    # Reports

    def reports(self) -> list[ReportInfo]:
        """All reports, by name, then id."""
        with self.reading() as connection:
            rows = connection.execute(sql.select(*tables.INFO).order_by(tables.reports.c.name, tables.reports.c.id)).all()
        return [ReportInfo(**tables.info_fields(row)) for row in rows]

    def report(self, report_id: str) -> Report:
        """Raises ReportNotFound."""
        with self.reading() as connection:
            row = connection.execute(
                sql.select(*tables.INFO, tables.reports.c.text).where(tables.reports.c.id == report_id)
            ).first()
            blocks = connection.execute(
                sql.select(tables.blocks).where(tables.blocks.c.report_id == report_id).order_by(tables.blocks.c.number)
            ).all()
        if row is None:
            raise ReportNotFound(id=report_id)
        return Report(**tables.info_fields(row), text=row.text, blocks=tuple(tables.block_of(block) for block in blocks))

    def find_source(self, source_key: str) -> ReportInfo | None:
        return self._find(tables.reports.c.source_key == source_key)

    def find_content(self, content_hash: str) -> ReportInfo | None:
        return self._find(tables.reports.c.content_hash == content_hash)

    def find_id(self, report_id: str) -> ReportInfo | None:
        return self._find(tables.reports.c.id == report_id)

    def contents(self) -> set[str]:
        """The content hashes of all reports."""
        with self.reading() as connection:
            return {str(row.content_hash) for row in connection.execute(sql.select(tables.reports.c.content_hash))}

    def figures(self, report_id: str, version: str) -> str:
        """What `keep_figures` kept for the report under this version; "" where it kept nothing."""
        chosen = sql.select(tables.figures.c.json).where(
            tables.figures.c.report_id == report_id, tables.figures.c.version == version
        )
        with self.reading() as connection:
            if not sql.inspect(connection).has_table("figures"):  # a catalog of an older version
                return ""
            return str(connection.execute(chosen).scalar() or "")

    def keep_figures(self, report_id: str, version: str, text: str) -> None:
        """Under the writer's lock. A report that is gone meanwhile keeps none."""
        with self.writing() as connection:
            tables.figures.create(connection, checkfirst=True)
            connection.execute(tables.figures.delete().where(tables.figures.c.report_id == report_id))
            if connection.execute(sql.select(tables.reports.c.id).where(tables.reports.c.id == report_id)).first():
                connection.execute(tables.figures.insert(), {"report_id": report_id, "version": version, "json": text})

    def source_key(self, report_id: str) -> str:
        """Raises ReportNotFound."""
        with self.reading() as connection:
            key = connection.execute(sql.select(tables.reports.c.source_key).where(tables.reports.c.id == report_id)).scalar()
        if key is None:
            raise ReportNotFound(id=report_id)
        return str(key)

    # Passages

    def passages(self, keys: Collection[int]) -> dict[int, Passage]:
        """The passages with these keys; keys that are gone are left out."""
        found: dict[int, Passage] = {}
        wanted = [int(key) for key in keys]
        with self.reading() as connection:
            for first in range(0, len(wanted), IN_LIMIT):
                chosen = tables.passages.c.key.in_(wanted[first : first + IN_LIMIT])
                for row in connection.execute(sql.select(tables.passages.c.key, *tables.PASSAGE).where(chosen)):
                    found[row.key] = Passage(*row[1:])
        return found

    def signals(self, keys: Collection[int]) -> dict[int, Signals]:
        """What the passages with these keys are scored by; keys that are gone are left out."""
        found: dict[int, Signals] = {}
        wanted = [int(key) for key in keys]
        with self.reading() as connection:
            for first in range(0, len(wanted), IN_LIMIT):
                for row in connection.execute(tables.SIGNALS, {"keys": wanted[first : first + IN_LIMIT]}):
                    made = Forward(*row[4:]) if row.words is not None else self._forward(connection, row.key)
                    found[row.key] = Signals(row.report_id, row.title, made, tables.vector_of(row.vector))
        return found

    def report_passages(self, report_id: str) -> dict[int, Passage]:
        """A report's passages by key, in reading order."""
        statement = (
            sql.select(tables.passages.c.key, *tables.PASSAGE)
            .where(tables.passages.c.report_id == report_id)
            .order_by(tables.passages.c.start)
        )
        with self.reading() as connection:
            return {row.key: Passage(*row[1:]) for row in connection.execute(statement)}

    def indexed(self, batch: int = 500) -> Iterator[list[Indexed]]:
        """Every passage as the copies need it, by key, `batch` at a time."""
        last = 0
        joined = tables.passages.join(tables.reports, tables.passages.c.report_id == tables.reports.c.id)
        columns = [
            tables.passages.c.key,
            *tables.PASSAGE,
            tables.passages.c.vector,
            tables.reports.c.title,
            tables.reports.c.language,
        ]
        while True:
            statement = (
                sql.select(*columns)
                .select_from(joined)
                .where(tables.passages.c.key > last)
                .order_by(tables.passages.c.key)
                .limit(batch)
            )
            with self.reading() as connection:
                rows = connection.execute(statement).all()
            if not rows:
                return
            yield [Indexed(row.key, Passage(*row[1:7]), tables.vector_of(row.vector), row.title, row.language) for row in rows]
            last = rows[-1].key

    def report_vectors(self, report_id: str) -> list[np.ndarray | None]:
        """float32 [d] of each of a report's passages, in reading order; None without a model."""
        statement = (
            sql.select(tables.passages.c.vector).where(tables.passages.c.report_id == report_id).order_by(tables.passages.c.start)
        )
        with self.reading() as connection:
            return [tables.vector_of(row.vector) for row in connection.execute(statement)]

    def counts(self) -> tuple[int, int]:
        """Passages, and those of them with a vector."""
        with self.reading() as connection:
            row = connection.execute(
                sql.select(sql.func.count(), sql.func.count(tables.passages.c.vector)).select_from(tables.passages)
            ).one()
        return int(row[0]), int(row[1])

    # Writing, under the writer's lock

    def describe(self, manifest: str, dimension: int) -> None:
        """How a new catalog's passages and vectors (floats each; 0: none) will be made."""
        with self.writing() as connection:
            _describe(connection, manifest, dimension)

    def reserve(self, count: int) -> range:
        """`count` new keys, to be swept from the copies unless `store` takes them over."""
        with self.writing() as connection:
            first = int(connection.execute(sql.select(tables.meta.c.value).where(tables.meta.c.name == "next_key")).scalar_one())
            keys = range(first, first + count)
            connection.execute(tables.meta.update().where(tables.meta.c.name == "next_key").values(value=keys.stop))
            if count:
                connection.execute(tables.sweep.insert(), [{"key": key} for key in keys])
        return keys

    def store(self, entries: Sequence[Entry]) -> None:
        """Put each report in place of its old self (same id), all in one step."""
        with self.writing() as connection:
            for entry in entries:
                report = entry.report
                self._delete(connection, report.id)
                connection.execute(tables.reports.insert(), tables.report_row(entry.source_key, report))
                if report.blocks:
                    connection.execute(
                        tables.blocks.insert(), [tables.block_row(report.id, i, block) for i, block in enumerate(report.blocks)]
                    )
                self._insert_passages(connection, report.title, entry.keys, entry.passages, entry.vectors)
            self._bump(connection)

    def describe_report(self, info: ReportInfo) -> None:
        """Change what is said of a report; its text, blocks and passages stay. Raises ReportNotFound."""
        row = tables.info_row(info)
        with self.writing() as connection:
            changed = connection.execute(tables.reports.update().where(tables.reports.c.id == info.id).values(row))
            if not changed.rowcount:
                raise ReportNotFound(id=info.id)
            self._bump(connection)

    def remove(self, report_id: str) -> None:
        """Raises ReportNotFound."""
        with self.writing() as connection:
            if not self._delete(connection, report_id):
                raise ReportNotFound(id=report_id)
            self._bump(connection)

    def to_sweep(self) -> list[int]:
        """Keys that the copies must not hold."""
        with self.reading() as connection:
            return [int(row.key) for row in connection.execute(sql.select(tables.sweep.c.key).order_by(tables.sweep.c.key))]

    def swept(self) -> None:
        """The copies no longer hold any key in `sweep`."""
        with self.writing() as connection:
            connection.execute(tables.sweep.delete())
            self._bump(connection)

    def switch_copies(self, epoch: int) -> None:
        """From now on the copies in the folders numbered `epoch` are in use; they hold the catalog's passages and no other."""
        with self.writing() as connection:
            connection.execute(tables.meta.update().where(tables.meta.c.name == "epoch").values(value=epoch))
            connection.execute(tables.sweep.delete())
            self._bump(connection)

    @contextmanager
    def replacing_passages(self) -> Iterator[PassageReplacer]:
        """One transaction that gives reports new passages: nothing of it is seen, or remains, unless the block ends well."""
        with self.writing() as connection:
            yield PassageReplacer(self, connection)

    def shrink(self) -> None:
        """Fold the write-ahead log into the file, so that no removed text stays in it."""
        with translated(self._path), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def problems(self) -> list[str]:
        """What SQLite's own check finds wrong; empty when the file is whole. Reads the whole file."""
        with self.reading() as connection:
            rows = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
        return [] if rows == ["ok"] else rows

    # Inside

    def _add_columns(self) -> None:
        """Give a catalog of an older version the columns that came since: empty, as if nothing had been known."""
        if not self._lacking() and self._has_all_tables():
            return
        with translated(self._path), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # another process may be doing the same
            for table in (tables.forward, tables.close):
                table.create(connection, checkfirst=True)
            for table, column in self._lacking(connection):
                zero = "''" if isinstance(column.type, sql.Text) else "0"
                kind = column.type.compile(self._engine.dialect)
                filled = "" if column.nullable else f" NOT NULL DEFAULT {zero}"
                connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}{filled}')
            connection.exec_driver_sql("COMMIT")

    def _has_all_tables(self) -> bool:
        with self.reading() as connection:
            held = sql.inspect(connection)
            return held.has_table("forward") and held.has_table("close")

    def _lacking(self, connection: Connection | None = None) -> list[tuple[sql.Table, sql.Column[Any]]]:
        """Columns of ours that the file does not have, of the tables it has."""
        with nullcontext(connection) if connection else self.reading() as open_connection:
            lacking = []
            for table in tables.TABLES.tables.values():
                held = {row[1] for row in open_connection.exec_driver_sql(f'PRAGMA table_info("{table.name}")')}
                lacking += [(table, column) for column in table.columns if held and column.name not in held]
        return lacking

    def _forward(self, connection: Connection, key: int) -> Forward:
        """Of a passage stored by an older version."""
        joined = tables.passages.join(tables.reports, tables.passages.c.report_id == tables.reports.c.id)
        columns = (tables.reports.c.title, tables.passages.c.heading, tables.passages.c.text)
        row = connection.execute(sql.select(*columns).select_from(joined).where(tables.passages.c.key == key)).one()
        return forward_of(titled(row.title, row.heading), row.text)

    def _delete(self, connection: Connection, report_id: str) -> bool:
        keys = sql.select(tables.passages.c.key).where(tables.passages.c.report_id == report_id)
        connection.execute(tables.sweep.insert().from_select(["key"], keys))
        return bool(connection.execute(tables.reports.delete().where(tables.reports.c.id == report_id)).rowcount)

    def _insert_passages(
        self, connection: Connection, title: str, keys: Sequence[int], passages: Sequence[Passage], vectors: np.ndarray | None
    ) -> None:
        if not passages:
            return
        blobs = [None] * len(passages) if vectors is None else [row.tobytes() for row in np.asarray(vectors, "<f4")]
        rows = [
            {
                "key": key,
                "report_id": p.report_id,
                "start": p.start,
                "end": p.end,
                "text": p.text,
                "page": p.page,
                "heading": p.heading,
                "vector": v,
            }
            for key, p, v in zip(keys, passages, blobs, strict=True)
        ]
        connection.execute(tables.passages.insert(), rows)
        made = [(key, forward_of(titled(title, p.heading), p.text)) for key, p in zip(keys, passages, strict=True)]
        connection.execute(tables.forward.insert(), [{"key": key, "version": VERSION} | asdict(one) for key, one in made])
        connection.execute(tables.sweep.delete().where(tables.sweep.c.key.between(keys[0], keys[-1])))

    def _bump(self, connection: Connection) -> None:
        connection.execute(tables.meta.update().where(tables.meta.c.name == "generation").values(value=tables.meta.c.value + 1))

    def _find(self, condition: sql.ColumnElement[bool]) -> ReportInfo | None:
        with self.reading() as connection:
            row = connection.execute(sql.select(*tables.INFO).where(condition).order_by(tables.reports.c.added)).first()
        return None if row is None else ReportInfo(**tables.info_fields(row))

    def _number(self, name: str) -> int:
        with self.reading() as connection:
            value = connection.execute(sql.select(tables.meta.c.value).where(tables.meta.c.name == name)).scalar()
        if value is None:
            raise damaged(self._path, f"it does not say its {name}")
        return int(value)


class PassageReplacer:
    """Inside `Catalog.replacing_passages`: the keys of one report's new passages, in the order of `passages`."""

    def __init__(self, catalog: Catalog, connection: Connection) -> None:
        self._catalog = catalog
        self._connection = connection

    def replace(self, report_id: str, passages: Sequence[Passage], vectors: np.ndarray | None) -> range:
        """Swap a report's passages and vectors; returns the new keys."""
        read_next = sql.select(tables.meta.c.value).where(tables.meta.c.name == "next_key")
        first = int(self._connection.execute(read_next).scalar_one())
        keys = range(first, first + len(passages))
        self._connection.execute(tables.meta.update().where(tables.meta.c.name == "next_key").values(value=keys.stop))
        self._connection.execute(tables.passages.delete().where(tables.passages.c.report_id == report_id))
        title = self._connection.execute(sql.select(tables.reports.c.title).where(tables.reports.c.id == report_id)).scalar_one()
        self._catalog._insert_passages(self._connection, title, keys, passages, vectors)
        return keys

    def switch_copies(self, epoch: int, manifest: str, dimension: int) -> None:
        """As `Catalog.switch_copies`, in this transaction, with how the new passages and vectors were made."""
        _describe(self._connection, manifest, dimension)
        self._connection.execute(tables.meta.update().where(tables.meta.c.name == "epoch").values(value=epoch))
        self._connection.execute(tables.sweep.delete())
        self._catalog._bump(self._connection)


def titled(title: str, heading: str) -> str:
    """A report's title is searched as the first heading of its passages: there stand the place and the year."""
    return PATH.join(part for part in (title, heading) if part)


def _describe(connection: Connection, manifest: str, dimension: int) -> None:
    connection.execute(tables.manifest.delete())
    connection.execute(tables.manifest.insert(), {"json": manifest})
    connection.execute(tables.meta.update().where(tables.meta.c.name == "dimension").values(value=dimension))
