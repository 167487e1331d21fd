"""Train the bundled bilingual embedding: `python -m index.train_embedding [--shared DIR] [--out DIR]`. Ten minutes on two cores.

A static embedding: a text's vector is the mean of its tokens' vectors. The tokenizer is our own: Vietnamese syllables and
two-syllable compounds, the same without diacritics, English words, and pieces for the rest. It is trained with
MultipleNegativesRankingLoss (Henderson et al., 2017) on translated sentences, stretches of a sentence and the translated passage
around it, headings and their articles, titles or stretches of a sentence and their paragraphs. Vectors are stored as 8-bit
integers with one scale a token, the layout that sentence-transformers reads for quantised static models.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from index.language.normalise import fold, nfc, tone
from index.language.tokens import words

SEED = 20
PAIR_FILES = ("MERGED_human", "MERGED_mt", "MERGED_lexicon")
SPACE = "▁"
FOLDED_SHARE = 1 / 6  # of the asking texts lose their diacritics
Pair = tuple[str, str]


def parallel_pairs(shared: Path) -> list[Pair]:
    """(Vietnamese, English) sentences and dictionary entries, several senses of an entry as pairs of their own."""
    pairs = []
    for name in PAIR_FILES:
        with gzip.open(shared / "parallel" / f"{name}.tsv.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                vi, _, en = line.rstrip("\n").partition("\t")
                if name == "MERGED_lexicon" and not vi.startswith(("Xã", "Phường", "Thị trấn")):
                    pairs += [(vi, sense.strip()) for sense in re.split("[;,]", en) if sense.strip()]
                elif vi and en:
                    pairs.append((vi, en))
    return list(dict.fromkeys(pairs))


def windows(shared: Path, rng: random.Random, size: int = 4) -> list[Pair]:
    """(stretch of a sentence, passage) across the languages: neighbouring lines of one source are a passage, a part of one asks."""
    found = []
    for name in PAIR_FILES[:2]:
        sources = _lines(shared / "parallel" / f"{name}.src.gz")
        lines = _lines(shared / "parallel" / f"{name}.tsv.gz")
        texts = [line.partition("\t")[::2] for line in lines]
        for first in range(0, len(texts) - size, size):
            if len(set(sources[first : first + size])) > 1 or sources[first] in ("xnli_vi_en", "dict_vietanh_examples"):
                continue
            group = texts[first : first + size]
            for asking, passage in ((1, 0), (0, 1)):
                found.append((stretch(rng.choice(group)[asking], rng), " ".join(t[passage] for t in group)[:900]))
    return [(a, b) for a, b in found if a and b]


def _lines(path: Path) -> list[str]:
    return gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")


def stretch(sentence: str, rng: random.Random, low: int = 5, high: int = 16) -> str:
    """Some consecutive words of a sentence: about as long as a question."""
    tokens = sentence.split()
    first = rng.randrange(max(1, len(tokens) - low))
    return " ".join(tokens[first : first + rng.randint(low, high)])


def _records(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def paragraphs(text: str, low: int = 200, high: int = 900) -> list[str]:
    """Paragraphs of a text, short ones joined to the next."""
    found, held = [], ""
    for line in text.splitlines():
        line = line.strip(" =*\t")
        if not line:
            continue
        held = f"{held} {line}".strip()
        if len(held) >= low:
            found.append(held[:high])
            held = ""
    return found


def passage_pairs(shared: Path, rng: random.Random) -> dict[str, list[Pair]]:
    """(question-like text, passage), by source: headings of codified law, titles of news, titles and sentences of Wikipedia."""
    mono = shared / "mono"
    law = []
    for r in _records(mono / "phapdien_passages.jsonl.gz"):
        if r["text"].strip():
            law.append((f"{r['title']} {r['topic']}" if rng.random() < 0.5 else r["title"], " ".join(r["text"].split())[:900]))
    news = [(r["title"], p) for r in _records(mono / "hddtvn_econ_news.jsonl.gz") for p in paragraphs(r["text"])[:3]]
    wiki = []
    for r in _records(mono / "viwiki_underthesea.jsonl.gz"):
        parts = paragraphs(r["text"])
        rng.shuffle(parts)
        for part in parts[:12]:
            pieces = re.split(r"(?<=[.;:])\s+", part)
            if len(pieces) < 2:
                continue
            at = rng.randrange(len(pieces))
            query = stretch(pieces[at], rng)  # asks for the paragraph
            rest = part if rng.random() < 0.3 else " ".join(pieces[:at] + pieces[at + 1 :])
            wiki.append((f"{r['title']} {query}" if rng.random() < 0.5 else query, rest))
    return {"law": law, "news": news, "wiki": wiki}


def _folds(pair_of: Counter[str]) -> Counter[str]:
    folded: Counter[str] = Counter()
    for word, n in pair_of.items():
        if fold(word) != word:
            folded[fold(word)] += n
    return folded


def vocabulary(vi: Iterable[str], en: Iterable[str], sizes: Sequence[int]) -> dict[str, float]:
    """Token -> log-probability. `sizes`: Vietnamese words, Vietnamese compounds, folded words, folded compounds, English words."""
    word, pair, english = Counter[str](), Counter[tuple[str, str]](), Counter[str]()
    for text in vi:
        tokens = [tone(t.text) for t in words(text) if t.text.isalpha()]
        word.update(tokens)
        pair.update(pairwise(tokens))
    for text in en:
        english.update(t.text.lower() for t in words(text) if t.text.isalpha())
    total = sum(word.values())
    gain = {
        f"{a} {b}": n * math.log(n * total / (word[a] * word[b]))
        for (a, b), n in pair.items()
        if n >= 20 and n * total > 8 * word[a] * word[b]
    }
    compounds = Counter({p: pair[tuple(p.split())] for p in sorted(gain, key=gain.__getitem__, reverse=True)[: sizes[1]]})  # type: ignore[index]
    kept = Counter(dict(word.most_common(sizes[0])))
    kept.update(dict(english.most_common(sizes[4])))
    kept.update(dict(_folds(Counter(dict(word.most_common(sizes[2])))).most_common(sizes[2])))
    kept.update(compounds)
    kept.update(dict(_folds(Counter(dict(compounds.most_common(sizes[3])))).most_common(sizes[3])))
    kept.update({str(n): 1000 for n in [*range(101), *range(1900, 2051)]})
    mass = sum(kept.values())
    return {SPACE + w.replace(" ", SPACE): math.log(n / mass) for w, n in kept.items()}


def build_tokenizer(vocab: dict[str, float], pieces_from: Iterable[str], pieces: int) -> Any:
    """A Unigram tokenizer (Kudo, 2018) whose pieces may span a space: compounds are tokens. Lower-case, NFC, one tone placement."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

    moved = []
    for first, second in ("oa", "oe", "uy"):
        for mark in "\u0300\u0301\u0303\u0309\u0323":
            old, new = nfc(first + second + mark), nfc(first + mark + second)
            moved.append(normalizers.Replace(Regex(("(?<!q)" if first == "u" else "") + old + r"(?!\p{L})"), new))
    cleaning = [normalizers.NFC(), normalizers.Lowercase(), *moved, normalizers.Replace(Regex(r"['’]s\b"), ""),
                normalizers.Replace(Regex(r"[^\p{L}\p{N}]+"), " "), normalizers.Strip()]  # fmt: skip
    small = Tokenizer(models.Unigram())
    small.normalizer = normalizers.Sequence(cleaning)
    small.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=pieces, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False)
    small.train_from_iterator(pieces_from, trainer)
    floor = min(vocab.values())
    table = dict(vocab)
    for token, score in json.loads(small.to_str())["model"]["vocab"]:
        if token != "<unk>" and token not in table:
            table[token] = floor - 4 + score
    table.setdefault(SPACE, floor - 12)
    whole = Tokenizer(models.Unigram([("<unk>", 0.0), *sorted(table.items(), key=lambda i: (-i[1], i[0]))], unk_id=0))
    whole.normalizer = normalizers.Sequence(cleaning)
    whole.pre_tokenizer = pre_tokenizers.Metaspace(split=False)
    return whole


