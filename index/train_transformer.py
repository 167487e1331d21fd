"""Train the small bilingual transformer: `python -m index.train_transformer --body FOLDER [--shared DIR] [--work DIR]`.

Its body is all-MiniLM-L6-v2 (Apache-2.0); `--body` is the folder with its model.safetensors and tokenizer.json. Vietnamese gets
rows of its own (transformer_vocabulary.py), which learn to bring a Vietnamese text to the vector that the body gives its English
translation (Reimers & Gurevych, EMNLP 2020; Artetxe, Ruder & Yogatama, ACL 2020): by the cosine to it, and by telling it from the
other translations of the step and of a sample. The body and the English rows stay as they are, so English keeps its vectors.

What was reached is saved every few minutes and taken up again; seeds are fixed. `python -m index.transformer_export` does the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from index.language.normalise import fold, nfc, tone
from index.train_embedding import PAIR_FILES, Pair, _lines, parallel_pairs, passage_pairs
from index.transformer_body import Body, encode_all, groups, load_body, one_thread_each, padded
from index.transformer_vocabulary import Counts, body_pieces, build, choose, starting_rows

SEED = 20
LONGEST = 128  # tokens of a training text
FOLDED_SHARE = 1 / 6  # of the Vietnamese texts lose their diacritics
GROUP = 3  # neighbouring lines that make a passage
COUNTED = 4  # of so many passages in Vietnamese alone, one is counted for the vocabulary
SCALE = 20.0  # of cosines before the softmax
DISTANCE_WEIGHT = 4.0  # of 1 - cosine, beside the softmax
SAMPLE = 2048  # translations of other steps that a text is told from
TOO_NEAR = 0.95  # a cosine from which another translation is no wrong answer
SAVE_EVERY = 180.0  # seconds
WARMING, LEAST_RATE = 0.03, 0.05  # share of the steps in which the rate rises; of the highest rate, at the end


def translated_passages(shared: Path) -> list[Pair]:
    """(Vietnamese, English) passages: every second run of neighbouring lines of one source."""
    found = []
    for name in PAIR_FILES[:2]:
        sources = _lines(shared / "parallel" / f"{name}.src.gz")
        texts = [line.partition("\t")[::2] for line in _lines(shared / "parallel" / f"{name}.tsv.gz")]
        for first in range(0, len(texts) - GROUP, 2 * GROUP):
            run = texts[first : first + GROUP]
            if len(set(sources[first : first + GROUP])) == 1 and sources[first] not in ("xnli_vi_en", "dict_vietanh_examples"):
                found.append((" ".join(t[0] for t in run), " ".join(t[1] for t in run)))
    return [(vi, en) for vi, en in found if vi.strip() and en.strip()]


@dataclass(frozen=True, slots=True)
class Material:
    """Token lists of Vietnamese texts, with and without diacritics, and the teacher's vectors of their translations."""

    vi: list[list[int]]
    folded: list[list[int]]
    teacher: torch.Tensor  # float16 [texts, width]


@dataclass(frozen=True, slots=True)
class Start:
    """The vocabulary's rows before training, float32 [tokens, width]; true for those that stay as they are."""

    rows: torch.Tensor
    fixed: torch.Tensor


def prepare(a: argparse.Namespace, pool: ThreadPoolExecutor) -> tuple[Material, Start]:
    """The tokenizer and the teacher's vectors are kept in the work folder."""
    pairs = parallel_pairs(a.shared)
    passages = [p for found in passage_pairs(a.shared, random.Random(SEED)).values() for _, p in found]
    teacher = load_body(a.body)
    pieces = body_pieces(a.body)
    english = Counts.of(en for _, en in pairs)
    vietnamese = Counts.of([vi for vi, _ in pairs] + passages[::COUNTED], tone)
    vocabulary = choose(pieces, vietnamese, english, a.sizes)
    tokenizer = build(vocabulary, LONGEST)
    tokenizer.save(str(a.work / "tokenizer.json"), pretty=False)
    rows = starting_rows(vocabulary, teacher.rows.detach().numpy(), pieces, english)
    pairs += translated_passages(a.shared)
    print(len(pairs), "translated texts,", len(rows), "tokens", flush=True)
    vectors = torch.from_numpy(_teacher_vectors(a, teacher, [en for _, en in pairs], pool))

    def ids(texts: Sequence[str]) -> list[list[int]]:
        return [e.ids for e in tokenizer.encode_batch_fast(list(texts))]

    vi = [nfc(vi) for vi, _ in pairs]
    fixed = torch.tensor([row >= 0 for row in vocabulary.body_rows])
    return Material(ids(vi), ids([fold(t) for t in vi]), vectors), Start(torch.from_numpy(rows), fixed)


