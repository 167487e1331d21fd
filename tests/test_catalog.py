from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sql

from index import Block, Cell, LibraryDamaged, Passage, Period, Place, Report, ReportNotFound
from index.catalog import Catalog, Entry
from index.catalog_file import translated
from index.forward import VERSION, forward_of

TEXT = "Báo cáo\n\nHộ nghèo | 2,1"


def make_report(report_id: str = "a1", **changes: object) -> Report:
    cells = (Cell(9, 17, ""), Cell(20, 23, "Năm 2022 / Thực hiện"))
    values: dict[str, object] = {
        "id": report_id, "title": "Báo cáo", "source": "/x/b.docx", "name": "b.docx", "format": "docx", "language": "vi",
        "date": "2022-12-28", "period": Period(2021, 1, 2025, 12), "place": Place("Hải Đông", "commune"), "issuer": "UBND xã",
        "pages": 4, "characters": len(TEXT), "content_hash": "ff" * 32, "added": "2026-01-01T00:00:00+00:00",
        "notes": ("Không có số trang.",), "text": TEXT,
        "blocks": (Block("title", 0, 7), Block("table_row", 9, 23, 2, 0, 1, cells)),
    }  # fmt: skip
    return Report(**(values | changes))  # type: ignore[arg-type]


def make_passages(report_id: str = "a1", count: int = 2) -> list[Passage]:
    return [Passage(report_id, 9 + i, 23, TEXT[9 + i : 23], 2, "I › II") for i in range(count)]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog.create(tmp_path / "catalog.sqlite")
    made.describe("{}", 4)
    yield made
    made.close()


def put(catalog: Catalog, report: Report, count: int = 2) -> range:
    keys = catalog.reserve(count)
    vectors = np.arange(count * 4, dtype=np.float32).reshape(count, 4)
    catalog.store([Entry("key:" + report.id, report, keys, make_passages(report.id, count), vectors)])
    return keys


def test_a_report_comes_back_as_it_was(catalog: Catalog) -> None:
    report = make_report()
    put(catalog, report)
    assert catalog.report("a1") == report
    assert [info.id for info in catalog.reports()] == ["a1"]
    assert catalog.find_source("key:a1") == catalog.find_content("ff" * 32) == catalog.find_id("a1") == catalog.reports()[0]
    assert catalog.find_source("a1") is catalog.find_content("00") is None
    bare = make_report("b2", period=None, place=None, notes=(), blocks=(), content_hash="00")
    put(catalog, bare)
    assert catalog.report("b2") == bare


def test_passages_by_key_and_in_order(catalog: Catalog) -> None:
    keys = put(catalog, make_report())
    assert catalog.report_passages("a1") == dict(zip(keys, make_passages(), strict=True))
    assert catalog.passages([keys[1], 999]) == {keys[1]: make_passages()[1]}
    assert catalog.passages([]) == {}
    assert catalog.counts() == (2, 2)
    [rows] = list(catalog.indexed())
    assert [row.key for row in rows] == list(keys)
    assert rows[1].vector is not None
    assert rows[1].vector.tolist() == [4, 5, 6, 7]
    assert (rows[0].title, rows[0].language) == ("Báo cáo", "vi")


def test_what_passages_are_scored_by(catalog: Catalog) -> None:
    keys = put(catalog, make_report())
    found = catalog.signals([*keys, 999])
    assert list(found) == list(keys)
    made = make_passages()[1]
    assert found[keys[1]][:3] == ("a1", "Báo cáo", forward_of("Báo cáo › I › II", made.text))
    assert found[keys[1]].vector is not None
    assert found[keys[1]].vector.tolist() == [4, 5, 6, 7]


def test_nothing_of_a_passage_stays_when_it_is_gone(catalog: Catalog) -> None:
    put(catalog, make_report())
    new = put(catalog, make_report())  # in place of itself
    with catalog.reading() as connection:
        assert [row.key for row in connection.execute(sql.text("SELECT key FROM forward"))] == list(new)
    catalog.remove("a1")
    with catalog.reading() as connection:
        assert connection.execute(sql.text("SELECT count(*) FROM forward")).scalar() == 0
    assert catalog.signals(new) == {}


@pytest.mark.parametrize("change", ["DROP TABLE forward", "UPDATE forward SET version = 0", "DELETE FROM forward"])
def test_a_catalog_whose_words_are_another_versions_gives_the_same(catalog: Catalog, tmp_path: Path, change: str) -> None:
    keys = put(catalog, make_report())
    expected = {key: one[:3] for key, one in catalog.signals(keys).items()}
    with catalog.writing() as connection:
        connection.execute(sql.text(change))
    opened = Catalog.open(tmp_path / "catalog.sqlite")
    assert {key: one[:3] for key, one in opened.signals(keys).items()} == expected
    with opened.replacing_passages() as replacer:
        again = replacer.replace("a1", make_passages(), None)
    with opened.reading() as connection:
        rows = connection.execute(sql.text("SELECT key, version FROM forward")).all()
    assert [tuple(row) for row in rows] == [(key, VERSION) for key in again]
    assert [one[:3] for one in opened.signals(again).values()] == list(expected.values())
    opened.close()


