"""Embedding models: texts -> unit vectors. sentence-transformers, tokenizers and safetensors enter here.

    load_embedder("bundled")                     the bilingual model of this package, without torch: thousands of passages a second
    load_embedder("intfloat/multilingual-e5-small"), load_embedder("/models/mine")    any sentence-transformers model
    load_embedder("none")                        None: a library without the vector arm

Passages and queries go through different methods, because many models want different prompts for them.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from .errors import ModelFailed, ModelMissing
from .language.normalise import nfc
from .once import once

BUNDLED, NONE = "bundled", "none"
BUNDLED_PATH = Path(__file__).parent / "model"
CHUNK = 256  # texts tokenised at once
KEPT = 4096  # texts whose tokens are kept
_BGE_QUERY = "Represent this sentence for searching relevant passages: "
_ADVICE = (
    "Check the spelling; a model from the hub needs a network the first time (HF_HUB_OFFLINE must not be set), "
    "a local one its folder."
)
INSTEAD = 'The setting embedding_model = "bundled" needs neither.'


@runtime_checkable
class Embedder(Protocol):
    """Texts -> float32 [n, dimension], every row of length 1 (or 0 for a text without a known token)."""

    @property
    def name(self) -> str:
        """The model and its exact version, "bundled@1f0c…": vectors of two models can be compared only where this is equal."""
        ...

    @property
    def dimension(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray: ...

    def embed_query(self, text: str) -> np.ndarray:
        """float32 [dimension]."""
        ...


def load_embedder(name: str = BUNDLED, device: str = "cpu", batch_size: int = 32) -> Embedder | None:
    """`name`: "bundled", "none", a local path or a hub name. Raises ModelMissing where it cannot be loaded."""
    if name == NONE:
        return None
    if name == BUNDLED:
        return StaticEmbedder.load(BUNDLED_PATH)
    return SentenceTransformersEmbedder(name, device, batch_size)


class StaticEmbedder:
    """A static sentence-transformers model run with tokenizers and numpy: the mean of the tokens' vectors, normalised.

    Vectors equal `SentenceTransformer(path).encode(texts, normalize_embeddings=True)` to 1e-5. They lie in the file as 8-bit
    integers with one scale a token, and are widened when a token is met.
    """

    def __init__(self, tokenizer: Any, rows: np.ndarray, scales: np.ndarray, name: str) -> None:
        self._tokenizer = tokenizer
        self._rows = rows
        self._scales = scales
        self._name = name
        self._kept: dict[str, list[int]] = {}  # replaced, never changed: threads share it

    @classmethod
    def load(cls, path: Path, name: str = BUNDLED) -> StaticEmbedder:
        """Raises ModelMissing where the folder has no such model. Loaded once a process."""
        return _load_static(Path(path), name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return int(self._rows.shape[1])

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        out = np.zeros((len(texts), self.dimension), np.float32)
        for first in range(0, len(texts), CHUNK):
            encoded = self._tokenizer.encode_batch_fast([nfc(t) for t in texts[first : first + CHUNK]], add_special_tokens=False)
            for i, encoding in enumerate(encoded, first):
                ids = encoding.ids
                if ids:
                    out[i] = self._scales[ids] @ self._rows[ids].astype(np.float32)  # the sum: its length does not matter
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        out /= np.where(norms > 0, norms, 1)
        return out

    def embed_query(self, text: str) -> np.ndarray:
        row: np.ndarray = self.embed_passages([text])[0]
        return row

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text, as numbers. Those of the latest texts are kept: a question compares the same sentences twice."""
        kept = self._kept
        found = {text: kept.get(text) for text in texts}
        new = [text for text, tokens in found.items() if tokens is None]
        if new:
            encoded = self._tokenizer.encode_batch_fast([nfc(text) for text in new], add_special_tokens=False)
            made = {text: encoding.ids for text, encoding in zip(new, encoded, strict=True)}
            found |= made
            self._kept = {**kept, **made} if len(kept) + len(made) <= KEPT else made
        return [found[text] or [] for text in texts]

    def rows(self, tokens: Sequence[int]) -> np.ndarray:
        """float32 [len(tokens), dimension]: the vector of each. A text's is their sum, made 1 long."""
        ids = np.asarray(tokens, np.int64)
        rows: np.ndarray = self._rows[ids].astype(np.float32) * self._scales[ids][:, None]
        return rows


