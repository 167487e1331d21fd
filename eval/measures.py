"""Measures: plain functions over lists, each with its source. Larger is better unless the name says seconds.

Missing is zero: a query without results scores 0, it is not left out. Ties in a run keep the order given. Where nothing can be
counted (precision of no refusals), the value is None, never a number.
"""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Interval(NamedTuple):
    low: float
    high: float


def ndcg(run: Sequence[str], qrel: Mapping[str, int], k: int = 10) -> float:
    """nDCG@k of one query, in 0..1: sum of rel / log2(rank + 1), over that sum for the ideal order.

    `run` is passage ids, best first; `qrel` passage id -> relevance (0 or absent: not relevant). Gain is the relevance itself, as
    in trec_eval's ndcg_cut (Järvelin & Kekäläinen, ACM TOIS 20(4), 2002, https://doi.org/10.1145/582415.582418). Without a
    relevant passage: 0.
    """

    def discounted(relevances: Sequence[int]) -> float:
        return sum(relevance / math.log2(rank + 1) for rank, relevance in enumerate(relevances[:k], 1))

    ideal = discounted(sorted((relevance for relevance in qrel.values() if relevance > 0), reverse=True))
    return discounted([max(0, qrel.get(passage, 0)) for passage in run]) / ideal if ideal else 0.0


def success(hits: Sequence[bool], k: int) -> float:
    """Success@k of one query: 1 where one of the first k is relevant, else 0 (trec_eval's `success`)."""
    return float(any(hits[:k]))


def precision_recall(flagged: Sequence[bool], gold: Sequence[bool]) -> tuple[float | None, float | None, float | None]:
    """Precision, recall and F1 of a yes/no decision; None where the denominator is 0.

    Used for refusals: flagged = refused, gold = the reports do not say (van Rijsbergen, Information Retrieval, 1979, chapter 7;
    for unanswerable questions: Rajpurkar et al., ACL 2018, https://aclanthology.org/P18-2124/).
    """
    both = sum(f and g for f, g in zip(flagged, gold, strict=True))
    precision = both / sum(flagged) if any(flagged) else None
    recall = both / sum(gold) if any(gold) else None
    if precision is None or recall is None:
        return precision, recall, None
    return precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0


def mean(values: Sequence[float]) -> float | None:
    """Arithmetic mean; None of nothing."""
    return sum(values) / len(values) if values else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that `share` (0..1) of the values do not exceed: nearest rank, never interpolated, so it is one that was seen.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def bootstrap(
    items: Sequence[T], measure: Callable[[Sequence[T]], float | None], *, rounds: int = 1000, seed: int = 13, level: float = 0.95
) -> Interval | None:
    """Percentile bootstrap interval of `measure` over `items`, resampled with replacement (Efron & Tibshirani, An Introduction
    to the Bootstrap, 1993, chapter 13). Rounds where the measure is None are left out; None where fewer than half are left."""
    if not items:
        return None
    source = random.Random(seed)
    drawn = [measure(source.choices(items, k=len(items))) for _ in range(rounds)]
    values = sorted(value for value in drawn if value is not None)
    if len(values) * 2 < rounds:
        return None
    low, high = percentile(values, (1 - level) / 2), percentile(values, (1 + level) / 2)
    return Interval(low, high) if low is not None and high is not None else None


# --- values -----------------------------------------------------------------------------------------------------------------

_SAME_WORD = {
    "percent": "%", "vnd": "dong", "ty": "billion", "trieu": "million", "nghin": "thousand", "ngan": "thousand",
    "hecta": "ha", "hectare": "ha", "hectares": "ha", "tonnes": "ton", "tonne": "ton", "tons": "ton", "tan": "ton",
    "co": "yes", "khong": "no", "kilometers": "km", "kilometres": "km",
}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        ["january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"], 1)
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(_MONTHS)
_NUMBER = r"\d+(?:[.,]\d+)*"
_TOKEN = re.compile(rf"{_NUMBER}(?:/{_NUMBER})*|%|[a-z]+")


def value_tokens(text: str) -> tuple[str, ...]:
    """`text` in a form where spellings of one value are equal: no case, no marks, numbers as plain decimals, dates as d/m/y.

    "85,1%", "85.1 %" and "85.1 percent" -> ("85.1", "%"); "1.234 hộ" and "1,234 hộ" -> ("1234", "ho"); "05 tháng 9 năm 2022"
    and "September 5, 2022" -> ("5/9/2022",). A lone separator before exactly three digits is taken for thousands.
    """
    folded = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    plain = re.sub(r"phan tram|per cent", "percent", plain)
    plain = re.sub(r"(?<=\d)\s+(?=\d{3}(?!\d))", "", plain)  # 1 234
    plain = re.sub(r"(\d{1,2})\s*(?:thang|-)\s*(\d{1,2})\s*(?:nam|-)\s*(\d{4})", r" \1/\2/\3 ", plain)
    plain = re.sub(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)", r" \1/\2/\3 ", plain)
    plain = re.sub(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", r" \3/\2/\1 ", plain)
    plain = re.sub(
        rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+({_MONTH})\.?,?\s+(\d{{4}})", lambda m: f" {m[1]}/{_MONTHS[m[2]]}/{m[3]} ", plain
    )
    plain = re.sub(
        rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", lambda m: f" {m[2]}/{_MONTHS[m[1]]}/{m[3]} ", plain
    )
    return tuple(_canonical(token) for token in _TOKEN.findall(plain) if token != "ngay")  # "ngày" before a date


def contains_value(text: str, values: Sequence[str]) -> bool:
    """True where `text` holds one of `values`, whole tokens in a row: 5.1 is not in 85.1, 85.1 is in "85.1 %"."""
    held = value_tokens(text)
    for value in values:
        wanted = value_tokens(value)
        if wanted and any(held[at : at + len(wanted)] == wanted for at in range(len(held) - len(wanted) + 1)):
            return True
    return False


def _canonical(token: str) -> str:
    if token[0].isdigit():
        return "/".join(_plain_number(part) for part in token.split("/"))
    return _SAME_WORD.get(token, token)


def _plain_number(text: str) -> str:
    """ "1.234,5" and "1,234.5" -> "1234.5"; "02" -> "2"; "85,10" -> "85.1"."""
    separators = [character for character in text if character in ".,"]
    decimal = ""
    if len(set(separators)) == 2 and separators.count(separators[-1]) == 1:
        decimal = separators[-1]
    elif len(separators) == 1:
        before, after = re.split(r"[.,]", text)
        if len(after) != 3 or len(before) > 3 or before.startswith("0"):
            decimal = separators[0]
    whole, _, fraction = text.partition(decimal) if decimal else (text, "", "")
    whole = re.sub(r"[.,]", "", whole).lstrip("0") or "0"
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole
