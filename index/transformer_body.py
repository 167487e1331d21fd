"""The small transformer in PyTorch, for training: BERT (Devlin et al., 2019) in the layout of multilingual-e5-small, mean-pooled.

Parameters are float32; the layers compute in bfloat16, which two cores multiply four times as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .transformer_weights import Weights

HEADS = 12
EPSILON = 1e-12
HALF = torch.bfloat16
TOKENS_AT_ONCE = 4096  # padding counted


class HalfLinear(nn.Linear):
    """float32 numbers, multiplied in bfloat16."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.linear(x, self.weight.to(HALF), self.bias.to(HALF))


class Layer(nn.Module):
    """Attention and a feed-forward step, each added to its input and normalised after."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.qkv, self.out = HalfLinear(width, 3 * width), HalfLinear(width, width)
        self.up, self.down = HalfLinear(width, inner), HalfLinear(inner, width)
        self.first, self.second = nn.LayerNorm(width, EPSILON), nn.LayerNorm(width, EPSILON)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """`x`: [batch, tokens, width]; `mask`: bool [batch, 1, 1, tokens], true where a token stands."""
        n, length, width = x.shape
        q, k, v = self.qkv(x).view(n, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        met = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(n, length, width)
        x = _norm(self.first, x + self.out(met))
        return _norm(self.second, x + self.down(functional.gelu(self.up(x))))


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


def load_body(weights: Weights, kept: Sequence[int]) -> Body:
    """The body with the rows of the tokens `kept`. The one segment's row is added to the positions, since every text is one."""
    given = {name: torch.from_numpy(value) for name, value in weights.tensors.items()}
    width = weights.width
    inner = len(given["l0.fi.b"])
    positions = given["emb.pos"].view(-1, width) + given["emb.type"].view(-1, width)[0]
    rows = given["emb.word"].view(-1, width)[torch.tensor(kept)]
    body = Body(rows, len(positions), inner, weights.layers)
    state = {"rows": rows, "positions": positions, "norm.weight": given["emb.ln.w"], "norm.bias": given["emb.ln.b"]}
    for i in range(weights.layers):
        theirs = f"l{i}."
        state[f"layers.{i}.qkv.weight"] = torch.cat([given[f"{theirs}{name}.w"].view(width, width) for name in ("q", "k", "v")])
        state[f"layers.{i}.qkv.bias"] = torch.cat([given[f"{theirs}{name}.b"] for name in ("q", "k", "v")])
        for ours, name in (("out", "ao"), ("up", "fi"), ("down", "fo")):
            bias = given[f"{theirs}{name}.b"]
            state[f"layers.{i}.{ours}.weight"] = given[f"{theirs}{name}.w"].view(len(bias), -1)
            state[f"layers.{i}.{ours}.bias"] = bias
        for ours, name in (("first", "aln"), ("second", "oln")):
            for part in ("weight", "bias"):
                state[f"layers.{i}.{ours}.{part}"] = given[f"{theirs}{name}.{part[0]}"]
    body.load_state_dict(state)
    return body


def padded(texts: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """(ids, mask) of token lists."""
    longest = max(map(len, texts))
    ids = torch.zeros(len(texts), longest, dtype=torch.long)  # what stands behind a text is masked
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