@once
def _load_static(path: Path, name: str) -> StaticEmbedder:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    weights, vocabulary = path / "model.safetensors", path / "tokenizer.json"
    for file in (weights, vocabulary):
        if not file.is_file():
            raise ModelMissing(model=name, detail=f"{file.name} is not in {path}", advice="Install the package again.")
    try:
        tensors = load_file(weights)
        tokenizer = Tokenizer.from_file(str(vocabulary))
        rows, scales = tensors["embeddings"], tensors["weights"]
    except (SafetensorError, KeyError, OSError) as error:
        raise ModelMissing(model=name, detail=f"{path} cannot be read: {error}", advice="Install the package again.") from error
    digest = hashlib.sha256(weights.read_bytes() + vocabulary.read_bytes()).hexdigest()
    return StaticEmbedder(tokenizer, rows, scales.astype(np.float32), f"{name}@{digest[:12]}")


class SentenceTransformersEmbedder:
    """Any sentence-transformers model, with the prompts it was trained with. Calls from several threads take turns."""

    def __init__(self, name: str, device: str = "cpu", batch_size: int = 32) -> None:
        self._batch_size = batch_size
        self._lock = threading.Lock()
        self._asked = name
        self._model = load_model(name, device)
        self._dimension = int(self._model.get_embedding_dimension())
        self._query_prompt, self._passage_prompt = prompts(name, self._model.prompts or {})
        self._name = f"{name}@{_revision(self._model, name)}"

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return self._encode(texts, self._passage_prompt)

    def embed_query(self, text: str) -> np.ndarray:
        row: np.ndarray = self._encode([text], self._query_prompt)[0]
        return row

    def _encode(self, texts: Sequence[str], prompt: str) -> np.ndarray:
        if not texts:
            return np.zeros((0, self._dimension), np.float32)
        try:
            with self._lock:
                found = self._model.encode(
                    list(texts), prompt=prompt, batch_size=self._batch_size, normalize_embeddings=True, show_progress_bar=False
                )
        except RuntimeError as error:  # out of memory, a device that went away
            raise ModelFailed(model=self._asked, detail=str(error)) from error
        return np.asarray(found, np.float32)


def prompts(name: str, own: dict[str, str]) -> tuple[str, str]:
    """(query prompt, passage prompt): the model's own where it has any, else what its family was trained with.

    E5 (https://arxiv.org/abs/2212.03533): "query: " and "passage: "; English BGE v1 and v1.5: an instruction before the query only.
    """
    query = own.get("query", "")
    passage = own.get("passage") or own.get("document") or own.get("corpus") or ""
    if query or passage:
        return query, passage
    last = name.rstrip("/").rsplit("/", 1)[-1].lower()
    if "e5" in last.replace("_", "-").split("-"):
        return (
            ("Instruct: Given a question, retrieve passages that answer it\nQuery: ", "")
            if "instruct" in last
            else ("query: ", "passage: ")
        )
    if last.startswith("bge-") and "-en" in last:
        return _BGE_QUERY, ""
    return "", ""


def load_model(name: str, device: str, kind: str = "SentenceTransformer", instead: str = INSTEAD) -> Any:
    """A sentence-transformers model by hub name or folder; `kind` is the library's class. Raises ModelMissing, which says what to
    set `instead`."""
    advice = f"{_ADVICE} {instead}"
    try:
        import sentence_transformers
    except ImportError as error:
        raise ModelMissing(model=name, detail="the package sentence-transformers is not installed", advice="Install it.") from error
    local = Path(name).expanduser()
    if not local.is_dir() and (local.is_absolute() or name.startswith((".", "~"))):
        raise ModelMissing(model=name, detail="there is no such folder", advice=advice)
    try:
        return getattr(sentence_transformers, kind)(str(local) if local.is_dir() else name, device=device)
    except (OSError, ValueError, RuntimeError, KeyError) as error:  # what hub, configuration and device failures arrive as
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise ModelMissing(model=name, detail=first, advice=advice) from error


def _revision(model: Any, name: str) -> str:
    """The hub's commit where there is one, else a digest of the folder's files."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        digest = hashlib.sha256()
        for part in _files(folder):
            digest.update(part)
        return digest.hexdigest()[:12]
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    commit = getattr(config, "_commit_hash", None)
    return (
        str(commit)[:12]
        if commit
        else hashlib.sha256(json.dumps(sorted(model.state_dict()), default=str).encode()).hexdigest()[:12]
    )


def _files(folder: Path) -> Iterator[bytes]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in (".json", ".txt", ".safetensors", ".bin", ".model"):
            yield file.relative_to(folder).as_posix().encode()
            with file.open("rb") as stream:
                while part := stream.read(1 << 20):
                    yield part
