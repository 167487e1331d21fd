"""PNG, JPEG and TIFF files -> grey pictures of pages at one resolution. Pillow lives here. Knows nothing of words.

    pictures(data, "quet.tiff") -> Picture(grey, dpi=300), Picture(grey, dpi=300), …      grey: uint8 [height, width], 0 black

A picture is opened only after its size in pixels has been looked at: a file of a few bytes may claim gigapixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np

from index.errors import FileDamaged, FileTooLarge

DPI = 300  # what pages are read at; tesseract's letters were learned near it
MOST_PIXELS = 80_000_000  # of one page: A3 at 600 dots an inch has 70 million
MOST_FRAMES = 2_000  # pages of one TIFF file
LONG_SIDE = 11.7  # inches of A4, for pictures that do not say how large they are
PLAUSIBLE = (4.0, 24.0)  # inches of a page's long side; 72 or 96 dots an inch are a screen's, not a scanner's
SOFT = 1.5  # dots at 300 an inch, see eval/LOG.md: takes paper's grain and an enlarged picture's stairs out of the letters
MOST_ENLARGED = 4.0  # a thumbnail does not become readable


class Picture(NamedTuple):
    """A page as grey values, uint8 [height, width], 0 black; `dpi` is dots an inch."""

    grey: np.ndarray
    dpi: int


def count_pictures(data: bytes, name: str) -> int:
    """Pages of an image file. Raises FileDamaged, FileTooLarge."""
    with _opened(data, name) as image:
        count = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    if count > MOST_FRAMES:
        raise FileTooLarge(file=name, size=f"{count} pages", limit=f"{MOST_FRAMES} pages")
    return count


def pictures(data: bytes, name: str, wanted: frozenset[int]) -> Iterator[tuple[int, Picture]]:
    """(page number, picture) of the `wanted` pages, counted from 1. Raises FileDamaged, FileTooLarge."""
    with _opened(data, name) as image:
        for number in sorted(wanted):
            try:
                image.seek(number - 1)
                _check_size(image.size, name)
                yield number, _page(image)
            except (OSError, EOFError, ValueError, SyntaxError) as exc:  # what Pillow raises on broken data
                raise FileDamaged(file=name, format=str(image.format), detail=f"page {number} is cut off or broken") from exc


def resized(grey: np.ndarray, scale: float) -> np.ndarray:
    """The picture `scale` times as large."""
    from PIL import Image

    height, width = grey.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    way = Image.Resampling.LANCZOS if scale > 1 else Image.Resampling.BOX
    return np.asarray(Image.fromarray(grey).resize(size, way))


def rotated(grey: np.ndarray, degrees: float) -> np.ndarray:
    """The picture turned counter-clockwise, same size, white where nothing was."""
    from PIL import Image

    return np.asarray(Image.fromarray(grey).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255))


def smoothed(grey: np.ndarray, dots: float) -> np.ndarray:
    """The picture out of focus by a Gaussian of `dots` standard deviation."""
    from PIL import Image, ImageFilter

    return np.asarray(Image.fromarray(grey).filter(ImageFilter.GaussianBlur(dots)))


def paper(grey: np.ndarray, cell: int = 32) -> np.ndarray:
    """How bright the paper is at every dot: the brightest of each square of `cell` dots, smoothly joined."""
    from PIL import Image, ImageFilter

    height, width = grey.shape
    tall, wide = max(1, height // cell), max(1, width // cell)
    blocks = grey[: tall * cell, : wide * cell]
    if height < cell or width < cell:
        return np.full_like(grey, grey.max(initial=255))
    brightest = np.percentile(blocks.reshape(tall, cell, wide, cell), 90, axis=(1, 3)).astype(np.uint8)
    small = Image.fromarray(brightest).filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.BoxBlur(1))
    return np.asarray(small.resize((width, height), Image.Resampling.BILINEAR))


def _opened(data: bytes, name: str) -> Any:
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd tags, and of sizes that `_check_size` judges
            image = Image.open(BytesIO(data), formats=("PNG", "JPEG", "TIFF"))
    except Image.DecompressionBombError as exc:
        raise FileTooLarge(file=name, size="a picture of too many dots", limit=_million(MOST_PIXELS)) from exc
    except Exception as exc:  # Pillow's readers raise anything on broken headers
        raise FileDamaged(file=name, format="image", detail="its header is broken or cut off") from exc
    _check_size(image.size, name)
    return image


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width * height > MOST_PIXELS:
        raise FileTooLarge(file=name, size=_million(width * height), limit=_million(MOST_PIXELS))


def _million(pixels: int) -> str:
    return f"{pixels / 1e6:.0f} million dots"


def _page(image: Any) -> Picture:
    """The frame at hand, upright as its camera says, grey on white, at about `DPI`."""
    from PIL import Image, ImageOps

    dpi = _dpi(image)
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    grey = np.asarray(_grey(upright))
    scale = min(DPI / dpi, MOST_ENLARGED, (MOST_PIXELS / max(1, grey.size)) ** 0.5)
    if 0.8 <= scale <= 1.2:
        return Picture(grey, round(dpi))
    larger = resized(grey, scale)
    return Picture(smoothed(larger, SOFT) if scale > 1 else larger, round(dpi * scale))


def _grey(image: Any) -> Any:
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits a dot
        values = np.asarray(image, np.float32)
        low, high = float(values.min()), float(values.max())
        from PIL import Image

        return Image.fromarray(((values - low) * (255.0 / max(high - low, 1.0))).astype(np.uint8))
    return image.convert("L")


def _dpi(image: Any) -> float:
    """Dots an inch: what the file says where that makes a page of plausible size, else as if it were A4."""
    long = float(max(image.size))
    said = image.info.get("dpi")
    try:
        dots = float(said[0]) if said else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        dots = 0.0
    if dots > 0 and PLAUSIBLE[0] <= long / dots <= PLAUSIBLE[1] and round(dots) not in (72, 96):
        return dots
    return max(long / LONG_SIDE, 36.0)
