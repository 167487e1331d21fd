"""Searches of unusual form: short, nothing but a name, nothing but a number, without diacritics, in two languages at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from eval.queries import KindScores, load_queries, measure, reciprocal_rank, samples_library
from index.records import Passage, ScoredPassage


@pytest.fixture(scope="module")
def scores() -> Iterator[dict[str, KindScores]]:
    with samples_library() as library:
        yield {s.kind: s for s in measure(library, load_queries())}


@pytest.mark.parametrize("kind", ["short", "names", "numbers", "plain", "mixed"])
def test_both_arms_together_are_no_worse_than_the_better_one(
    scores: dict[str, KindScores], kind: str, show_figures: Callable[[str], None]
) -> None:
    s = scores[kind]
    arms = ", ".join(f"{arm} alone {value:.3f}" for arm, value in s.arms.items())
    show_figures(f"queries, {kind}: mean reciprocal rank {s.whole:.3f} ({arms}; n={s.n})")
    assert s.n == 12
    assert s.whole >= max(s.arms.values())


def test_the_rank_is_of_the_first_passage_that_holds_a_place_whole() -> None:
    found = [ScoredPassage(Passage("r", start, start + 10, "x" * 10, 1), 1.0) for start in (0, 10, 20)]
    assert reciprocal_rank(found, [("r", 12, 18)]) == 1 / 2
    assert reciprocal_rank(found, [("r", 12, 18), ("r", 2, 3)]) == 1
    assert reciprocal_rank(found, [("r", 8, 12), ("other", 0, 5)]) == 0