class Encoded:
    """The token numbers of every text of every pair, with and without diacritics, made once."""

    def __init__(self, tokenizer: Any, pairs: Sequence[Pair]) -> None:
        def ids(texts: Iterable[str]) -> list[list[int]]:
            return [e.ids or [0] for e in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

        self.sides = [ids(p[0] for p in pairs), ids(p[1] for p in pairs)]
        self.folded = [ids(fold(nfc(p[0])) for p in pairs), ids(fold(nfc(p[1])) for p in pairs)]

    def __len__(self) -> int:
        return len(self.sides[0])

    def draw(self, numbers: Sequence[int], rng: random.Random) -> tuple[list[list[int]], list[list[int]]]:
        """One batch: the asking side loses its diacritics in one of six."""
        asking = [self.folded[0][i] if rng.random() < FOLDED_SHARE else self.sides[0][i] for i in numbers]
        answering = [self.folded[1][i] if rng.random() < FOLDED_SHARE / 4 else self.sides[1][i] for i in numbers]
        return asking, answering


def batches(sizes: Mapping[str, int], batch: int, rng: random.Random) -> list[tuple[str, list[int]]]:
    """One epoch of batches, each from one source, in random order."""
    made: list[tuple[str, list[int]]] = []
    for name, size in sizes.items():
        order = list(range(size))
        rng.shuffle(order)
        made += [(name, order[i : i + batch]) for i in range(0, size - batch // 2, batch)]
    rng.shuffle(made)
    return made


def _features(texts: list[list[int]]) -> dict[str, Any]:
    import torch

    starts = torch.tensor([0, *(len(t) for t in texts[:-1])]).cumsum(0)
    return {"input_ids": torch.tensor([i for t in texts for i in t]), "offsets": starts}


def train(a: argparse.Namespace) -> None:
    import numpy as np
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    torch.set_num_threads(a.threads)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    pairs = parallel_pairs(a.shared)
    sources = {"parallel": pairs, "windows": windows(a.shared, rng), **passage_pairs(a.shared, rng)}
    vi_texts = [vi for vi, _ in pairs] + [x for name in ("law", "news", "wiki") for p in sources[name] for x in p]
    vocab = vocabulary(vi_texts, (en for _, en in pairs), a.sizes[:5])
    tokenizer = build_tokenizer(vocab, (text for p in pairs[::3] for text in (p[1], fold(nfc(p[0])))), a.sizes[5])
    print({name: len(found) for name, found in sources.items()}, tokenizer.get_vocab_size(), "tokens", flush=True)
    encoded = {name: Encoded(tokenizer, found) for name, found in sources.items()}
    module = StaticEmbedding(tokenizer, embedding_weights=torch.randn(tokenizer.get_vocab_size(), a.dimensions) * 0.1)
    model = SentenceTransformer(modules=[module], device="cpu")
    directions: Any = ("query_to_doc", "doc_to_query")
    loss_of = MultipleNegativesRankingLoss(model, scale=a.scale, directions=directions, partition_mode="per_direction")
    optimiser = torch.optim.Adam(model.parameters(), lr=a.rate)
    sizes = {name: len(e) for name, e in encoded.items()}
    total, step = a.epochs * len(batches(sizes, a.batch, random.Random(0))), 0
    for epoch in range(a.epochs):
        losses: dict[str, list[float]] = {}
        for name, numbers in batches(sizes, a.batch, rng):
            loss = loss_of([_features(side) for side in encoded[name].draw(numbers, rng)], None)
            for group in optimiser.param_groups:
                group["lr"] = a.rate * min(1.0, (step + 1) / (0.05 * total)) * max(0.02, 1 - step / total)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            losses.setdefault(name, []).append(loss.item())
        print(epoch, {name: round(sum(v) / len(v), 3) for name, v in losses.items()}, flush=True)
    save(module.embedding.weight.detach().numpy().astype(np.float32), tokenizer, a.out)


def save(weights: Any, tokenizer: Any, out: Path) -> None:
    """Write a sentence-transformers folder with 8-bit vectors: row i is `embeddings[i] * weights[i]`."""
    import numpy as np
    from safetensors.numpy import save_file

    out.mkdir(parents=True, exist_ok=True)
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-9) / 127
    tensors = {
        "embeddings": np.round(weights / scale[:, None]).astype(np.int8),
        "weights": scale.astype(np.float32),
    }
    save_file(tensors, out / "model.safetensors")
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
    ]
    (out / "modules.json").write_text(json.dumps(modules, indent=1))
    (out / "1_Normalize").mkdir(exist_ok=True)
    (out / "1_Normalize" / "config.json").write_text("{}")
    config: dict[str, Any] = {
        "prompts": {},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
        "model_type": "SentenceTransformer",
    }
    (out / "config_sentence_transformers.json").write_text(json.dumps(config, indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REPORTS_SHARED", "../shared")))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "model")
    parser.add_argument("--dimensions", type=int, default=256)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--rate", type=float, default=0.01)
    parser.add_argument("--scale", type=float, default=20.0)
    parser.add_argument("--sizes", type=int, nargs=6, default=(8000, 14000, 5000, 3000, 16000, 8000))
    parser.add_argument("--threads", type=int, default=2)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
