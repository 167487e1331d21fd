"""eval/measures.py: numbers one can check by hand, and ir_measures' on random runs."""

from __future__ import annotations

import math
import random

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import Qrel, ScoredDoc, Success, nDCG

from eval.measures import Interval, bootstrap, contains_value, mean, ndcg, percentile, precision_recall, success, value_tokens


def test_ndcg_by_hand() -> None:
    assert ndcg(["a", "b", "c"], {"a": 1}) == 1.0
    assert ndcg(["b", "a"], {"a": 1}) == pytest.approx(1 / math.log2(3))
    assert ndcg(["b", "c"], {"a": 1}) == 0.0
    assert ndcg([], {"a": 1}) == 0.0
    assert ndcg(["a"], {}) == 0.0
    assert ndcg(["x"] * 10 + ["a"], {"a": 1}, k=10) == 0.0


def test_ndcg_and_success_agree_with_ir_measures() -> None:
    source = random.Random(7)
    for _ in range(60):
        passages = [f"p{number}" for number in range(30)]
        run = source.sample(passages, source.randint(1, 25))
        qrel = {passage: source.randint(0, 3) for passage in source.sample(passages, 8)}
        qrels = [Qrel("q", passage, relevance) for passage, relevance in qrel.items()]
        scored = [ScoredDoc("q", passage, float(len(run) - rank)) for rank, passage in enumerate(run)]
        theirs = ir_measures.calc_aggregate([nDCG @ 10, Success @ 5], qrels, scored)
        assert ndcg(run, qrel, 10) == pytest.approx(theirs[nDCG @ 10], abs=1e-6)
        assert success([qrel.get(passage, 0) > 0 for passage in run], 5) == theirs[Success @ 5]


def test_refusals_count_as_flags() -> None:
    refused = [True, True, False, False]
    unanswerable = [True, False, True, False]
    assert precision_recall(refused, unanswerable) == (0.5, 0.5, 0.5)


def test_what_cannot_be_counted_is_none_not_a_number() -> None:
    assert precision_recall([False, False], [True, False]) == (None, 0.0, None)
    assert precision_recall([True], [False]) == (0.0, None, None)
    assert precision_recall([True, False], [False, True]) == (0.0, 0.0, 0.0)
    assert mean([]) is None
    assert percentile([], 0.5) is None
    assert bootstrap([], mean) is None


def test_percentile_is_a_value_that_was_seen() -> None:
    values = [0.4, 0.1, 0.3, 0.2]
    assert percentile(values, 0.5) == 0.2
    assert percentile(values, 0.95) == 0.4
    assert percentile([0.7], 0.5) == 0.7


def test_bootstrap_holds_the_mean_and_repeats() -> None:
    values = [0.0] * 20 + [1.0] * 80
    interval = bootstrap(values, mean)
    assert interval is not None
    assert interval.low < 0.8 < interval.high
    assert 0.10 < interval.high - interval.low < 0.20  # 2 * 1.96 * sqrt(0.8 * 0.2 / 100) = 0.157
    assert bootstrap(values, mean) == interval
    assert bootstrap([1.0] * 5, mean) == Interval(1.0, 1.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("85,1%", "85.1 %"),
        ("85.1 percent", "85,1 phần trăm"),
        ("1.234 hộ", "1,234 ho"),
        ("1 234", "1234"),
        ("1.234.567,50 đồng", "1,234,567.5 VND"),
        ("02", "2"),
        ("0,125", "0.125"),
        ("9/12", "09/12"),
        ("1,2 tỷ đồng", "1.2 billion dong"),
        ("28/12/2022", "28 December 2022"),
        ("ngày 28 tháng 12 năm 2022", "December 28th, 2022"),
        ("2022-12-28", "28.12.2022"),
        ("Nguyễn Ngọc Dũng", "nguyen ngoc dung"),
        ("Có", "yes"),
    ],
)
def test_spellings_of_one_value_are_equal(one: str, other: str) -> None:
    assert value_tokens(one) == value_tokens(other)


@pytest.mark.parametrize(
    ("text", "values", "held"),
    [
        ("85.1 %", ["85.1"], True),
        ("85.1 %", ["85.1 %"], True),
        ("85.1", ["5.1"], False),
        ("185.1", ["85.1"], False),
        ("100 %", ["85.1", "10"], False),
        ("9/12 targets", ["9"], False),
        ("10 thôn", ["10 hamlets", "10"], True),
        ("", ["85.1"], False),
        ("85.1", [""], False),
        ("85,1%", [], False),
    ],
)
def test_a_value_is_held_as_whole_tokens(text: str, values: list[str], held: bool) -> None:
    assert contains_value(text, values) is held


@given(st.text(max_size=60))
def test_any_text_can_be_compared(text: str) -> None:
    assert all(value_tokens(text))  # and it never raises
    assert contains_value(text, [text]) is bool(value_tokens(text))
