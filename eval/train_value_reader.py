"""Learns to read questions and sentences side by side: `python -m eval.train_value_reader FOLDER…`, an hour on one core.

First on figures taken out of sentences (masked_figures.py), then on the questions of evaluation sets of which rules may be chosen,
as eval/answer_examples.py keeps them, of libraries read closely and of single reports: there on top of what signals and words tell
of a value by weights that were not learned from the same sets (eval/train_answers.py), so that it learns what they do not tell. The
network is assistant/value_reader.py's, with dropout (Srivastava et al., 2014), by AdamW (Loshchilov & Hutter, 2019) from a fixed
seed. Prints, for the sets of `--without`, which are not learned from, what they had before and what they have with it; writes
assistant/value_reader.npz.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import nn

import assistant
from assistant.value_reader import DILATIONS, FIGURE, HEADS, KINDS, LONGEST, REACH, WEIGHTS, Placed, Spot, spot
from assistant.word_pairs import PAIRED, likeliest
from eval.answer_examples import Example
from eval.formats import shared_folder
from eval.masked_figures import Masked, of_news, of_translations
from eval.train_answer_types import options
from eval.train_answers import Scored, asked_alone, asked_in_all_ways, by_others, counted, read_closely
from index.onnx_embed import TransformerEmbedder
from index.side_by_side import OTHER_SIGN, SideBySide, Words

FILE = Path(assistant.__file__).parent / WEIGHTS
SEED, AT_ONCE = 0, 32
WIDTH, CARRIED, KEY, SMALL, HIDDEN, DROPPED = 64, 96, 16, 8, 64, 0.2
MASKED_ROUNDS, MASKED_RATE, MASKED_DECAY = 6, 2e-3, 0.02
ROUNDS, RATE, DECAY = 2, 1e-3, 0.1
WARM = 100  # steps in which the rate rises
TRUSTED = 0.85  # of what is read: what was learned is surer of itself than it is right, on sets left out
BELIEVED = 0.3  # of what was learned on figures taken out, to begin with where signals tell much already
MOST_TRANSLATIONS, MOST_NEWS = 23_000, 9_000
NEVER = -1e4
CARD: dict[str, object] = {
    "what": "a network that reads a question and the sentences of values side by side: assistant/value_reader.py",
    "command": "python -m eval.train_value_reader",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One question: its words, those of the texts, what meets (side_by_side.py), the values weighed, and `before`: what was known
    of each before, the last for no answer. `right`: bool, of the same."""

    question: Words
    texts: tuple[Words, ...]
    met: tuple[np.ndarray, ...]
    spots: tuple[Spot, ...]
    before: np.ndarray
    right: np.ndarray


def main() -> None:
    parser = options(__doc__, FILE)
    parser.add_argument("--without", nargs="*", default=[], help="names of sets not to learn from")
    parser.add_argument("--keep", type=Path, help="a folder in which what was asked is kept for the next time")
    a = parser.parse_args()
    examples = asked_in_all_ways(a.folders, a.keep)
    totals = by_others(examples)[1]
    closely, alone = ([e for e in some if e.texts] for some in (read_closely(examples), asked_alone(examples)))
    both, chance = SideBySide(TransformerEmbedder.load()), random.Random(SEED)
    masked = [
        *islice(of_translations(shared_folder(), chance), MOST_TRANSLATIONS),
        *islice(of_news(shared_folder(), chance), MOST_NEWS),
    ]
    learned = [e for e in [*closely, *alone] if e.set not in a.without]
    network = fit([task_of_masked(both, one) for one in masked], [task_of(both, e, totals[e.set, e.id]) for e in learned])
    for name in a.without:
        own = [e for e in closely if e.set == name]
        counted(f"{name}, before", own, totals)
        counted(name, own, with_reading(network, both, own, totals))
    save(network, a.out, {**CARD, "learned from": a.source, "figures taken out": len(masked), "questions": len(learned)})


# --- what is learned from -----------------------------------------------------------------------------------------------------


def task_of(both: SideBySide, e: Example, totals: np.ndarray) -> Task:
    """`totals`: word_pairs.totals of the example."""
    top = likeliest(totals[:-1])
    right = [e.right[at] for at in top]
    return _task(both, e.question, e.texts, [e.places[at] for at in top], totals[[*top, -1]], [*right, not any(right)])


