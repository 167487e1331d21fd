"""A Result against the thresholds of eval/gate.toml: pass or fail, figure by figure.

[seed]                       # a set's name
value_exactness = 0.85       # at least this much; a figure that could not be counted fails
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.run import Result

GATE = Path(__file__).with_name("gate.toml")


@dataclass(frozen=True, slots=True)
class Verdict:
    name: str
    measure: str
    value: float | None
    minimum: float

    @property
    def passed(self) -> bool:
        return self.value is not None and self.value >= self.minimum

    def line(self) -> str:
        value = "not counted" if self.value is None else f"{self.value:.3f}"
        return f"{'pass' if self.passed else 'FAIL'}  {self.name}  {self.measure} {value} (at least {self.minimum:.3f})"

    def json(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}


def load_gate(path: Path = GATE) -> dict[str, dict[str, float]]:
    """Set name -> measure -> minimum."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def verdicts(result: Result, gate: Mapping[str, Mapping[str, float]]) -> list[Verdict]:
    """One verdict for each threshold of the result's set, in the file's order; none where the gate does not know the set.

    Raises KeyError where a threshold names a measure that does not exist: a misspelt threshold must not pass.
    """
    return [
        Verdict(result.name, measure, result.figures[measure].value, minimum)
        for measure, minimum in gate.get(result.name, {}).items()
    ]