def test_many_keys_at_once(catalog: Catalog) -> None:
    keys = catalog.reserve(2500)
    catalog.store([Entry("k", make_report(), keys, [Passage("a1", 0, 7, "Báo cáo", 1)] * 2500, None)])
    assert len(catalog.passages(keys)) == 2500
    assert catalog.counts() == (2500, 0)
    assert [len(rows) for rows in catalog.indexed(1000)] == [1000, 1000, 500]


def test_keys_are_swept_unless_stored_and_never_used_twice(catalog: Catalog) -> None:
    lost = catalog.reserve(3)
    assert catalog.to_sweep() == list(lost)
    kept = put(catalog, make_report())
    assert catalog.to_sweep() == list(lost)
    again = put(catalog, make_report(title="Mới"), 1)
    assert catalog.to_sweep() == [*lost, *kept]
    catalog.swept()
    assert catalog.to_sweep() == []
    catalog.remove("a1")
    assert catalog.to_sweep() == list(again)
    assert min(put(catalog, make_report("c"))) > max(again)


def test_every_change_moves_the_generation(catalog: Catalog) -> None:
    seen = [catalog.generation()]
    for change in (
        lambda: put(catalog, make_report()),
        lambda: catalog.remove("a1"),
        catalog.swept,
        lambda: catalog.switch_copies(7),
    ):
        change()
        seen.append(catalog.generation())
    assert seen == sorted(set(seen))
    assert catalog.epoch() == 7


def test_remove_leaves_no_row_and_no_text(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, make_report(text=TEXT + " Bímật7", characters=31))
    catalog.remove("a1")
    catalog.shrink()
    assert catalog.counts() == (0, 0)
    catalog.close()
    for file in tmp_path.iterdir():
        assert "Bímật7".encode() not in file.read_bytes()
        assert "Hộ nghèo".encode() not in file.read_bytes()


def test_unknown_reports(catalog: Catalog) -> None:
    for ask in (catalog.report, catalog.remove, catalog.source_key):
        with pytest.raises(ReportNotFound, match="nope"):
            ask("nope")


def test_a_failed_store_changes_nothing(catalog: Catalog) -> None:
    put(catalog, make_report())
    keys = catalog.reserve(2)
    with pytest.raises(ValueError, match="zip"):
        catalog.store([Entry("key:a1", make_report(title="Mới"), keys, make_passages(count=1), None)])
    assert catalog.report("a1").title == "Báo cáo"
    assert len(catalog.report_passages("a1")) == 2


def test_replacing_all_passages_is_all_or_nothing(catalog: Catalog) -> None:
    old = put(catalog, make_report())
    with pytest.raises(KeyboardInterrupt), catalog.replacing_passages() as replacer:  # noqa: PT012
        replacer.replace("a1", make_passages(count=1), None)
        raise KeyboardInterrupt
    assert list(catalog.report_passages("a1")) == list(old)
    with catalog.replacing_passages() as replacer:
        new = replacer.replace("a1", make_passages(count=1), np.ones((1, 6), np.float32))
        replacer.switch_copies(2, "other", 6)
    assert list(catalog.report_passages("a1")) == list(new)
    assert (catalog.epoch(), catalog.dimension(), catalog.manifest(), catalog.to_sweep()) == (2, 6, "other", [])


def test_readers_go_on_while_one_writes(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, make_report())
    reader = Catalog.open(tmp_path / "catalog.sqlite")
    with catalog.replacing_passages() as replacer:
        replacer.replace("a1", make_passages(count=1), None)
        assert reader.counts() == (2, 2)
    assert reader.counts() == (1, 0)
    reader.close()


@pytest.mark.parametrize("content", [None, b"", b"no database, only words " * 50])
def test_a_file_that_is_no_catalog_is_damaged(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LibraryDamaged, match=r"catalog\.sqlite"):
        Catalog.open(path)


def test_a_truncated_catalog_is_damaged(catalog: Catalog, tmp_path: Path) -> None:
    for i in range(30):
        put(catalog, make_report(f"r{i}", text=TEXT * 400))
    assert catalog.problems() == []
    catalog.shrink()
    catalog.close()
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3 // 4096 * 4096])
    with pytest.raises(LibraryDamaged):
        Catalog.open(path).reports()


def test_a_full_disk_is_an_os_error(tmp_path: Path) -> None:
    full = sql.exc.OperationalError("INSERT", {}, Exception("database or disk is full"))
    with pytest.raises(OSError, match="full") as caught, translated(tmp_path):
        raise full
    assert caught.value.errno == errno.ENOSPC
