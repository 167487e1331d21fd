"""The words beside a value with those of the question, as learned of pairs."""

from __future__ import annotations

import numpy as np
from report_fakes import Row, all_units, make_report

from assistant.judge import Judged
from assistant.word_pairs import (
    PAIRED,
    PLACES,
    Beside,
    Weights,
    asked_with,
    beside,
    likeliest,
    load,
    places_of,
    sums,
    totals,
    words_of,
)
from index.figures.values import number_candidates

GREW = Beside("sản lượng đạt 1.200 tấn, tăng ", "12,5%", " so với cùng kỳ", "percentage")
SHARE = Beside("sản lượng của xã chiếm ", "12,5%", " toàn huyện", "percentage")


def weights(of: dict[tuple[str, str], float], scale: float = 1.0, none: float = 0.0) -> Weights:
    learned = np.zeros(PLACES, np.float32)
    for (asked, word), weight in of.items():
        learned[places_of([asked], [word])] = weight
    return Weights(frozenset(asked for asked, _ in of), frozenset(word for _, word in of), learned, scale, none)


def test_a_question_has_words_and_neighbours() -> None:
    assert asked_with("Tăng 12,5% chưa?", "vi") == [
        "vi tang", "vi 0", "vi %", "vi chua", "vi < tang", "vi tang 0", "vi 0 %", "vi % chua", "vi chua >"
    ]  # fmt: skip
    assert asked_with("", "en") == []
    assert asked_with("How how", "en") == ["en how", "en < how", "en how how", "en how >"]


def test_words_are_told_by_where_they_stand() -> None:
    found = words_of(GREW)
    assert found[:2] == ["l1 tang", "l2 tan tang"]
    assert {"l dat", "l 0", "l tan", "m san", "m luong", "r1 so", "r voi", "o %", "*", "k percentage"} <= set(found) | {"l dat"}
    assert "o 0" not in found
    assert len(found) == len(set(found))
    assert words_of(Beside("", "12", "", "count")) == ["l1 ", "l2  ", "l ", "m ", "r1 ", "*", "k count"]


def test_what_stands_beside_a_value_is_cut_from_its_sentence() -> None:
    (unit,) = all_units(make_report("Sản lượng đạt 1.200 tấn, tăng 12,5% so với cùng kỳ."))
    candidate = next(c for c in number_candidates(unit) if c.kind == "percentage")
    found = beside(Judged(unit, candidate, 1.0, 1.0, 1.0, 1.0, 1.0))
    assert found == Beside("Sản lượng đạt 1.200 tấn, tăng ", "12,5%", " so với cùng kỳ.", "percentage")


def test_a_pair_learned_of_raises_its_value() -> None:
    learned = weights({("en fast", "l1 tang"): 2.0})
    assert sums("How fast?", "en", [GREW, SHARE], learned).tolist() == [2.0, 0.0]
    assert totals("How fast?", "en", [GREW, SHARE], np.zeros(2), 0.0, learned).tolist() == [2.0, 0.0, 0.0]


def test_a_sum_is_over_the_root_of_its_pairs() -> None:
    of = {("en fast", "l1 tang"): 1.0, ("en fast", "l2 tan tang"): 1.0, ("en how", "l1 tang"): 1.0, ("en how", "l2 tan tang"): 1.0}
    assert sums("How fast?", "en", [GREW], weights(of)).tolist() == [2.0]


def test_without_pairs_the_scores_decide_on_their_own_scale() -> None:
    found = totals("How fast?", "en", [GREW, SHARE], np.array([1.0, 0.0]), 0.5, weights({}, scale=2.0, none=1.0))
    assert found.tolist() == [2.0, 0.0, 2.0]
    assert totals("How fast?", "en", [], np.zeros(0), 0.5, weights({})).tolist() == [0.5]


def test_of_many_values_the_likeliest_are_looked_at() -> None:
    scores = np.arange(PAIRED + 5, dtype=float)
    found = totals("How fast?", "en", [GREW] * len(scores), scores, 0.0, weights({}))
    assert np.isneginf(found[:5]).all()
    assert np.isfinite(found[5:]).all()
    assert likeliest(scores) == list(range(PAIRED + 4, 4, -1))


def test_the_weights_are_those_of_words_there_are() -> None:
    learned = load()
    assert learned.weights.shape == (PLACES,)
    assert {"en how", "vi bao nhieu"} <= learned.asked
    assert {"*", "l1 tang", "k money", "o %"} <= learned.beside
    assert 0.5 < learned.scale < 2


def test_beside_a_cell_stands_nothing() -> None:
    (unit,) = all_units(make_report(Row(("Lúa", "12"), ("Cây", "Diện tích"))))
    candidate = next(iter(number_candidates(unit)))
    assert beside(Judged(unit, candidate, 1.0, 1.0, 1.0, 1.0, 1.0)) == Beside("", "12", "", f"row {candidate.kind}")
