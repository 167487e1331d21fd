"""The tesseract program, as a function: a grey picture -> words with places and confidence. Knows nothing of PDF or reports.

    found = find_tesseract()                     -> Tesseract("/usr/bin/tesseract", "5.3.0", ("vie", "eng")) or None
    recognise(found, picture, dpi=300, language="vie")   -> [OcrWord("Tỷ", 118, 240, 52, 44, 0.96, (1, 1, 1)), …]

Tesseract (Apache-2.0) is a program of the operating system, not a Python package: found -> used, missing -> one sentence with the
line that installs it. It gets a picture on its standard input and answers in TSV; nothing of a report reaches a shell or a path.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import signal
import subprocess
import threading
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

INSTALL = "sudo apt-get install tesseract-ocr tesseract-ocr-vie"
SECONDS = 180  # of one call; a dense A4 page of 300 dpi takes 3 to 15 on one core
WANTED = ("vie", "eng")
COLUMNS = 12  # of tesseract's TSV
_WORD_LEVEL = "5"
_SMALL_I = re.compile("(?<=[a-zà-ỹđ])[ÌÍỈĨỊ](?![A-ZÀ-Ỹ])")  # "vỊ" for "vị": these letters differ by their height alone


class CallFailed(Exception):
    """One call of the program came to nothing; the message says why. Whoever asked decides what becomes of the page."""


class OcrWord(NamedTuple):
    """A word read. Pixels from the top left corner; `confidence` 0..1, larger is better; `line` is (block, paragraph, line)."""

    text: str
    left: int
    top: int
    width: int
    height: int
    confidence: float
    line: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program found here: `languages` are those of ours it has ("vie", "eng"), `can_turn`: it tells upright from sideways."""

    program: str
    version: str
    languages: tuple[str, ...]
    can_turn: bool = False


@functools.lru_cache(maxsize=1)
def find_tesseract() -> Tesseract | None:
    """The program with the Vietnamese letters, looked for once; None where either is missing."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        version = (
            _run([program, "--version"], b"", seconds=20).split(b"\n", 1)[0].decode(errors="replace").removeprefix("tesseract ")
        )
        known = set(_run([program, "--list-langs"], b"", seconds=20).decode(errors="replace").split())
    except CallFailed:
        return None
    if "vie" not in known:  # English letters alone would read every Vietnamese word wrong
        return None
    return Tesseract(program, version.strip(), tuple(name for name in WANTED if name in known), "osd" in known)


def recognise(tesseract: Tesseract, picture: np.ndarray, *, dpi: int, language: str, layout: int = 3) -> list[OcrWord]:
    """Words of a grey picture (uint8 [height, width], 0 black), in tesseract's reading order.

    `language` is one of `tesseract.languages`, or several joined by "+". `layout` is its page segmentation mode: 3 a page, 4 one
    column, 6 one block, 7 one line, 11 sparse text. Raises CallFailed.
    """
    arguments = [tesseract.program, "stdin", "stdout", "-l", language, "--psm", str(layout), "--dpi", str(dpi), "tsv"]
    return _words(_run(arguments, _pgm(picture), seconds=SECONDS).decode("utf-8", errors="replace"))


def quarter_turns(tesseract: Tesseract, picture: np.ndarray, *, dpi: int) -> int:
    """How often the picture must be turned by 90 degrees clockwise to stand upright, 0..3; 0 where it cannot be told."""
    if not tesseract.can_turn:
        return 0
    try:
        said = _run([tesseract.program, "stdin", "stdout", "--psm", "0", "--dpi", str(dpi)], _pgm(picture), seconds=SECONDS)
    except CallFailed:  # "Too few characters": nothing to tell it from
        return 0
    for line in said.decode(errors="replace").splitlines():
        if line.startswith("Rotate:"):
            degrees = line.removeprefix("Rotate:").strip()
            return int(degrees) // 90 % 4 if degrees.isdigit() else 0
    return 0


def stop_all() -> None:
    """End every run under way: somebody pressed Ctrl-C, and the worker threads wait for their programs."""
    with _lock:
        for child in _running:
            child.kill()


_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()


def _run(arguments: list[str], data: bytes, *, seconds: int) -> bytes:
    """Standard output. One thread a page: pages run side by side, and tesseract's own threads would fight over the cores."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        child = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise CallFailed(error.strerror or str(error)) from error
    with _lock:
        _running.add(child)
    try:
        out, complaint = child.communicate(data, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise CallFailed(f"no result after {seconds} s") from error
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
        with _lock:
            _running.discard(child)
    if child.returncode:
        stopped = f"stopped by {signal.Signals(-child.returncode).name}" if child.returncode < 0 else f"exit {child.returncode}"
        words = " ".join(complaint.decode(errors="replace").split())
        raise CallFailed(words[-120:] or stopped)
    return out


def _pgm(picture: np.ndarray) -> bytes:
    height, width = picture.shape
    return b"P5 %d %d 255\n" % (width, height) + np.ascontiguousarray(picture, np.uint8).tobytes()


def _words(tsv: str) -> list[OcrWord]:
    """level page block paragraph line word left top width height confidence text, one word a line."""
    words = []
    for row in tsv.splitlines():
        fields = row.split("\t")
        if len(fields) != COLUMNS or fields[0] != _WORD_LEVEL or not fields[11].strip():
            continue
        try:
            block, paragraph, line, _, left, top, width, height = map(int, fields[2:10])
            confidence = float(fields[10]) / 100
        except ValueError:
            continue
        text = _SMALL_I.sub(lambda match: match.group().lower(), fields[11].strip())
        words.append(OcrWord(text, left, top, width, height, min(max(confidence, 0.0), 1.0), (block, paragraph, line)))
    return words