def task_of_masked(both: SideBySide, one: Masked) -> Task:
    right = [at == one.right for at in range(len(one.values))]
    return _task(both, one.question, one.texts, one.values, np.zeros(len(right) + 1), [*right, not any(right)])


def _task(
    both: SideBySide, question: str, texts: Sequence[str], places: Sequence[Placed], before: np.ndarray, right: Sequence[bool]
) -> Task:
    wanted = sorted({at for at, *_ in places if at >= 0})
    read = both.read(question, [texts[at] for at in wanted])
    moved = [(wanted.index(at) if at >= 0 else -1, *rest) for at, *rest in places]
    spots = tuple(spot(place, read.texts) for place in moved)  # type: ignore[arg-type]
    return Task(read.question, read.texts, read.met, spots, before.astype(np.float32), np.array(right))


# --- the network --------------------------------------------------------------------------------------------------------------


class Network(nn.Module):
    """assistant/value_reader.py's, for many questions at once; its parts have the names of that one's arrays."""

    def __init__(self, dimension: int, mean_question: np.ndarray, mean_text: np.ndarray) -> None:
        super().__init__()
        heads = HEADS * KEY
        self.lq, self.ls = nn.LayerNorm(dimension), nn.LayerNorm(dimension)
        self.q, self.s = nn.Linear(dimension, WIDTH), nn.Linear(dimension, WIDTH)
        self.A, self.B, self.V = nn.Linear(WIDTH, heads, bias=False), nn.Linear(WIDTH, heads, bias=False), nn.Linear(WIDTH, heads)
        self.c, self.null = nn.Parameter(torch.tensor([[3.0, 2.0, 3.0]] * HEADS)), nn.Parameter(torch.zeros(HEADS))
        self.pun, self.cand = nn.Embedding(OTHER_SIGN + 1, SMALL), nn.Embedding(FIGURE + 1, SMALL)
        self.inp = nn.Linear(WIDTH + 2 * heads + 3 + HEADS + 2 * SMALL, CARRIED)
        self.norms = nn.ModuleList([nn.LayerNorm(CARRIED) for _ in DILATIONS])
        self.convs = nn.ModuleList([nn.Conv1d(CARRIED, CARRIED, REACH, padding=REACH // 2 * d, dilation=d) for d in DILATIONS])
        self.pool, self.sent, self.gate = nn.Linear(WIDTH, 1), nn.Linear(CARRIED, 1), nn.Linear(WIDTH, CARRIED)
        self.out = nn.Sequential(nn.Linear(3 * CARRIED + 2 * WIDTH, HIDDEN), nn.ReLU(), nn.Dropout(DROPPED), nn.Linear(HIDDEN, 1))
        self.scale, self.none, self.row, self.amount = (nn.Parameter(torch.tensor(start)) for start in (1.0, 0.0, 0.0, 1.0))
        self.left_out = nn.Dropout(DROPPED)
        self.mean_question, self.mean_text = mean_question, mean_text

    def forward(self, given: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """float32 [values]."""
        asked, seen = self.left_out(self.q(self.lq(given["question"]))), self.left_out(self.s(self.ls(given["states"])))
        of, own = given["of"], given["is_text"][..., None].to(seen.dtype)
        carried = self.left_out(self.inp(self._heard(asked[of], seen, given))) * own
        for norm, convolution in zip(self.norms, self.convs, strict=True):
            carried = carried + torch.relu(convolution((norm(carried) * own).transpose(1, 2)).transpose(1, 2)) * own
        whole = _pooled(self.pool(asked), given["is_question"], asked)
        summed = _pooled(self.sent(carried), given["is_text"], carried)
        text, first, last = given["text"], given["first"].clamp(min=0), (given["last"] - 1).clamp(min=0)
        question = whole[of[text]]
        ends = carried[text, last] * self.gate(question)
        told = self.out(torch.cat([carried[text, first], ends, summed[text], question, seen[text, first]], -1)).squeeze(-1)
        return torch.where(given["first"] < 0, self.row, told.float() * self.amount)

    def _heard(self, asked: torch.Tensor, seen: torch.Tensor, given: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Each word with those of the question it looks for."""
        texts, words = seen.shape[:2]
        there = given["is_question"][given["of"]]
        channels = given["channels"].to(seen.dtype)
        keys, own = self.A(asked).view(texts, -1, HEADS, KEY), self.B(seen).view(texts, words, HEADS, KEY)
        likeness = torch.einsum("tmhd,tnhd->thmn", keys, own) / KEY**0.5 + torch.einsum("tmnc,hc->thmn", channels, self.c)
        nothing = self.null.view(1, HEADS, 1, 1).expand(texts, HEADS, 1, words).to(likeness.dtype)
        share = torch.cat([likeness.masked_fill(~there[:, None, :, None], NEVER), nothing], 2).softmax(2).to(seen.dtype)
        values = self.V(asked).view(texts, -1, HEADS, KEY)
        heard = torch.einsum("thmn,tmhd->tnhd", share[:, :, :-1], values).reshape(texts, words, -1)
        small = [self.pun(given["signs"]).to(seen.dtype), self.cand(given["kinds"]).to(seen.dtype)]
        best = channels.masked_fill(~there[:, :, None, None], 0).amax(1)
        return torch.cat([seen, heard, heard * own.reshape(texts, words, -1), best, share[:, :, -1].transpose(1, 2), *small], -1)


def _pooled(scores: torch.Tensor, there: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    shares = scores.squeeze(-1).masked_fill(~there, NEVER).softmax(1).to(rows.dtype)
    return torch.einsum("tn,tnd->td", shares, rows)


def laid_out(tasks: Sequence[Task], network: Network) -> dict[str, torch.Tensor]:
    """Texts and questions as long as the longest. A question has one word more, for what it says in no one word."""
    texts = [(n, words, met) for n, task in enumerate(tasks) for words, met in zip(task.texts, task.met, strict=True)]
    starts = np.cumsum([0, *(len(task.texts) for task in tasks)])
    m = max(len(task.question.spelled) for task in tasks) + 1
    n = min(LONGEST, max([1, *(len(words.spelled) for _, words, _ in texts)]))
    dimension = len(network.mean_text)
    question, states = np.zeros((len(tasks), m, dimension), np.float32), np.zeros((max(len(texts), 1), n, dimension), np.float32)
    is_question, is_text = np.zeros((len(tasks), m), np.bool_), np.zeros((len(states), n), np.bool_)
    channels, of = np.zeros((len(states), m, n, 3), np.float32), np.zeros(len(states), np.int64)
    signs, kinds = np.zeros((2, len(states), n), np.int64)
    for row, there, task in zip(question, is_question, tasks, strict=True):
        own = len(task.question.spelled)
        row[:own], there[:own], there[-1] = task.question.states, True, True
    for i, (asked, words, met) in enumerate(texts):
        length, own = min(n, len(words.spelled)), len(tasks[asked].question.spelled)
        states[i, :length], is_text[i, :length], of[i], signs[i, :length] = words.states[:n], True, asked, words.signs[:n]
        channels[i, :own, :length, :2], channels[i, -1, :length, :2] = met[:-1, :n], met[-1, :n]
        kinds[i, :length] = [FIGURE if word[:1].isdigit() else 0 for word in words.spelled[:n]]
    spots = [(max(int(start) + s.text, 0), s) for start, task in zip(starts, tasks, strict=False) for s in task.spots]
    for text, s in spots:
        if s.first >= 0:
            kinds[text, s.first : s.last] = 1 + KINDS.index(s.kind)
    asked_from, read = _unit(question - network.mean_question, is_question), _unit(states - network.mean_text, is_text)
    asked_from[:, -1] = 0
    channels[..., 2] = np.maximum(np.einsum("tmd,tnd->tmn", asked_from[of], read), 0)
    ends = {"text": [text for text, _ in spots], "first": [s.first for _, s in spots], "last": [s.last for _, s in spots]}
    arrays = {
        "question": question, "states": states, "is_question": is_question, "is_text": is_text, "channels": channels, "of": of,
        "signs": signs, "kinds": kinds, **{name: np.array(found, np.int64) for name, found in ends.items()},
    }  # fmt: skip
    return {name: torch.from_numpy(found) for name, found in arrays.items()}


def _unit(rows: np.ndarray, there: np.ndarray) -> np.ndarray:
    kept = rows * there[..., None]
    found: np.ndarray = kept / (np.linalg.norm(kept, axis=-1, keepdims=True) + 1e-6)
    return found


# --- learning -----------------------------------------------------------------------------------------------------------------


def fit(masked: Sequence[Task], tasks: Sequence[Task]) -> Network:
    torch.manual_seed(SEED)
    network = Network(masked[0].question.states.shape[1], *_means(masked))
    _descend(network, masked, MASKED_ROUNDS, MASKED_RATE, MASKED_DECAY)
    with torch.no_grad():
        for part, start in ((network.scale, 1.0), (network.none, 0.0), (network.row, 0.0), (network.amount, BELIEVED)):
            part.fill_(start)
    _descend(network, tasks, ROUNDS, RATE, DECAY)
    with torch.no_grad():
        for part in (network.amount, network.row):
            part.mul_(TRUSTED)
    return network.eval()


def _means(tasks: Sequence[Task]) -> tuple[np.ndarray, np.ndarray]:
    """The mean states of questions and of texts."""
    questions = np.mean([task.question.states.mean(axis=0) for task in tasks], axis=0)
    return questions, np.mean([task.texts[0].states.mean(axis=0) for task in tasks if task.texts], axis=0)


def _descend(network: Network, tasks: Sequence[Task], rounds: int, rate: float, decay: float) -> None:
    weights = [part for part in network.parameters() if part.dim() > 1]
    others = [part for part in network.parameters() if part.dim() <= 1]
    optimizer = torch.optim.AdamW([{"params": weights, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}], lr=rate)
    chance, step, steps = random.Random(SEED), 0, rounds * max(len(tasks) // AT_ONCE, 1)
    network.train()
    for number in range(rounds):
        lost = []
        for batch in batches(tasks, chance):
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1, step / WARM) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
            loss = _loss(network, batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            lost.append(loss.item())
        print(f"round {number + 1} of {rounds}: loss {np.mean(lost):.4f}", flush=True)


def batches(tasks: Sequence[Task], chance: random.Random) -> Iterable[list[Task]]:
    """Tasks of about the same length together, in an order by chance."""
    lengths = [max([1, *(len(words.spelled) for words in task.texts)]) * chance.uniform(0.9, 1.1) for task in tasks]
    order = sorted(range(len(tasks)), key=lengths.__getitem__)
    starts = list(range(0, max(len(order) - AT_ONCE, 0) + 1, AT_ONCE))
    chance.shuffle(starts)
    return [[tasks[at] for at in order[start : start + AT_ONCE]] for start in starts]


def _loss(network: Network, tasks: Sequence[Task]) -> torch.Tensor:
    """The mean negative log-likelihood of the right values, or of no answer."""
    totals = _totals(network, tasks)
    right = torch.zeros_like(totals, dtype=torch.bool)
    for row, task in zip(right, tasks, strict=True):
        row[: len(task.spots)], row[-1] = torch.from_numpy(task.right[:-1]), bool(task.right[-1])
    return (torch.logsumexp(totals, 1) - torch.logsumexp(totals.masked_fill(~right, -1e9), 1)).mean()


def _totals(network: Network, tasks: Sequence[Task]) -> torch.Tensor:
    """float32 [tasks, PAIRED + 1], the last for no answer, NEVER where there is no value."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        read = network(laid_out(tasks, network)).float()
    before = torch.full((len(tasks), PAIRED + 1), NEVER)
    places = []
    for n, task in enumerate(tasks):
        before[n, : len(task.spots)], before[n, -1] = torch.from_numpy(task.before[:-1]), float(task.before[-1])
        places += [n * (PAIRED + 1) + at for at in range(len(task.spots))]
    found = torch.zeros(len(tasks) * (PAIRED + 1)).index_put((torch.tensor(places, dtype=torch.int64),), read).view(len(tasks), -1)
    none = torch.cat([torch.zeros(PAIRED), torch.ones(1)]) * network.none
    return torch.where(before > NEVER, network.scale * before + found + none, before)


def with_reading(network: Network, both: SideBySide, own: Sequence[Example], totals: Scored) -> dict[tuple[str, str], np.ndarray]:
    """`totals` with what is read added."""
    found = {}
    for e in own:
        known = totals[e.set, e.id]
        top = likeliest(known[:-1])
        with torch.no_grad():
            read = _totals(network, [task_of(both, e, known)])[0].numpy()
        told = np.full(len(known), -np.inf)
        told[top], told[-1] = read[: len(top)], read[-1]
        found[e.set, e.id] = told
    return found


def save(network: Network, path: Path, card: Mapping[str, object]) -> None:
    parts = {name: part.detach().numpy().astype(np.float16) for name, part in network.state_dict().items()}
    means = {"mean.question": network.mean_question.astype(np.float16), "mean.text": network.mean_text.astype(np.float16)}
    np.savez_compressed(path, card=np.array(json.dumps(card, ensure_ascii=False)), **parts | means)


if __name__ == "__main__":
    main()
