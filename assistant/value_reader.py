"""A question read side by side with the sentences of values -> how well each value answers it, by the words around it. Pure.

A small network over what the transformer reads at each word (index/side_by_side.py): each word of a sentence looks for those of
the question it may stand for (attention: Bahdanau, Cho & Bengio, 2015, with what the lexicon tells of both added to it), layers of
convolution (Yu & Koltun, 2016) carry that along the sentence, and a value's score is read off at its words. So "1,3% for five
years, then 1,5%" is told apart by which of the two the words asked for stand at. Its scores are added to those of word_pairs.py.
The weights lie in value_reader.npz with the data they were learned from (`python -m eval.train_value_reader`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple, get_args

import numpy as np

from index.figures.candidate import Candidate, ValueKind
from index.figures.units import row_label
from index.once import once
from index.side_by_side import Both, Words

from .evidence import Unit
from .judge import Judged
from .question import Question
from .rows import caption_of
from .softmax import softmax

WEIGHTS = "value_reader.npz"
HEADS, REACH = 4, 5  # of attention; words that a layer of convolution looks at
DILATIONS = (1, 2, 4, 1)
LONGEST = 128  # words read of a sentence; values behind them are not read
KINDS: tuple[ValueKind, ...] = get_args(ValueKind)
FIGURE = len(KINDS) + 1  # a figure that is no value weighed
EPSILON = 1e-5
_MEASURED = re.compile(r"[-+]?\d[\d.,]*\s*[^\d|]{0,20}")  # "163,4 triệu đồng": the figure of another column


Placed = tuple[int, int, int, ValueKind]  # the text a value stands in, -1 where none; its first and last character there; its kind


class Spot(NamedTuple):
    """A value's place: the words [first, last) of a text; none where it stands behind what is read of one."""

    text: int
    first: int
    last: int
    kind: ValueKind


Told = Mapping[str, np.ndarray]


class Weights(NamedTuple):
    """`told`: arrays by name, float32, those of convolution [words looked at x w, w]. `scale` and `none`: as in word_pairs.py, once
    more."""

    told: Told
    scale: float
    none: float


def chances(found: np.ndarray, top: Sequence[int], read: np.ndarray, learned: Weights) -> np.ndarray:
    """float64 [values]. `found`: what word_pairs.py finds of each value, the last for no answer; `read`: what is read of `top`."""
    total = found * learned.scale
    total[list(top)] += read
    total[-1] += learned.none
    return softmax(total)[:-1]


def read(
    side_by_side: Callable[[str, Sequence[str]], Both | None], question: Question, values: Sequence[Judged]
) -> np.ndarray | None:
    """float64 [values]: how well each answers; None where nothing is read side by side."""
    texts, places = placed(values)
    both = side_by_side(question.text, texts)
    return None if both is None else scores(both, [spot(place, both.texts) for place in places], load())


def placed(values: Sequence[Judged]) -> tuple[list[str], list[Placed]]:
    """The texts of values, each once, and of each value its text, with its characters there and its kind."""
    texts: dict[tuple[str, int], int] = {}
    said: list[str] = []
    spots = []
    for judged in values:
        unit, candidate = judged.unit, judged.candidate
        assert isinstance(candidate, Candidate)
        text, start = told_of_cell(unit, candidate) if unit.is_row else (unit.text, candidate.start - unit.start)
        at = texts.setdefault((unit.report.id, candidate.start if unit.is_row else unit.start), len(texts))
        if at == len(said):
            said.append(text)
        spots.append((at, start, start + candidate.end - candidate.start, candidate.kind))
    return said, spots


def told_of_cell(unit: Unit, candidate: Candidate) -> tuple[str, int]:
    """A cell as a sentence, and where its value begins: "Phí, lệ phí, Quyết toán: 163,4 triệu đồng (Quyết toán thu năm 2020)"."""
    label = [part for n, part in enumerate(row_label(unit).split(" | ")) if part and not (n and _MEASURED.fullmatch(part))]
    about = [*label, *([candidate.after.replace(" / ", ", ")] if candidate.after else [])]
    before = f"{', '.join(about)}: " if about else ""
    measured = candidate.number.unit if candidate.number else ""
    own = unit.report.text[candidate.start : candidate.end]
    unsaid = f" {measured}" if measured and measured not in own else ""
    above = caption_of(unit)
    return f"{before}{own}{unsaid}{f' ({above})' if above else ''}", len(before)


def spot(place: Placed, texts: Sequence[Words]) -> Spot:
    """The words that a value's characters touch."""
    at, start, end, kind = place
    if at < 0:
        return Spot(at, -1, -1, kind)
    spans, signs = texts[at].spans[:LONGEST], texts[at].signs[:LONGEST]
    own = np.flatnonzero((spans[:, 0] < end) & (spans[:, 1] > start) & (signs == 0))
    return Spot(at, int(own[0]), int(own[-1]) + 1, kind) if len(own) else Spot(at, -1, -1, kind)


