"""A scanned page made fit to be read: even paper, no dust, straight lines; and the strokes ruled on it. Pure, numpy alone.

straightened(grey)  -> (grey, degrees)      skew found from the rows of ink: text lines make sharp peaks when they lie level
strokes(grey)       -> Stroke(left, top, right, bottom) of ruled lines, in dots from the top left corner
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from index.read.picture import DPI, SOFT, paper, resized, rotated, smoothed

MOST_SKEW = 6.0  # degrees that are looked for; a page lying further askew is no page fed to a scanner
LEAST_SKEW = 0.08  # degrees: below it a line of A4 drifts by less than half a letter's stroke
UNEVEN = 10.0  # grey values: the paper's spread from which shadows are evened out
GRAIN = 4.0  # grey values: the spread between neighbouring dots of the paper from which a page is smoothed
DARK = 0.72  # of the paper's brightness: darker is ink
HALF = 2  # strokes and skew are looked for at half the resolution
LONG = 0.55  # inches: the shortest level stroke (a dash, a bar of a letter are shorter)
TALL = 0.30  # inches: the shortest upright stroke (a capital of a heading is shorter)
FULL = 0.9  # of a stroke's length that must be ink
THICK = 0.06  # inches: thicker bars are areas


class Stroke(NamedTuple):
    """A ruled line, in dots from the top left corner of the page; right and bottom lie outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def is_level(self) -> bool:
        return self.right - self.left >= self.bottom - self.top


def cleaned(grey: np.ndarray, dpi: int) -> np.ndarray:
    """Shadows evened out, grain and dust smoothed away, where there are any."""
    bright = paper(grey)
    if float(bright.std()) > UNEVEN:
        grey = np.minimum(255.0, grey.astype(np.float32) * 255.0 / np.maximum(bright, 32)).astype(np.uint8)
    return smoothed(grey, SOFT * dpi / DPI) if _grain(grey) > GRAIN else grey


def _grain(grey: np.ndarray) -> float:
    """Grey values by which a dot of bare paper usually differs from the one beside it: the standard deviation of noise.

    From the median of the differences, which letters, being few of the dots, do not move (0.6745: the normal distribution's).
    """
    part = grey[::4].astype(np.int16)
    return float(np.median(np.abs(np.diff(part, axis=1)))) / 0.6745 / 2**0.5


def straightened(grey: np.ndarray) -> tuple[np.ndarray, float]:
    """The page with its lines level, and by how many degrees it was turned, counter-clockwise."""
    degrees = skew(grey)
    return (grey, 0.0) if abs(degrees) < LEAST_SKEW else (rotated(grey, degrees), degrees)


def skew(grey: np.ndarray) -> float:
    """Degrees counter-clockwise that make the lines level: the turn under which the rows of ink differ most from their neighbours.

    W. Postl, "Detection of linear oblique structures and skew scan in digitized documents", ICPR 1986.
    """
    small = _ink(resized(grey, 0.5))
    rows, columns = np.nonzero(small)
    if len(rows) < 200:
        return 0.0
    if len(rows) > 60_000:
        keep = np.linspace(0, len(rows) - 1, 60_000).astype(np.int64)
        rows, columns = rows[keep], columns[keep]
    coarse = np.arange(-MOST_SKEW, MOST_SKEW + 0.1, 0.25)
    best = max(coarse, key=lambda degrees: _sharpness(rows, columns, float(degrees)))
    fine = np.arange(best - 0.25, best + 0.26, 0.05)
    found = float(max(fine, key=lambda degrees: _sharpness(rows, columns, float(degrees))))
    level = _sharpness(rows, columns, 0.0)
    return -found if _sharpness(rows, columns, found) > 1.05 * level else 0.0


def _sharpness(rows: np.ndarray, columns: np.ndarray, degrees: float) -> float:
    """Of the rows when lines that rise to the right by `degrees` are counted as level."""
    at = rows + columns * np.tan(np.radians(degrees))
    ink = np.bincount((at - at.min()).astype(np.int64)).astype(np.float64)
    return float(np.sum(np.diff(ink) ** 2))


def _ink(grey: np.ndarray) -> np.ndarray:
    return grey < DARK * paper(grey, 16)


def strokes(grey: np.ndarray, dpi: int) -> list[Stroke]:
    """Ruled lines, level and upright, in reading order."""
    height, width = grey.shape[0] // HALF * HALF, grey.shape[1] // HALF * HALF
    darkest = grey[:height, :width].reshape(height // HALF, HALF, width // HALF, HALF).min(axis=(1, 3))
    ink = darkest < DARK * paper(darkest, 16)
    dots = dpi / HALF
    level = _bars(_opened(ink, round(LONG * dots)), THICK * dots)
    upright = [Stroke(s.top, s.left, s.bottom, s.right) for s in _bars(_opened(ink.T, round(TALL * dots)), THICK * dots)]
    return [Stroke(*(HALF * side for side in stroke)) for stroke in sorted([*level, *upright], key=lambda s: (s.top, s.left))]


def _opened(ink: np.ndarray, length: int) -> np.ndarray:
    """Only the dots that lie on a level run of `length` dots, nearly all of it ink."""
    rows, width = ink.shape
    if width <= length:
        return np.zeros_like(ink)
    total = np.zeros((rows, width + 1), np.int32)
    np.cumsum(ink, axis=1, out=total[:, 1:])
    starts = (total[:, length:] - total[:, :-length]) >= FULL * length
    change = np.zeros((rows, width + 1), np.int32)
    change[:, : starts.shape[1]] += starts
    change[:, length : length + starts.shape[1]] -= starts
    return np.cumsum(change[:, :-1], axis=1) > 0


def _bars(mask: np.ndarray, thickest: float) -> list[Stroke]:
    """Level runs joined with those that touch them in the next rows; what is thicker than `thickest` for its length is an area."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    done: list[Stroke] = []
    open_: list[Stroke] = []
    row_before = -1
    for (row, left), (_, right) in zip(starts.tolist(), ends.tolist(), strict=True):
        if row != row_before:
            done += [bar for bar in open_ if bar.bottom < row - 1]
            open_ = [bar for bar in open_ if bar.bottom >= row - 1]
            row_before = row
        touching = [bar for bar in open_ if bar.left <= right and left <= bar.right]
        joined = Stroke(
            min([left, *(bar.left for bar in touching)]),
            min([row, *(bar.top for bar in touching)]),
            max([right, *(bar.right for bar in touching)]),
            row + 1,
        )
        open_ = [bar for bar in open_ if bar not in touching] + [joined]
    return [bar for bar in done + open_ if bar.bottom - bar.top <= thickest + 0.01 * (bar.right - bar.left)]


def erased(grey: np.ndarray, ruled: list[Stroke], margin: int = 2) -> np.ndarray:
    """The page without its ruled lines, which tesseract takes for letters (|, l, 1)."""
    bare = grey.copy()
    for left, top, right, bottom in ruled:
        bare[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin] = 255
    return bare
