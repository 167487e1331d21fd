"""A small embedding model, reports to add, and another process with a library: `python library_fakes.py add LIBRARY PATH…`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np


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


def main(command: str, directory: str, *arguments: str) -> None:
    from index import Library

    seconds = 0.0
    if arguments and arguments[0].startswith("--seconds="):
        seconds = float(arguments[0].partition("=")[2])
        arguments = arguments[1:]
    with Library.open(directory, embedder=HashingEmbedder(seconds=seconds)) as library:
        if command == "add":
            for path in arguments:
                for result in library.add([path]):
                    print(json.dumps({"path": result.path, "status": result.status, "error": str(result.error or "")}), flush=True)
        elif command == "hold":
            with library._lock.held(10):
                print(json.dumps({"holding": True}), flush=True)
                time.sleep(float(arguments[0]))
        elif command == "search":
            for query in arguments:
                print(json.dumps({"texts": [found.passage.text for found in library.search(query, 3)]}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