def scores(both: Both, spots: Sequence[Spot], learned: Weights) -> np.ndarray:
    """float64 [values]: what is read of each."""
    told = learned.told
    found = np.full(len(spots), float(told["row"]))
    at = [n for n, s in enumerate(spots) if s.first >= 0]
    if not at:
        return found
    asked, whole = _question(both.question, told)
    wanted = sorted({spots[n].text for n in at})
    by_text = {text: [spots[n] for n in at if spots[n].text == text] for text in wanted}
    read = [_heard(both.texts[text], both.met[text], both.question, asked, own, told) for text, own in by_text.items()]
    lengths = [len(seen) for seen, _ in read]
    carried = _carried(np.concatenate([rows for _, rows in read]) @ told["inp.weight"].T + told["inp.bias"], lengths, told)
    parts = np.split(carried, np.cumsum(lengths)[:-1])
    of_text = {text: (part, seen) for text, part, (seen, _) in zip(wanted, parts, read, strict=True)}
    gate = told["gate.weight"] @ whole + told["gate.bias"]
    rows = []
    for n in at:
        text, first, last, _ = spots[n]
        own, seen = of_text[text]
        summed = softmax(own @ told["sent.weight"][0] + told["sent.bias"]) @ own
        rows.append(np.concatenate([own[first], own[last - 1] * gate, summed, whole, seen[first]]))
    hidden = np.maximum(np.stack(rows) @ told["out.0.weight"].T + told["out.0.bias"], 0)
    found[at] = (hidden @ told["out.3.weight"][0] + told["out.3.bias"]) * told["amount"]
    return found


def _question(question: Words, told: Told) -> tuple[np.ndarray, np.ndarray]:
    """float32 [words + 1, d], the last for what it says in no one word; float32 [d], the question as one."""
    states = np.concatenate([question.states, np.zeros_like(question.states[:1])])
    asked = _normed(states, told, "lq") @ told["q.weight"].T + told["q.bias"]
    return asked, softmax(asked @ told["pool.weight"][0] + told["pool.bias"]) @ asked


def _heard(
    words: Words, met: np.ndarray, question: Words, asked: np.ndarray, own: Sequence[Spot], told: Told
) -> tuple[np.ndarray, np.ndarray]:
    """float32 [words, d], what was read at each word of a text; float32 [words, f], that and what of the question it looks for."""
    states, met = words.states[:LONGEST], met[:, :LONGEST]
    seen = _normed(states, told, "ls") @ told["s.weight"].T + told["s.bias"]
    channels = np.concatenate([met, _cosines(question.states, states, told)[..., None]], axis=2)
    keys = (asked @ told["A.weight"].T).reshape(len(asked), HEADS, -1).transpose(1, 0, 2)
    own_keys = seen @ told["B.weight"].T
    likeness = keys @ own_keys.reshape(len(seen), HEADS, -1).transpose(1, 2, 0) / np.sqrt(keys.shape[2])
    likeness += (channels.reshape(-1, 3) @ told["c"].T).reshape(len(asked), len(seen), HEADS).transpose(2, 0, 1)
    nothing = np.broadcast_to(told["null"][:, None, None], (HEADS, 1, len(seen)))
    share = softmax(np.concatenate([likeness, nothing], axis=1).transpose(2, 0, 1))  # [words, heads, question words + 2]
    values = (asked @ told["V.weight"].T + told["V.bias"]).reshape(len(asked), HEADS, -1).transpose(1, 0, 2)
    heard = (share[..., :-1].transpose(1, 0, 2) @ values).transpose(1, 0, 2).reshape(len(seen), -1)
    small = [told["pun.weight"][words.signs[:LONGEST]], told["cand.weight"][_kinds(words, own)]]
    return seen, np.concatenate([seen, heard, heard * own_keys, channels.max(axis=0), share[..., -1], *small], axis=1)


def _carried(rows: np.ndarray, lengths: Sequence[int], told: Told) -> np.ndarray:
    """float32 [words of all texts, w]: what is at each word carried along its text. Between texts lies nothing, as far as is
    looked."""
    gap = REACH // 2 * max(DILATIONS)
    places = np.arange(len(rows)) + gap * (1 + np.repeat(np.arange(len(lengths)), lengths))
    for layer, dilation in enumerate(DILATIONS):
        spread = np.zeros((len(rows) + gap * (len(lengths) + 1), rows.shape[1]), np.float32)
        spread[places] = _normed(rows, told, f"norms.{layer}")
        window = np.concatenate([spread[places + (k - REACH // 2) * dilation] for k in range(REACH)], axis=1)
        rows = rows + np.maximum(window @ told[f"convs.{layer}.weight"] + told[f"convs.{layer}.bias"], 0)
    return rows


def _kinds(words: Words, own: Sequence[Spot]) -> np.ndarray:
    """int64 [words]: 0 for a word, FIGURE for a figure, 1 + its kind for a value."""
    found = np.array([FIGURE if word[:1].isdigit() else 0 for word in words.spelled[:LONGEST]], np.int64)
    for s in own:
        found[s.first : s.last] = 1 + KINDS.index(s.kind)
    return found


def _cosines(question: np.ndarray, text: np.ndarray, told: Told) -> np.ndarray:
    """float32 [question words + 1, text words], 0 or above: of what each is beside the mean word."""
    asked, own = (_unit(states - told[name]) for states, name in ((question, "mean.question"), (text, "mean.text")))
    return np.concatenate([np.maximum(asked @ own.T, 0), np.zeros((1, len(text)), np.float32)])


def _normed(rows: np.ndarray, told: Told, name: str) -> np.ndarray:
    """Layer normalisation (Ba, Kiros & Hinton, 2016)."""
    mean, spread = rows.mean(axis=1, keepdims=True), rows.var(axis=1, keepdims=True)
    found: np.ndarray = (rows - mean) / np.sqrt(spread + EPSILON) * told[f"{name}.weight"] + told[f"{name}.bias"]
    return found


def _unit(rows: np.ndarray) -> np.ndarray:
    found: np.ndarray = rows / (np.linalg.norm(rows, axis=-1, keepdims=True) + 1e-6)
    return found


@once
def load() -> Weights:
    with (files("assistant") / WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as held:
        told = {name: held[name].astype(np.float32) for name in held.files if name not in ("card", "scale", "none")}
        told |= {name: part.transpose(2, 1, 0).reshape(-1, len(part)) for name, part in told.items() if part.ndim == 3}
        return Weights(told, float(held["scale"]), float(held["none"]))
