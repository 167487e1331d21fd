"""The small bilingual transformer of this package, run with onnxruntime and tokenizers: the embedding model "transformer".

Slower than the bundled static model by far, and it reads word order: see transformer/README.md for what it wins and costs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ModelFailed, ModelMissing
from .language.normalise import nfc
from .once import once

TRANSFORMER_PATH = Path(__file__).parent / "transformer"
LONGEST = 256  # tokens read of a text
AT_ONCE = 2048  # tokens of one batch, padding counted


class TransformerEmbedder:
    """Texts -> unit vectors [n, 384] by an ONNX file with inputs "ids" and "mask". May be used from several threads."""

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
        """Texts of about one length are run together, so that little is padded; beyond 256 tokens a text is cut."""
        out = np.zeros((len(texts), self.dimension), np.float32)
        encoded = self._tokenizer.encode_batch_fast([nfc(text) for text in texts])
        ids = [encoding.ids for encoding in encoded]
        for group in _groups([len(text) for text in ids]):
            out[group] = self._run([ids[i] for i in group])
        return out

    def embed_query(self, text: str) -> np.ndarray:
        row: np.ndarray = self.embed_passages([text])[0]
        return row

    def _run(self, texts: Sequence[Sequence[int]]) -> np.ndarray:
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

        longest = max(map(len, texts))
        ids = np.zeros((len(texts), longest), np.int64)
        mask = np.zeros((len(texts), longest), np.int32)
        for i, text in enumerate(texts):
            ids[i, : len(text)] = text
            mask[i, : len(text)] = 1
        try:
            found: np.ndarray = self._session.run(["vectors"], {"ids": ids, "mask": mask})[0]
        except (Fail, InvalidArgument, RuntimeException) as error:
            raise ModelFailed(model=self._name, detail=str(error)) from error
        return found


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of texts, those of about one length together, at most AT_ONCE tokens a group."""
    held: list[int] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        if held and lengths[i] * (len(held) + 1) > AT_ONCE:
            yield held
            held = []
        held.append(i)
    if held:
        yield held


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
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle thread must not take a core
    try:
        tokenizer = Tokenizer.from_file(str(vocabulary))
        session = InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except (OSError, Fail, InvalidArgument, InvalidProtobuf, NotImplemented, RuntimeException) as error:
        raise ModelMissing(model=name, detail=f"{path} cannot be read: {error}", advice="Install the package again.") from error
    tokenizer.enable_truncation(LONGEST)
    digest = hashlib.sha256(weights.read_bytes() + vocabulary.read_bytes()).hexdigest()
    return TransformerEmbedder(tokenizer, session, f"{name}@{digest[:12]}")
