"""What reading costs beside the bare library on the same files, and the memory it needs: `python -m eval.read_benchmarks`.

Ours gives blocks, tables with header paths, offsets and repaired text; the bare library gives all its words and cells, in order,
which is the least a reader does: pypdfium2 each page's text, python-docx the paragraphs and the tables' cells, openpyxl and xlrd
the values of each cell, python-pptx the text of each shape. Three ratios to the bare library, which reads them in this process one
after the other; medians of turns that all take one after the other:

    processor   seconds of the processor, ours in this process as well
    alone       seconds on the clock, ours as a library reads one file (index/reading.py): handed to a process of its own, which
                shares the pages of a PDF file and the sheets of an .xls workbook with another, the document handed back; then the
                next file. `all` are the processor seconds of both processes
    batch       seconds on the clock, ours as a library reads files added together (index/reading_ahead.py): two at a time, each by
                one process

A ratio on the clock means nothing while other programs want the cores; the load is printed.

Memory is the largest resident set of a process that reads one file and ends, and of each process it started.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from eval.formats import shared_folder
from eval.make_samples import Part
from eval.report_files import make
from eval.versions import commit_and_dirty, package_versions
from index.errors import ReportsError
from index.read import LARGEST, ocr, read_bytes
from index.read.ahead import in_processes
from index.reading import Reader
from index.reading_ahead import Handed, Readers

RESULTS = Path(__file__).parent / "results" / "read_benchmarks.json"
BAR, MEMORY_BAR = 1.5, 600  # times the bare library; MB
SHEET_ROWS = 90_000  # of the made workbook: 14 columns, 1.26 million cells, 50 MB packed
PDF_OF_PAGES = "gso_population_projection_2009-2049_en.pdf"  # 259 pages


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, medians over `turns`, for all `files` of a kind together; smaller is better. `ours`, `bare`: of the processor."""

    kind: str
    files: int
    megabytes: float
    turns: int
    ours: float
    bare: float
    alone: float
    all_processes: float
    batch: float
    wall_bare: float
    library: str

    @property
    def ratio(self) -> float:
        return self.ours / self.bare

    @property
    def alone_ratio(self) -> float:
        return self.alone / self.wall_bare

    @property
    def batch_ratio(self) -> float:
        return self.batch / self.wall_bare

    def line(self) -> str:
        ratios = {"processor": self.ratio, "alone": self.alone_ratio, "batch": self.batch_ratio}
        over = "".join(f"  {name} over {BAR}" for name, ratio in ratios.items() if ratio > BAR)
        sizes = f"{self.kind:6} {self.files:5} {self.megabytes:6.1f}"
        processor = f"{self.ours:7.3f} {self.bare:7.3f} {self.ratio:6.2f}"
        alone = f"{self.alone:7.3f} {self.alone_ratio:6.2f} {self.all_processes:7.3f}"
        batch = f"{self.batch:7.3f} {self.batch_ratio:6.2f}"
        return f"{sizes} |{processor} |{self.wall_bare:7.3f} |{alone} |{batch} | {self.library}{over}"


HEAD = (
    f"{'':19} |{'processor s':^22} |{'clock s':7} |{'alone':^22} |{'batch':^14} |\n"
    f"{'format':6} {'files':>5} {'MB':>6} |{'ours':>7} {'bare':>7} {'ratio':>6} |{'bare':>7} |{'ours':>7} {'ratio':>6} {'all':>7} "
    f"|{'ours':>7} {'ratio':>6} | bare library"
)


@dataclass(frozen=True, slots=True)
class Memory:
    """`megabytes`: the largest resident sets while one file was read, interpreter and libraries included; what processes share is
    counted for each."""

    file: str
    size: float
    megabytes: float
    seconds: float

    def line(self) -> str:
        over = "" if self.megabytes <= MEMORY_BAR else f"  over {MEMORY_BAR}"
        return f"{self.file:44} {self.size:6.1f} MB file {self.megabytes:7.0f} MB peak {self.seconds:7.1f} s{over}"


# --- the bare libraries -------------------------------------------------------------------------------------------------------


def bare_pdf(data: bytes) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    size = 0
    for number in range(len(document)):
        page = document[number]
        words = page.get_textpage()
        size += len(words.get_text_bounded())
        words.close()
        page.close()
    document.close()
    return size


def bare_docx(data: bytes) -> int:
    import docx
    from docx.table import Table

    size = 0
    for part in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(part, Table):
            size += sum(len(cell.text) for row in part.rows for cell in row.cells)
        else:
            size += len(part.text)
    return size


def bare_xlsx(data: bytes) -> int:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), data_only=True)
    return sum(len(str(value)) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value is not None)


