"""Broken and hostile files through the readers: `python -m eval.fuzz_readers --count 2000 --seed 7`.

Every file is read the way the library reads it (index/reading.py: a process of its own, with limits of time and memory) and must
come back as text or as a ReadError that names it in both languages. A reader that was stopped (crash, time, memory) counts apart.
Afterwards nothing may stand outside the work folder: the sandbox above it, the home folder and the places that hostile names lead
to are compared with what they held before; nor may a temporary file be left in it.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from eval.fuzz_mutations import MUTATIONS, TOKEN
from eval.make_samples import Part
from eval.report_files import BY_OFFICE, MAKERS, make
from index.errors import ReadError
from index.read.office import find_soffice
from index.read.sniff import READABLE
from index.read.sniff import SUFFIXES as SUFFIXES_READ
from index.reading import Reader
from index.sources import SourceFile, Unusable, find_files, load

SECONDS = 60.0  # for one file
MEMORY_BYTES = 2_000_000_000
LIMIT = 50_000_000  # bytes of a file
RESULTS = Path(__file__).parent / "results"
SLOW = (*BY_OFFICE, "png", "jpg", "tiff", "scan")  # each file costs seconds of LibreOffice or OCR: fewer of them
SUFFIXES = {"scan": "pdf", "tcvn3": "txt"}
REPORT: Sequence[Part] = [
    (1, "BÁO CÁO"),
    (2, "Kết quả thực hiện năm 2022 của xã Đông Sơn"),
    (2, "I. Kinh tế"),
    (0, "Thu ngân sách đạt 108% dự toán; sản lượng lương thực đạt 1.250 tấn."),
    [["Chỉ tiêu", "Kế hoạch", "Thực hiện"], ["Hộ nghèo (%)", "2,5", "2,1"], ["Nước sạch (%)", "80", "85,1"]],
    (2, "II. Xã hội"),
    (0, "Tỷ lệ dân số tham gia bảo hiểm y tế đạt 95,6%."),
]


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken file: what it was made of, how, and under which name it comes."""

    format: str
    mutation: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one: "read", an error's class name, or "not a ReadError: …" (a fault of ours). `seconds` of wall clock."""

    format: str
    mutation: str
    name: str
    what: str
    seconds: float
    detail: str = ""


def good_files(formats: Sequence[str]) -> dict[str, bytes]:
    """A whole file of each format that can be made here."""
    office = bool(find_soffice())
    return {format: make(format, REPORT) for format in formats if office or format not in (*BY_OFFICE, "xls")}


def broken_files(good: Mapping[str, bytes], count: int, seed: int) -> Iterator[Broken]:
    """`count` broken files, the same for the same seed: every mutation of every format in turn, slow formats a tenth as often."""
    random = Random(seed)
    turn = 0
    made = 0
    while made < count:
        for format, data in good.items():
            for mutation, change in MUTATIONS.items():
                if format in SLOW and random.random() > 0.1:
                    continue
                if made >= count:
                    return
                suffix = SUFFIXES.get(format, format)
                if mutation == "wrong name":
                    suffix = random.choice([*(SUFFIXES.get(other, other) for other in good), "dat", ""])
                broken = data
                for _ in range(1 + (turn > 0 and random.random() < 0.2)):  # some are broken twice
                    broken = change(broken, random) if broken else broken
                yield Broken(format, mutation, f"{made:05}-báo cáo.{suffix}", broken)
                made += 1
        turn += 1


def read_one(reader: Reader, broken: Broken, folder: Path) -> Outcome:
    """Read it as the library would: a file on disk, its members where it is an archive, each in the reader's process."""
    started = time.monotonic()
    path = folder / broken.name
    path.write_bytes(broken.data)
    told: list[tuple[str, str]] = []
    try:
        for file in find_files([path], {}, SUFFIXES_READ):
            told.append(_told(reader, file, broken.name))
    except Exception as error:  # what this looks for
        told.append((f"not a ReadError: {type(error).__name__}", str(error)))
    path.unlink()
    silence = ("not a ReadError: nothing was said of it", "")
    what, detail = min(told, key=lambda one: (not one[0].startswith(("not", "ReaderStopped")), one[0] != "read"), default=silence)
    return Outcome(broken.format, broken.mutation, broken.name, what, round(time.monotonic() - started, 2), detail[:300])


def _told(reader: Reader, file: SourceFile | Unusable, name: str) -> tuple[str, str]:
    """ "read", or the error's class name and sentence."""
    try:
        if isinstance(file, Unusable):
            raise file.error
        reader.read(load(file, limit=LIMIT, allowed=READABLE), name=file.shown, limit=LIMIT)
    except ReadError as error:
        named = all(name in error.message(language) for language in ("en", "vi"))
        return error.code if named else f"not a ReadError: {error.code} without the file's name", str(error)
    except Exception as error:  # what this looks for
        return f"not a ReadError: {type(error).__name__}", str(error)
    return "read", ""


