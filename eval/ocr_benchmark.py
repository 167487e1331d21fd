"""OCR against texts whose letters are known: pages drawn from them, clean and degraded, at 300 and 150 dots an inch.

    python -m eval.ocr_benchmark --pages 24               needs tesseract, the DejaVu fonts, and REPORTS_SHARED

Each page is read the way an added scan is (index/read/scan.py). Character error is the Levenshtein distance over the length of the
text, white space taken as one blank; figures ("12.345", "85,1%", "21/4/2023") count as right where the page has them sign for sign.
A drawn page is kinder than a photocopy with stamps: the figures are an upper bound. Texts with an odd number in the file are for
choosing settings (`--odd`); what is reported is measured on the even ones.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.language.normalise import canonical
from index.read.picture import Picture
from index.read.scan import Scan, can_read, read_scans

FONTS = (
    "DejaVuSerif.ttf",
    "DejaVuSans.ttf",
    "DejaVuSerif-Bold.ttf",
)  # those of Debian's fonts-dejavu that hold every Vietnamese letter
LINES, LETTERS = 44, 82  # of a page, at 11 points on A4 with margins of an inch
POINTS = 11
SKEW = 2.0  # degrees, of a degraded page
NOISE = 18.0  # grey values, standard deviation
DUST = 0.002  # share of dots turned black or white
_FIGURE = re.compile(r"\d+(?:[.,/:-]\d+)*%?")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Condition:
    """How a page is drawn; the limits are what it must show: character error at most, figures exact at least."""

    name: str
    dpi: int
    degraded: bool
    most_error: float
    least_figures: float


CONDITIONS = (
    Condition("300 dpi, clean", 300, False, 0.02, 0.98),
    Condition("300 dpi, degraded", 300, True, 0.06, 0.93),
    Condition("150 dpi, clean", 150, False, 0.02, 0.98),
    Condition("150 dpi, degraded", 150, True, 0.06, 0.93),
)


class Outcome(NamedTuple):
    """Of one page: characters of its text and wrong ones, figures and exact ones, the reading's own confidence, seconds."""

    characters: int
    wrong: int
    figures: int
    exact: int
    confidence: float


def page_texts(path: Path, count: int, *, odd: bool) -> list[str]:
    """Texts of one page each, from documents spread over the file; lines wrapped as a page has them."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        texts = [canonical(json.loads(line)["text"]) for line in file]
    mine = texts[1::2] if odd else texts[::2]
    step = max(1, len(mine) // count)
    return ["\n".join(list(_wrapped(text))[:LINES]) for text in mine[::step][:count]]


def _wrapped(text: str) -> Iterator[str]:
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            if line and len(line) + 1 + len(word) > LETTERS:
                yield line
                line = ""
            line = f"{line} {word}" if line else word[:LETTERS]
        if line:
            yield line


def drawn(text: str, number: int, condition: Condition) -> np.ndarray:
    """The page as grey values, uint8 [height, width]. The same for the same number, whatever ran before."""
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    dpi = condition.dpi
    page = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 255)
    font = ImageFont.truetype(FONTS[number % len(FONTS)], POINTS * dpi / 72)
    while font.getlength(max(text.splitlines(), key=font.getlength)) > 6.3 * dpi:
        font = font.font_variant(size=font.size * 0.97)
    pen = ImageDraw.Draw(page)
    for at, line in enumerate(text.splitlines()):
        pen.text((dpi, dpi + at * POINTS * 1.38 * dpi / 72), line, font=font, fill=20)
    if not condition.degraded:
        return np.asarray(page)
    random = np.random.default_rng(number)
    turned = page.rotate(SKEW if number % 2 else -SKEW, Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.002 * dpi)), np.float32)
    grey = (grey * 0.92 + random.normal(0, NOISE, grey.shape)).astype(np.float32)
    spots = random.random(grey.shape)
    grey[spots < DUST / 2] = 0
    grey[spots > 1 - DUST / 2] = 255
    return np.clip(grey, 0, 255).astype(np.uint8)


def measured(text: str, scan: Scan | None) -> Outcome:
    """What was read against what was drawn."""
    wanted = _SPACE.sub(" ", text).strip()
    got = _SPACE.sub(" ", canonical("\n".join(line.text for line in scan.page.lines))).strip() if scan else ""
    figures, found = Counter(_FIGURE.findall(wanted)), Counter(_FIGURE.findall(got))
    exact = sum((figures & found).values())
    return Outcome(len(wanted), distance(wanted, got), figures.total(), exact, scan.confidence if scan else 0.0)


def distance(one: str, other: str) -> int:
    """Levenshtein distance: insertions, deletions and substitutions that make one text the other, each counting 1."""
    codes = np.frombuffer(other.encode("utf-32-le"), "<u4")
    steps = np.arange(len(codes) + 1)
    row = steps.copy()
    for at, char in enumerate(one, 1):
        best = np.minimum(row[1:] + 1, row[:-1] + (codes != ord(char)))
        row = np.minimum.accumulate(np.concatenate(([at], best)) - steps) + steps
    return int(row[-1])


def main() -> None:
    """Print a line a condition; exit 1 where a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pages", type=int, default=24)
    options.add_argument("--odd", action="store_true", help="the texts for choosing settings")
    options.add_argument("--each", action="store_true", help="a line a page as well")
    asked = options.parse_args()
    shared = Path(os.environ.get("REPORTS_SHARED", "../shared"))
    if not can_read():
        sys.exit("tesseract with Vietnamese letters is not installed here")
    texts = page_texts(shared / "reports" / "vi_gov_stat_docs.jsonl.gz", asked.pages, odd=asked.odd)
    print(f"{len(texts)} pages, {sum(map(len, texts))} characters")
    missed = [condition.name for condition in CONDITIONS if not _passes(condition, texts, each=asked.each)]
    sys.exit(f"missed: {', '.join(missed)}" if missed else 0)


def _passes(condition: Condition, texts: list[str], *, each: bool) -> bool:
    started = time.perf_counter()
    scans = read_scans(range(len(texts)), lambda number: _as_scanned(texts[number], number, condition))
    seconds = time.perf_counter() - started
    outcomes = [measured(text, scans.get(number)) for number, text in enumerate(texts)]
    for number, outcome in enumerate(outcomes if each else ()):
        print(f"    {number:3} error {outcome.wrong / outcome.characters:.4f}  figures {outcome.exact}/{outcome.figures}"
              f"  confidence {outcome.confidence:.3f}")  # fmt: skip
    characters, wrong, figures, exact, _ = (sum(column) for column in zip(*outcomes, strict=True))
    error, share = wrong / characters, exact / max(1, figures)
    passed = bool(error <= condition.most_error and share >= condition.least_figures)
    print(
        f"{condition.name:18} character error {error:.4f} (at most {condition.most_error})  figures {exact}/{figures} = {share:.4f}"
        f" (at least {condition.least_figures})  {seconds / len(texts):.1f} s a page  {'ok' if passed else 'MISSED'}",
        flush=True,
    )
    return passed


def _as_scanned(text: str, number: int, condition: Condition) -> Picture:
    """The page as index/read/picture.py would hand it on."""
    from io import BytesIO

    from PIL import Image

    from index.read.picture import pictures

    file = BytesIO()
    Image.fromarray(drawn(text, number, condition)).save(file, "PNG", dpi=(condition.dpi, condition.dpi))
    return next(picture for _, picture in pictures(file.getvalue(), "page.png", frozenset((1,))))


if __name__ == "__main__":
    main()