def bare_xls(data: bytes) -> int:
    import xlrd

    book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    return sum(len(str(value)) for sheet in book.sheets() for number in range(sheet.nrows) for value in sheet.row_values(number))


def bare_pptx(data: bytes) -> int:
    import pptx

    size = 0
    for slide in pptx.Presentation(io.BytesIO(data)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                size += len(shape.text_frame.text)
            elif shape.has_table:
                size += sum(len(cell.text) for row in shape.table.rows for cell in row.cells)
    return size


BARE: dict[str, tuple[str, Callable[[bytes], int]]] = {
    "pdf": ("pypdfium2", bare_pdf),
    "docx": ("python-docx", bare_docx),
    "xlsx": ("openpyxl", bare_xlsx),
    "xls": ("xlrd", bare_xls),
    "pptx": ("python-pptx", bare_pptx),
}


# --- files --------------------------------------------------------------------------------------------------------------------


def long_report(sections: int = 60) -> list[Part]:
    """A report of many sections, each with sentences and a table of twenty rows."""
    made: list[Part] = [(1, "Báo cáo kinh tế - xã hội năm 2022")]
    for number in range(1, sections + 1):
        made.append((2, f"{number}. Lĩnh vực số {number}"))
        for line in range(20):
            made.append(
                (0, f"Năm 2022, thôn số {line} có {number * line} hộ, đạt {line},{number}% kế hoạch, tăng 12,5% so với cùng kỳ.")
            )
        header = ["Chỉ tiêu", "Đơn vị", "Kế hoạch", "Thực hiện", "So sánh"]
        made.append([header, *([f"Chỉ tiêu {row}", "hộ", f"{row * 7},5", f"{row * number}", f"{row}%"] for row in range(20))])
    return made


def large_workbook(path: Path, rows: int = SHEET_ROWS) -> None:
    """A workbook of one sheet: a name that packs badly and thirteen figures a row."""
    chance = random.Random(7)
    main, package = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheet_kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = (
        f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        f'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{sheet_kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_kind}.worksheet+xml"/></Types>'
    )
    relations = f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{{}}" Target="{{}}"/></Relationships>'
    head = f'<worksheet xmlns="{main}"><sheetData>'
    book = f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Biểu 1" sheetId="1" r:id="r1"/></sheets></workbook>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", kinds)
        archive.writestr("_rels/.rels", relations.format(f"{office}/officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", relations.format(f"{office}/worksheet", "worksheets/sheet1.xml"))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(head.encode())
            for number in range(rows):
                name = f"Thôn {number} {chance.randbytes(370).hex()}" if number else "Tên đơn vị"
                figures = "".join(
                    f"<c><v>{chance.randrange(10**9)}</v></c>"
                    if number
                    else f'<c t="inlineStr"><is><t>Năm {2008 + at}</t></is></c>'
                    for at in range(13)
                )
                sheet.write(f'<row><c t="inlineStr"><is><t>{name}</t></is></c>{figures}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def files_of(kind: str, shared: Path) -> list[tuple[str, bytes]]:
    """The shared reports of a format, and one of our own making."""
    found = [path for path in sorted((shared / "reports").rglob(f"*.{kind}")) if path.is_file()] if shared.is_dir() else []
    files = [(path.name, path.read_bytes()) for path in found[:12]]
    if kind in ("docx", "pdf", "xlsx", "pptx"):
        files.append((f"made.{kind}", make(kind, long_report())))
    return files


# --- measuring ----------------------------------------------------------------------------------------------------------------


def timings(kinds: Sequence[str], shared: Path, turns: int) -> Iterator[Timing]:
    """Each kind's files, ours and the bare library in turn; the first turn, which loads the libraries, does not count.

    OCR is off, as the bare library has none: pages without a usable text layer cost what finding that out costs.
    """
    with patch.object(ocr, "find_tesseract", return_value=None), patch.dict(os.environ, PATH=""):
        yield from _timings(kinds, shared, turns)


def _timings(kinds: Sequence[str], shared: Path, turns: int) -> Iterator[Timing]:
    for kind in kinds:
        library, bare = BARE[kind]
        files = files_of(kind, shared)
        if not files:
            continue
        spent: dict[str, list[float]] = {"ours": [], "bare": []}
        for turn in range(turns + 1):
            for side in ("ours", "bare") if turn % 2 else ("bare", "ours"):
                started = time.process_time()
                for name, data in files:
                    _ = read_bytes(data, name=name) if side == "ours" else bare(data)
                if turn:
                    spent[side].append(time.process_time() - started)
        size = sum(len(data) for _, data in files) / 1e6
        ours, other = (statistics.median(spent[side]) for side in ("ours", "bare"))
        clock = _on_the_clock(files, bare, turns)
        yield Timing(kind, len(files), round(size, 2), turns, round(ours, 4), round(other, 4), *clock, library)


class _Clock(NamedTuple):
    """Seconds; `all_processes` of the processor."""

    alone: float
    all_processes: float
    batch: float
    bare: float


def _on_the_clock(files: Sequence[tuple[str, bytes]], bare: Callable[[bytes], int], turns: int) -> _Clock:
    handed = [Handed(number, data, name, LARGEST) for number, (name, data) in enumerate(files)]
    with Reader() as reader, Readers() as readers:

        def alone() -> None:
            for name, data in files:
                reader.read(data, name=name, limit=LARGEST)

        def batch() -> None:
            for _, read in readers.read_each(handed):
                if isinstance(read, ReportsError):
                    raise read

        def by_the_library() -> None:
            for _, data in files:
                bare(data)

        sides = (alone, batch, by_the_library)
        spent: dict[Callable[[], None], list[float]] = {side: [] for side in sides}
        for turn in range(turns + 1):
            for side in sides if turn % 2 else sides[::-1]:
                started = time.perf_counter()
                side()
                if turn:
                    spent[side].append(time.perf_counter() - started)
    seconds = {side: round(statistics.median(spent[side]), 4) for side in sides}
    return _Clock(seconds[alone], _all_processes(files, turns), seconds[batch], seconds[by_the_library])


def _all_processes(files: Sequence[tuple[str, bytes]], turns: int) -> float:
    """Processor seconds of a turn of files read alone, without the start of the process and the first turn."""
    spent = []
    for times in (turns + 1, 1):
        before = _of_children()
        with Reader() as reader:
            for _ in range(times):
                for name, data in files:
                    reader.read(data, name=name, limit=LARGEST)
        spent.append(_of_children() - before)
    return round((spent[0] - spent[1]) / turns, 4)


def _of_children() -> float:
    """Processor seconds of all processes that were started here and have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def memory_of(path: Path) -> Memory:
    """Read one file in a process of its own."""
    program = "import sys; from eval.read_benchmarks import report_memory; report_memory(sys.argv[1])"
    done = subprocess.run([sys.executable, "-P", "-c", program, str(path)], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    return Memory(path.name, round(path.stat().st_size / 1e6, 1), round(told["megabytes"], 1), round(told["seconds"], 1))


def report_memory(path: str) -> None:
    """Read the file; print seconds and the largest resident sets, which Linux counts in kB, as one line of JSON."""
    started = time.perf_counter()
    with in_processes():
        document: Any = read_bytes(Path(path).read_bytes(), name=path)
    assert document.text
    own, largest = (resource.getrusage(who).ru_maxrss / 1000 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peak = own + largest
    print(json.dumps({"megabytes": peak, "seconds": time.perf_counter() - started}))


def memories(shared: Path, rows: int) -> Iterator[Memory]:
    """The 259-page PDF and the made workbook."""
    pages = shared / "reports" / "pdf" / PDF_OF_PAGES
    if pages.is_file():
        yield memory_of(pages)
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "workbook.xlsx"
        large_workbook(path, rows)
        yield memory_of(path)


def main() -> None:
    """Print both tables; `--save` keeps them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--kinds", nargs="*", default=list(BARE), choices=list(BARE))
    parser.add_argument("--rows", type=int, default=SHEET_ROWS, help="rows of the made workbook; 0: no memory is measured")
    parser.add_argument("--save", action="store_true", help=f"keep the result in eval/results/{RESULTS.name}")
    chosen = parser.parse_args()
    shared = shared_folder()
    print(HEAD)
    timed = []
    for timing in timings(chosen.kinds, shared, chosen.turns):
        timed.append(timing)
        print(timing.line(), flush=True)
    peaks = []
    for memory in memories(shared, chosen.rows) if chosen.rows else ():
        peaks.append(memory)
        print(memory.line(), flush=True)
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} in the last minute, this program included")
    if chosen.save:
        commit, dirty = commit_and_dirty()
        shape = {
            "commit": commit,
            "dirty": dirty,
            "versions": package_versions(),
            "timings": [
                {
                    **asdict(timing),
                    "ratio": round(timing.ratio, 3),
                    "alone_ratio": round(timing.alone_ratio, 3),
                    "batch_ratio": round(timing.batch_ratio, 3),
                }
                for timing in timed
            ],
            "cores": os.cpu_count(),
            "load": round(load, 1),
            "memory": [asdict(memory) for memory in peaks],
        }
        RESULTS.write_text(json.dumps(shape, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
