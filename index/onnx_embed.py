"""The small bilingual transformer of this package, run with onnxruntime and tokenizers: the embedding model "transformer".

Slower than the bundled static model by far, and it reads word order: see transformer/README.md for what it wins and costs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ModelFailed, ModelMissing
from .language.normalise import nfc
from .once import once

TRANSFORMER_PATH = Path(__file__).parent / "transformer"
LONGEST = 256  # tokens read of a text


class TransformerEmbedder:
    """Texts -> unit vectors [n, 384] by an ONNX file whose input is "ids", int64 [1, tokens]. May be used from several threads."""

    def __init__(self, tokenizer: Any, session: Any, name: str) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._name = name
        self._dimension = int(session.get_outputs()[0].shape[1])

    @classmethod
    def load(cls, path: Path = TRANSFORMER_PATH, name: str = "transformer") -> TransformerEmbedder:
        """Raises ModelMissing where the folder has no such model. Loaded once a process."""
        return _load(Path(path), name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Each text is run by itself, several at a time in threads of their own, so that its vector depends on nothing else
        (numbers are quantised by the range of what is run together). Beyond 256 tokens a text is cut."""
        out = np.zeros((len(texts), self.dimension), np.float32)
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast([nfc(text) for text in texts])]
        if len(ids) < 2:
            for i, text in enumerate(ids):
                out[i] = self._run(text)
            return out
        with ThreadPoolExecutor(min(len(ids), os.cpu_count() or 1)) as pool:
            for i, row in enumerate(pool.map(self._run, ids)):
                out[i] = row
        return out

    def embed_query(self, text: str) -> np.ndarray:
        row: np.ndarray = self.embed_passages([text])[0]
        return row

    def _run(self, tokens: Sequence[int]) -> np.ndarray:
        """float32 [dimension]."""
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

        try:
            row: np.ndarray = self._session.run(["vectors"], {"ids": np.array([tokens], np.int64)})[0][0]
        except (Fail, InvalidArgument, RuntimeException) as error:
            raise ModelFailed(model=self._name, detail=str(error)) from error
        return row


@once
def _load(path: Path, name: str) -> TransformerEmbedder:
    from onnxruntime import InferenceSession, SessionOptions
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidProtobuf, NotImplemented, RuntimeException
    from tokenizers import Tokenizer

    weights, vocabulary = path / "model.onnx", path / "tokenizer.json"
    for file in (weights, vocabulary):
        if not file.is_file():
            raise ModelMissing(model=name, detail=f"{file.name} is not in {path}", advice="Install the package again.")
    options = SessionOptions()
    options.intra_op_num_threads = 1  # one text, one thread
    try:
        tokenizer = Tokenizer.from_file(str(vocabulary))
        session = InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except (OSError, Fail, InvalidArgument, InvalidProtobuf, NotImplemented, RuntimeException) as error:
        raise ModelMissing(model=name, detail=f"{path} cannot be read: {error}", advice="Install the package again.") from error
    tokenizer.enable_truncation(LONGEST)
    digest = hashlib.sha256(weights.read_bytes() + vocabulary.read_bytes()).hexdigest()
    return TransformerEmbedder(tokenizer, session, f"{name}@{digest[:12]}")
