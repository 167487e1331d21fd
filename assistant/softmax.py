"""Scores -> shares that add up to 1 (Bridle, 1990). Pure."""

from __future__ import annotations

import numpy as np


def softmax(scores: np.ndarray) -> np.ndarray:
    """float [..., n]: along the last axis, of whose scores at least one is finite; -inf has no share."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: np.ndarray = raised / raised.sum(axis=-1, keepdims=True)
    return shares
