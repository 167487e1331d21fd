"""The small transformer in PyTorch, for training: BERT (Devlin et al., 2019) in the layout of all-MiniLM-L6-v2, mean-pooled.

Parameters are float32; the layers compute in bfloat16, which two cores multiply four times as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

HEADS = 12
EPSILON = 1e-12
HALF = torch.bfloat16
TOKENS_AT_ONCE = 4096  # padding counted


class Layer(nn.Module):
    """Attention and a feed-forward step, each added to its input and normalised after."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.first, self.second = nn.LayerNorm(width, EPSILON), nn.LayerNorm(width, EPSILON)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """`x`: [batch, tokens, width]; `mask`: bool [batch, 1, 1, tokens], true where a token stands."""
        n, length, width = x.shape
        q, k, v = _linear(self.qkv, x).view(n, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        met = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(n, length, width)
        x = _norm(self.first, x + _linear(self.out, met))
        return _norm(self.second, x + _linear(self.down, functional.gelu(_linear(self.up, x))))


def _linear(layer: nn.Linear, x: torch.Tensor) -> torch.Tensor:
    return functional.linear(x, layer.weight.to(HALF), layer.bias.to(HALF))


def _norm(layer: nn.LayerNorm, x: torch.Tensor) -> torch.Tensor:
    return functional.layer_norm(x, layer.normalized_shape, layer.weight.to(HALF), layer.bias.to(HALF), EPSILON)


class Body(nn.Module):
    """Token numbers -> unit vectors. `rows` are the token embeddings; everything else is the body proper."""

    def __init__(self, rows: torch.Tensor, positions: int, inner: int, layers: int) -> None:
        super().__init__()
        width = rows.shape[1]
        self.rows = nn.Parameter(rows.clone())
        self.positions = nn.Parameter(torch.zeros(positions, width))
        self.norm = nn.LayerNorm(width, EPSILON)
        self.layers = nn.ModuleList(Layer(width, inner) for _ in range(layers))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """`ids`: int64 [batch, tokens]; `mask`: bool, the same shape. float32 [batch, width], rows of length 1."""
        x = functional.embedding(ids, self.rows) + self.positions[: ids.shape[1]]
        x = _norm(self.norm, x.to(HALF))
        seen = mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, seen)
        pooled = (x.float() * mask[..., None]).sum(1)  # the mean's length does not matter
        return functional.normalize(pooled, dim=1)


def load_body(folder: Path) -> Body:
    """all-MiniLM-L6-v2 from its model.safetensors. The one segment's row is added to the positions, since every text is one."""
    from safetensors.torch import load_file

    given = load_file(folder / "model.safetensors")
    layers = 1 + max(int(name.split(".")[2]) for name in given if name.startswith("encoder.layer."))
    inner = len(given["encoder.layer.0.intermediate.dense.bias"])
    positions = len(given["embeddings.position_embeddings.weight"])
    body = Body(given["embeddings.word_embeddings.weight"], positions, inner, layers)
    state = {
        "rows": given["embeddings.word_embeddings.weight"],
        "positions": given["embeddings.position_embeddings.weight"] + given["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": given["embeddings.LayerNorm.weight"],
        "norm.bias": given["embeddings.LayerNorm.bias"],
    }
    names = {"out": "attention.output.dense", "up": "intermediate.dense", "down": "output.dense",
             "first": "attention.output.LayerNorm", "second": "output.LayerNorm"}  # fmt: skip
    for i in range(len(body.layers)):
        for part in ("weight", "bias"):
            of = f"encoder.layer.{i}."
            parts = [given[f"{of}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            state[f"layers.{i}.qkv.{part}"] = torch.cat(parts)
            state.update({f"layers.{i}.{ours}.{part}": given[f"{of}{theirs}.{part}"] for ours, theirs in names.items()})
    body.load_state_dict(state)
    return body


def padded(texts: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """(ids, mask) of token lists."""
    longest = max(map(len, texts))
    ids = torch.zeros(len(texts), longest, dtype=torch.long)
    for row, text in zip(ids, texts, strict=True):
        row[: len(text)] = torch.tensor(text)
    lengths = torch.tensor([len(t) for t in texts])
    return ids, torch.arange(longest)[None] < lengths[:, None]


def groups(lengths: Sequence[int], order: Sequence[int], tokens: int = TOKENS_AT_ONCE) -> list[list[int]]:
    """`order` cut into runs of at most `tokens` tokens each, padding counted."""
    made: list[list[int]] = []
    held: list[int] = []
    longest = 0
    for i in order:
        longest = max(longest, lengths[i])
        if held and longest * (len(held) + 1) > tokens:
            made.append(held)
            held, longest = [], lengths[i]
        held.append(i)
    return [*made, held] if held else made


def one_thread_each(workers: int) -> ThreadPoolExecutor:
    """Threads that compute alone: two halves of a step side by side lose less than two threads within each operation."""
    return ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))


def encode_all(
    body: Body, texts: Sequence[Sequence[int]], pool: ThreadPoolExecutor, tell: Callable[[int], Any] | None = None
) -> np.ndarray:
    """float16 [len(texts), width]: the vectors of token lists."""
    out = np.zeros((len(texts), body.rows.shape[1]), np.float16)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))

    def encode(group: list[int]) -> None:
        with torch.no_grad():
            out[group] = body(*padded([texts[i] for i in group])).half().numpy()

    for done, _ in enumerate(pool.map(encode, groups([len(t) for t in texts], order))):
        if tell is not None and done % 50 == 0:
            tell(done)
    return out
