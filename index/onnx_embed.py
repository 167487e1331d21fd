"""The small bilingual transformer of this package, run with onnxruntime and tokenizers: it reads passages closely, and questions.

    reader = TransformerEmbedder.load()
    reader.embed_query("tỷ lệ hộ nghèo")                    -> float32 [384]
    reader.read([("Văn hóa", "Xã có 9 thôn. …", bounds)])    -> [Reading(vector, sentences)]

A passage's tokens are read once, in each other's company; its vector is their mean, and a sentence's is the mean of the sentence's
own tokens, which know what stands around them (late chunking: Günther et al., 2024, arXiv 2409.04701).
See transformer/README.md for where it comes from, what it wins and what it costs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from .errors import ModelFailed, ModelMissing
from .language.normalise import nfc
from .once import once

TRANSFORMER = "transformer"
TRANSFORMER_PATH = Path(__file__).parent / "transformer"
SAMPLED = 64  # of so many bytes of the model, one is in its name
LONGEST = 320  # tokens read of a text; a passage has 150 to 250
QUERY, PASSAGE = "query: ", "passage: "  # what the model was trained to read before a question and a passage

T = TypeVar("T")


class Reading(NamedTuple):
    """What was read of a passage, of length 1: `vector` float32 [d]; `sentences` float32 [n, d], zeros for one that was cut off."""

    vector: np.ndarray
    sentences: np.ndarray


class TransformerEmbedder:
    """An ONNX file whose input is "ids", int64 [1, tokens], its output "states", float32 [1, tokens, d]. May be used from several
    threads."""

    def __init__(self, tokenizer: Any, session: Any, name: str) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._name = name
        self._dimension = int(session.get_outputs()[0].shape[2])

    @classmethod
    def load(cls, path: Path = TRANSFORMER_PATH) -> TransformerEmbedder:
        """Raises ModelMissing where the folder has no such model. Loaded once a process."""
        return _load(Path(path))

    @property
    def name(self) -> str:
        """The model and its exact version: what two of them read can be compared only where this is equal."""
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed_query(self, text: str) -> np.ndarray:
        """float32 [d], of length 1."""
        row: np.ndarray = _unit(self._states(self._tokenizer.encode(QUERY + nfc(text)).ids).mean(0))
        return row

    def read(self, passages: Sequence[tuple[str, str, np.ndarray]], threads: int = 0) -> list[Reading]:
        """(heading, text in NFC, bounds of its sentences, int [n, 2]) of each. Each is run by itself, several at a time in
        `threads` (0: one a processor), so that nothing depends on its company. Beyond 320 tokens a passage is cut."""
        before = [PASSAGE + (f"{nfc(heading)}\n" if heading else "") for heading, _, _ in passages]
        encoded = self._tokenizer.encode_batch([b + text for b, (_, text, _) in zip(before, passages, strict=True)])

        def one(i: int) -> Reading:
            states = self._states(encoded[i].ids)
            return Reading(_unit(states.mean(0)), _unit(_means(states, encoded[i].offsets, passages[i][2] + len(before[i]))))

        return _each(one, len(passages), threads)

    def words(self, texts: Sequence[str], spans: Sequence[np.ndarray], *, before: str = PASSAGE) -> list[np.ndarray]:
        """Of each text in NFC what was read at its `spans` (int [n, 2], characters): float32 [n, d], means of tokens, zeros where
        nothing was read. `before`: QUERY or PASSAGE. As many at a time as `read`; beyond 320 tokens a text is cut."""
        encoded = self._tokenizer.encode_batch([before + text for text in texts])

        def one(i: int) -> np.ndarray:
            return _means(self._states(encoded[i].ids), encoded[i].offsets, spans[i] + len(before))

        return _each(one, len(texts), 0)

    def _states(self, tokens: Sequence[int]) -> np.ndarray:
        """float32 [tokens, d]."""
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

        try:
            states: np.ndarray = self._session.run(["states"], {"ids": np.array([tokens], np.int64)})[0][0]
        except (Fail, InvalidArgument, RuntimeException) as error:
            raise ModelFailed(model=self._name, detail=str(error)) from error
        return states


def _each(one: Callable[[int], T], count: int, threads: int) -> list[T]:
    """one(0) … one(count - 1), several at a time."""
    if count < 2:
        return [one(i) for i in range(count)]
    with ThreadPoolExecutor(min(count, threads or os.cpu_count() or 1)) as pool:
        return list(pool.map(one, range(count)))


def _means(states: np.ndarray, offsets: Sequence[tuple[int, int]], bounds: np.ndarray) -> np.ndarray:
    """float32 [len(bounds), d]: the mean of the tokens that end in each stretch (a token carries the space before it).
    `offsets`: characters of each token."""
    found = np.zeros((len(bounds), states.shape[1]), np.float32)
    ends = np.array([end for _, end in offsets], np.int64)
    real = ends > np.array([start for start, _ in offsets], np.int64)  # special tokens stand for no character
    for row, (start, end) in zip(found, bounds, strict=True):
        inside = real & (ends > start) & (ends <= end)
        if inside.any():
            row[:] = states[inside].mean(0)
    return found


def _unit(rows: np.ndarray) -> np.ndarray:
    unit: np.ndarray = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)
    return unit


@once
def _load(path: Path) -> TransformerEmbedder:
    from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidProtobuf, NotImplemented, RuntimeException
    from tokenizers import Tokenizer

    weights, vocabulary = path / "model.onnx", path / "tokenizer.json"
    for file in (weights, vocabulary):
        if not file.is_file():
            raise ModelMissing(model=TRANSFORMER, detail=f"{file.name} is not in {path}", advice="Install the package again.")
    options = SessionOptions()
    options.intra_op_num_threads = 1  # one text, one thread
    options.graph_optimization_level = GraphOptimizationLevel.ORT_DISABLE_ALL  # it was written fused: looking costs a start's time
    try:
        tokenizer = Tokenizer.from_file(str(vocabulary))
        session = InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except (OSError, Fail, InvalidArgument, InvalidProtobuf, NotImplemented, RuntimeException) as error:
        detail = f"{path} cannot be read: {error}"
        raise ModelMissing(model=TRANSFORMER, detail=detail, advice="Install the package again.") from error
    tokenizer.enable_truncation(LONGEST)
    sample = np.memmap(weights, np.uint8, "r")[::SAMPLED].tobytes()  # tells versions apart like the whole, ten times as fast
    digest = hashlib.sha256(sample + vocabulary.read_bytes()).hexdigest()
    return TransformerEmbedder(tokenizer, session, f"{TRANSFORMER}@{digest[:12]}")
