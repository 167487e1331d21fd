"""The vocabulary of the small transformer: of the 250,000 pieces of its body's tokenizer, those that Vietnamese and English use.
Used only in training (train_transformer.py).

A Unigram tokenizer cuts a text into its likeliest pieces, so that a text whose pieces all stay is cut as before; where one went,
the next likely cut takes its place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from index.language.normalise import nfc

SPACE = "▁"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")  # their numbers are 0 to 3
AT_ONCE = 2000


def build(pieces: Sequence[str], scores: Sequence[float], longest: int | None = None) -> Any:
    """A `tokenizers` tokenizer, <s> … </s>, cut at `longest`. `pieces` begin with SPECIAL."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=SPECIAL.index("<unk>")))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()])
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[(name, SPECIAL.index(name)) for name in ("<s>", "</s>")]
    )
    made.add_special_tokens(list(SPECIAL))
    if longest is not None:
        made.enable_truncation(longest)
    return made


def counted(tokenizer: Any, texts: Iterable[str]) -> Counter[int]:
    """How often each piece is used."""
    counts: Counter[int] = Counter()
    rest = iter(texts)
    while group := [nfc(text) for text in islice(rest, AT_ONCE)]:
        for encoding in tokenizer.encode_batch_fast(group, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def choose(pieces: Sequence[str], languages: Sequence[Counter[int]], size: int, needed: Iterable[int] = ()) -> list[int]:
    """The rows of the `size` pieces to keep, in order: special ones, those `needed`, letters, marks and short numbers that were
    met, then those with the largest share of what is written in any of the languages."""
    shares: dict[int, float] = defaultdict(float)
    for counts in languages:
        total = max(counts.total(), 1)
        for row, n in counts.items():
            shares[row] += n / total
    kept = {*range(len(SPECIAL)), *needed}
    for row, piece in enumerate(pieces):
        bare = piece.removeprefix(SPACE)
        letter = len(bare) <= 1 and (row in shares or bare < "\u0250")  # Latin letters, whether met or not
        if row >= len(SPECIAL) and (letter or (row in shares and bare.isdecimal() and len(bare) <= 4)):
            kept.add(row)
    for row, _ in sorted(shares.items(), key=lambda found: (-found[1], found[0])):
        if len(kept) >= size:
            break
        kept.add(row)
    return sorted(kept)
