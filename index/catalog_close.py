"""What was read of passages closely (close_reading.py), in the catalog: beside the passage, and gone with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sql

from . import catalog_tables as tables
from .catalog import IN_LIMIT, Catalog
from .forward import Forward
from .records import Passage

COUNTER = "close"  # of what was read, among the numbers of `meta`


class Unread(NamedTuple):
    """A passage that is to be read closely, with its report's title and the sentences of its forward index."""

    key: int
    passage: Passage
    title: str
    forward: Forward


class CloseTable:
    """The table of one catalog. Reading is safe from any thread and process; the caller holds the writer's lock to keep."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def state(self) -> int:
        """Grows whenever something more was read closely."""
        with self._catalog.reading() as connection:
            return int(connection.execute(sql.select(tables.meta.c.value).where(tables.meta.c.name == COUNTER)).scalar() or 0)

    def count(self, model: str) -> int:
        """Passages read by this model."""
        with self._catalog.reading() as connection:
            return int(connection.execute(sql.select(sql.func.count()).where(tables.close.c.model == model)).scalar_one())

    def unread(self, model: str, limit: int, after: int = 0) -> list[Unread]:
        """Up to `limit` passages with keys above `after` that this model has not read, the oldest first."""
        joined = tables.passages.outerjoin(
            tables.close, (tables.close.c.key == tables.passages.c.key) & (tables.close.c.model == model)
        )
        chosen = (
            sql.select(tables.passages.c.key, *tables.PASSAGE)
            .select_from(joined)
            .where(tables.close.c.key.is_(None), tables.passages.c.key > after)
            .order_by(tables.passages.c.key)
            .limit(limit)
        )
        with self._catalog.reading() as connection:
            passages = {row.key: Passage(*row[1:]) for row in connection.execute(chosen)}
        held = self._catalog.signals(list(passages))
        return [Unread(key, passage, held[key].title, held[key].forward) for key, passage in passages.items() if key in held]

    def keys(self, model: str) -> dict[int, str]:
        """key -> report id of the passages read by this model."""
        chosen = (
            sql.select(tables.close.c.key, tables.passages.c.report_id)
            .select_from(tables.close.join(tables.passages, tables.close.c.key == tables.passages.c.key))
            .where(tables.close.c.model == model)
        )
        with self._catalog.reading() as connection:
            return {int(row.key): str(row.report_id) for row in connection.execute(chosen)}

    def rows(self, model: str, keys: Collection[int]) -> Iterator[tuple[int, bytes, bytes]]:
        """(key, vector, sentences) as they were kept, of those of the keys that were read by this model."""
        wanted = [int(key) for key in keys]
        columns = (tables.close.c.key, tables.close.c.vector, tables.close.c.sentences)
        for first in range(0, len(wanted), IN_LIMIT):
            chosen = tables.close.c.key.in_(wanted[first : first + IN_LIMIT]) & (tables.close.c.model == model)
            with self._catalog.reading() as connection:
                rows = connection.execute(sql.select(*columns).where(chosen)).all()
            yield from ((int(row.key), row.vector, row.sentences) for row in rows)

    def keep(self, model: str, rows: Sequence[tuple[int, bytes, bytes]]) -> None:
        """(key, vector, sentences) of passages read; those gone meanwhile are left out, and so is what another model had read."""
        with self._catalog.writing() as connection:
            chosen = sql.select(tables.passages.c.key).where(tables.passages.c.key.in_([key for key, _, _ in rows]))
            there = {row.key for row in connection.execute(chosen)}
            kept = [{"key": k, "model": model, "vector": v, "sentences": s} for k, v, s in rows if k in there]
            if kept:
                connection.execute(tables.close.delete().where(tables.close.c.key.in_(sorted(there))))
                connection.execute(tables.close.insert(), kept)
            connection.execute(sql.text("INSERT OR IGNORE INTO meta VALUES (:name, 0)"), {"name": COUNTER})
            connection.execute(tables.meta.update().where(tables.meta.c.name == COUNTER).values(value=tables.meta.c.value + 1))