@contextmanager
def sandbox(folder: Path) -> Iterator[Path]:
    """The work folder, deep inside `folder`; home, temporary and current folder are in it while the block runs."""
    work = folder / "a" / "b" / "c" / "work"
    home = folder / "home"
    work.mkdir(parents=True)
    home.mkdir()
    (home / "keep.txt").write_text("untouched", encoding="utf-8")
    (folder / "a" / "keep.txt").write_text("untouched", encoding="utf-8")
    before = {key: os.environ.get(key) for key in ("HOME", "TMPDIR")}
    place, temporary = Path.cwd(), tempfile.tempdir
    os.environ |= {"HOME": str(home), "TMPDIR": str(work)}
    tempfile.tempdir = str(work)
    os.chdir(work)
    try:
        yield work
    finally:
        os.chdir(place)
        tempfile.tempdir = temporary
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder below, with size and time of its last change."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        found[str(path.relative_to(folder))] = (
            status.st_size if path.is_file() else 0,
            status.st_mtime_ns if path.is_file() else 0,
        )
    return found


def escaped() -> list[str]:
    """Files of the hostile names outside any sandbox."""
    places = {Path("/"), Path("/tmp"), Path.home(), Path.cwd(), *Path.cwd().parents}
    return sorted(str(found) for place in places for found in place.glob(f"*{TOKEN}*"))


def run(good: Mapping[str, bytes], count: int, seed: int, *, seconds: float = SECONDS) -> tuple[list[Outcome], list[str]]:
    """Read `count` broken files; the outcomes, and what stood outside afterwards or was left in the work folder."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        folder = Path(made)
        with sandbox(folder) as work, Reader(seconds=seconds, memory=MEMORY_BYTES) as reader:
            before = snapshot(folder)
            outcomes = []
            for number, broken in enumerate(broken_files(good, count, seed)):
                outcomes.append(read_one(reader, broken, work))
                if number % 200 == 199:
                    print(f"{number + 1} of {count}", flush=True)
            reader.close()
            left = [f"left behind: {path.name}" for path in work.iterdir()]
            outside = [f"changed: {path}" for path in set(snapshot(folder).items()) ^ set(before.items())]
            return outcomes, [*left, *outside, *(f"escaped: {path}" for path in escaped())]


def table(outcomes: Sequence[Outcome]) -> str:
    """Formats by what became of their files."""
    kinds = sorted({outcome.what for outcome in outcomes}, key=lambda kind: (kind != "read", kind))
    lines = [f"{'format':8} {'files':>6} " + " ".join(f"{kind[:17]:>17}" for kind in kinds) + f" {'slowest s':>10}"]
    for format in [*sorted({outcome.format for outcome in outcomes}), ""]:
        mine = [outcome for outcome in outcomes if outcome.format == format or not format]
        counts = Counter(outcome.what for outcome in mine)
        lines.append(
            f"{format or 'all':8} {len(mine):6} "
            + " ".join(f"{counts[kind]:17}" for kind in kinds)
            + f" {max(outcome.seconds for outcome in mine):10.1f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Run it, print the table and what went wrong, and keep the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--formats", nargs="*", default=list(MAKERS), choices=list(MAKERS))
    parser.add_argument("--keep", type=Path, help="write each broken file into this folder before it is read")
    parser.add_argument("--save", action="store_true", help="keep the counts in eval/results/fuzz_readers.json")
    chosen = parser.parse_args()
    started = time.monotonic()
    good = good_files(chosen.formats)
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
        for broken in broken_files(good, chosen.count, chosen.seed):
            (chosen.keep / broken.name).write_bytes(broken.data)
    outcomes, outside = run(good, chosen.count, chosen.seed)
    print(table(outcomes))
    faults = [outcome for outcome in outcomes if outcome.what.startswith("not a ReadError")]
    stopped = [outcome for outcome in outcomes if outcome.what == "ReaderStopped"]
    slowest = sorted(outcomes, key=lambda outcome: -outcome.seconds)[:5]
    for outcome in [*faults, *stopped, *slowest][:40]:
        print(f"{outcome.name}  {outcome.format}, {outcome.mutation}: {outcome.what}, {outcome.seconds} s  {outcome.detail}")
    print(*outside, sep="\n")
    minutes = (time.monotonic() - started) / 60
    ends = f"{len(faults)} without a clear error, {len(stopped)} stopped, {len(outside)} traces outside, {minutes:.1f} min"
    print(f"{len(outcomes)} files, {ends}")
    if chosen.save:
        counts = Counter((outcome.format, outcome.what) for outcome in outcomes)
        shape = {
            "count": chosen.count,
            "seed": chosen.seed,
            "minutes": round(minutes, 1),
            "traces_outside": outside,
            "outcomes": {f"{format}: {what}": number for (format, what), number in sorted(counts.items())},
            "stopped": [asdict(outcome) for outcome in [*faults, *stopped]],
        }
        (RESULTS / "fuzz_readers.json").write_text(json.dumps(shape, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(bool(faults or outside))


if __name__ == "__main__":
    main()
