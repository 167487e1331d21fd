"""Scores as shares."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.softmax import softmax


def test_shares_add_up_to_one_and_follow_the_odds() -> None:
    assert softmax(np.log([1.0, 2.0, 5.0])) == pytest.approx([0.125, 0.25, 0.625])
    assert softmax(np.array([1e9, 1e9, -np.inf])).tolist() == [0.5, 0.5, 0.0]


def test_each_row_has_its_own() -> None:
    assert softmax(np.array([[0.0, 0.0], [-np.inf, 3.0]])).tolist() == [[0.5, 0.5], [0.0, 1.0]]