def _teacher_vectors(a: argparse.Namespace, teacher: Body, texts: Sequence[str], pool: ThreadPoolExecutor) -> np.ndarray:
    from tokenizers import Tokenizer

    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
    kept = a.work / f"teacher-{digest}.npy"
    if kept.is_file():
        known: np.ndarray = np.load(kept)
        return known
    tokenizer = Tokenizer.from_file(str(a.body / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    ids = [e.ids for e in tokenizer.encode_batch_fast(list(texts))]
    print("the teacher reads", sum(map(len, ids)), "tokens", flush=True)
    begun = time.time()
    vectors = encode_all(teacher, ids, pool, lambda n: print(n, round(time.time() - begun), "s", flush=True))
    np.save(kept, vectors)
    return vectors


def plan(lengths: Sequence[int], tokens: float, at_once: int, rng: random.Random) -> list[list[int]]:
    """Numbers of texts, part by part: about `at_once` tokens each, `tokens` in all, texts of about one length together."""
    parts: list[list[int]] = []
    found = 0
    while found < tokens:
        order = list(range(len(lengths)))
        rng.shuffle(order)
        order.sort(key=lambda i: lengths[i] + rng.random() * 4)
        epoch = groups(lengths, order, at_once)
        rng.shuffle(epoch)
        for numbers in epoch:
            if found >= tokens:
                break
            parts.append(numbers)
            found += sum(lengths[i] for i in numbers)
    rng.shuffle(parts)
    return parts


def loss_of(body: Body, numbers: Sequence[int], material: Material, seed: int) -> torch.Tensor:
    """Mean over the part's texts."""
    rng = random.Random(seed)
    texts = [(material.folded if rng.random() < FOLDED_SHARE else material.vi)[i] for i in numbers]
    given = body(*padded(texts))
    others = torch.randint(len(material.teacher), (SAMPLE,), generator=torch.Generator().manual_seed(seed))
    wanted = material.teacher[list(numbers)].float()
    compared = torch.cat([wanted, material.teacher[others].float()])
    near = wanted @ compared.T > TOO_NEAR
    near[:, : len(wanted)].fill_diagonal_(False)
    cosines = (SCALE * given @ compared.T).masked_fill(near, -1e4)
    told = functional.cross_entropy(cosines, torch.arange(len(wanted)))
    distance: torch.Tensor = 1 - (given * wanted).sum(1)
    return DISTANCE_WEIGHT * distance.mean() + told


def train(a: argparse.Namespace) -> None:
    a.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    pool = one_thread_each(a.workers)
    material, start = prepare(a, pool)
    body = load_body(a.body)
    body.requires_grad_(False)
    body.rows = nn.Parameter(start.rows)
    optimiser = torch.optim.Adam([body.rows], lr=a.rate, betas=(0.9, 0.99), fused=True)
    parts = plan([len(t) for t in material.vi], a.tokens, a.at_once, random.Random(SEED))
    state = a.work / "state.pt"
    first = 0
    if state.is_file():
        held = torch.load(state, weights_only=True)
        body.load_state_dict(held["body"])
        optimiser.load_state_dict(held["optimiser"])
        first = held["at"]

    def keep(at: int) -> None:
        torch.save({"body": body.state_dict(), "optimiser": optimiser.state_dict(), "at": at}, state.with_suffix(".new"))
        os.replace(state.with_suffix(".new"), state)

    _steps(a, body, optimiser, parts, material, start.fixed, pool, first, keep)
    keep(len(parts))


def _steps(a: argparse.Namespace, body: Body, optimiser: torch.optim.Optimizer, parts: Sequence[Sequence[int]], material: Material,
           fixed: torch.Tensor, pool: ThreadPoolExecutor, start: int, keep: Callable[[int], None]) -> None:  # fmt: skip
    """The parts from number `start` on, `workers` of them at a time."""
    begun = saved = time.time()
    losses: list[float] = []

    def part(number: int) -> tuple[float, torch.Tensor]:
        loss = loss_of(body, parts[number], material, SEED + number)
        return loss.item(), torch.autograd.grad(loss / a.workers, [body.rows])[0]

    for first in range(start, len(parts), a.workers):
        done = list(pool.map(part, range(first, min(first + a.workers, len(parts)))))
        gradient = torch.stack([gradient for _, gradient in done]).sum(0)
        gradient[fixed] = 0
        body.rows.grad = gradient
        share = max(min(1.0, (first + 1) / (WARMING * len(parts))) * (1 - first / len(parts)), LEAST_RATE)
        for group in optimiser.param_groups:
            group["lr"] = a.rate * share
        optimiser.step()
        losses += [loss for loss, _ in done]
        if first // a.workers % 50 == 0:
            print(first, "of", len(parts), round(sum(losses) / len(losses), 3), round(time.time() - begun), "s", flush=True)
            losses = []
        if time.time() - saved > SAVE_EVERY:
            keep(first + a.workers)
            saved = time.time()


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--body", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REPORTS_SHARED", "../shared")))
    parser.add_argument("--work", type=Path, default=Path("out/transformer"))
    parser.add_argument(
        "--sizes",
        type=int,
        nargs=5,
        default=(19000, 6000, 6500, 1500, 2500),
        help="English pieces, syllables, compounds, both without diacritics",
    )
    parser.add_argument("--tokens", type=float, default=1.6e6, help="of all steps together; the texts have 4.5 million")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--at-once", type=int, default=1536, help="tokens of one part of a step, padding counted")
    parser.add_argument("--workers", type=int, default=2, help="parts computed side by side")
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
