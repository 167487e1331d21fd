"""A small embedding model and a small reader, reports to add, and another process with a library: `python library_fakes.py add
LIBRARY PATH…`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index import Library, Settings
from index.onnx_embed import Reading, TransformerEmbedder


class HashingEmbedder:
    """A bag of hashed words, float32 of length 1: passages that share words are near. `seconds` a passage makes it slow."""

    def __init__(self, dimension: int = 64, name: str = "hashing@1", seconds: float = 0.0) -> None:
        self.dimension = dimension
        self.name = name
        self._seconds = seconds

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for i, text in enumerate(texts):
            for word in text.lower().split():
                rows[i, zlib.crc32(word.encode()) % self.dimension] += 1
            time.sleep(self._seconds)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def embed_query(self, text: str) -> np.ndarray:
        return self.embed_passages([text])[0]


class HashingReader:
    """Reads passages closely as the same bags of words, the heading counting to the passage alone. Has what the library uses of
    TransformerEmbedder. `seconds` a passage makes it slow; `asked` and `given` tell what it was asked and given."""

    def __init__(self, dimension: int = 64, name: str = "reader@1", seconds: float = 0.0) -> None:
        self.dimension = dimension
        self.name = name
        self._bags = HashingEmbedder(dimension)
        self._seconds = seconds
        self.asked: list[str] = []
        self.given: list[tuple[str, str]] = []

    def embed_query(self, text: str) -> np.ndarray:
        self.asked.append(text)
        return self._bags.embed_query(text)

    def read(self, passages: Sequence[tuple[str, str, np.ndarray]], threads: int = 0) -> list[Reading]:
        found = []
        for heading, text, bounds in passages:
            self.given.append((heading, text))
            sentences = self._bags.embed_passages([text[start:end] for start, end in bounds])
            found.append(Reading(self._bags.embed_passages([f"{heading}\n{text}"])[0], sentences))
            time.sleep(self._seconds)
        return found


def write_reports(folder: Path, count: int, *, paragraphs: int = 3, prefix: str = "xa") -> list[Path]:
    """Reports of invented communes; paragraph p of report i holds `marker(prefix, i, p)`, so that each passage can be asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for i in range(count):
        body = "\n\n".join(
            f"## Mục số {p}\n\nTỷ lệ hộ dùng nước sạch là {70 + p},{i % 10}%. Mã số của đoạn này là {marker(prefix, i, p)}."
            for p in range(paragraphs)
        )
        path = folder / f"{prefix}{i:03}.md"
        path.write_text(f"# Báo cáo xã Hòa Bình {i} năm 2022\n\n" + body, "utf-8")
        paths.append(path)
    return paths


def marker(prefix: str, report: int, paragraph: int) -> str:
    return f"{prefix}{report}q{paragraph}"


def child(*arguments: object) -> subprocess.Popen[str]:
    """This file as another process."""
    command = [sys.executable, "-W", "error", __file__, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str], seconds: float = 120) -> list[dict[str, str]]:
    """Wait for a child and give what it printed, a record a line."""
    out, err = process.communicate(timeout=seconds)
    assert process.returncode == 0, err
    return [json.loads(line) for line in out.splitlines()]


def hold(library: Library, seconds: str) -> None:
    """The writer's lock."""
    with library._lock.held(10):
        print(json.dumps({"holding": True}), flush=True)
        time.sleep(float(seconds))


def main(command: str, directory: str, *arguments: str) -> None:
    seconds = 0.0
    if arguments and arguments[0].startswith("--seconds="):
        seconds = float(arguments[0].partition("=")[2])
        arguments = arguments[1:]
    if command == "read":
        TransformerEmbedder.load = lambda: HashingReader(seconds=seconds)  # type: ignore[method-assign, assignment, misc]
        with Library.open(directory, Settings()) as library:
            done = library.read_closely(progress=lambda read, there: print(json.dumps({"read": read, "all": there}), flush=True))
            print(json.dumps({"done": done}), flush=True)
        return
    if command == "hold-bundled":
        with Library.open(directory, Settings()) as library:
            hold(library, arguments[0])
        return
    with Library.open(directory, embedder=HashingEmbedder(seconds=seconds)) as library:
        if command == "add":
            for path in arguments:
                for result in library.add([path]):
                    print(json.dumps({"path": result.path, "status": result.status, "error": str(result.error or "")}), flush=True)
        elif command == "hold":
            hold(library, arguments[0])
        elif command == "search":
            for query in arguments:
                print(json.dumps({"texts": [found.passage.text for found in library.search(query, 3)]}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
