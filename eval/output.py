"""A Result as a table for people and as a JSON object for programs; where results are kept.

A kept result names the commit, whether files differed from it, the package versions and the settings fingerprint, and counts what
failed and what could not be scored. It holds question ids only: reports and their words stay where they are licensed to be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from eval.run import Figure, Outcome, Result, figures
from eval.versions import commit_and_dirty, package_versions

RESULTS = Path(__file__).parent / "results"
GROUPS: dict[str, Callable[[Outcome], str]] = {
    "by_note": lambda outcome: outcome.question.note or "(none)",
    "by_language": lambda outcome: (
        outcome.question.lang + ("" if outcome.question.spelling == "plain" else f" {outcome.question.spelling}")
    ),
}
_GROUP_COLUMNS = ("Success@1", "value_exactness", "refusal_precision", "refusal_recall")

Json = dict[str, Any]


def result_table(result: Result, *, failures: bool = False) -> str:
    """The figures as a Markdown table with n and 95 % intervals, then by kind of question and by language."""
    answerable = sum(outcome.question.answerable for outcome in result.outcomes)
    lines = [
        f"## {result.name}: {len(result.outcomes)} questions, {answerable} answerable, {_failed(result)} failed, "
        f"{_unscored(result)} unscored, settings {result.fingerprint or '?'}",
        "",
        "| measure | value | 95 % interval | n |",
        "|---|---:|---|---:|",
    ]
    for name, figure in result.figures.items():
        between = f"{figure.interval.low:.3f} – {figure.interval.high:.3f}" if figure.interval else ""
        lines.append(f"| {name} | {_shown(figure)} | {between} | {figure.n} |")
    for title, key in GROUPS.items():
        lines += ["", f"| {title} | n | " + " | ".join(_GROUP_COLUMNS) + " |", "|---|---:|" + "---:|" * len(_GROUP_COLUMNS)]
        for group, outcomes in _grouped(result, key).items():
            made = figures(outcomes, rounds=0)
            lines.append(f"| {group} | {len(outcomes)} | " + " | ".join(_shown(made[column]) for column in _GROUP_COLUMNS) + " |")
    if failures:
        lines += ["", *(_failure_line(outcome) for outcome in result.outcomes if outcome.wrong)]
    return "\n".join(lines) + "\n"


def result_json(result: Result, *, words: bool = True) -> Json:
    """Everything about a run. With `words`, failures carry question and answer; without, their ids and what went wrong."""
    commit, dirty = commit_and_dirty()
    return {
        "set": result.name,
        "fingerprint": result.fingerprint,
        "commit": commit,
        "dirty": dirty,
        "versions": package_versions(),
        "questions": len(result.outcomes),
        "answerable": sum(outcome.question.answerable for outcome in result.outcomes),
        "failed": _failed(result),
        "unscored": _unscored(result),
        "measures": _figures_json(result.figures),
        **{
            name: {group: _figures_json(figures(outcomes, rounds=0)) for group, outcomes in _grouped(result, key).items()}
            for name, key in GROUPS.items()
        },
        "failures": [_failure_json(outcome, words) for outcome in result.outcomes if outcome.wrong],
    }


def save_result(result: Result, directory: Path = RESULTS) -> Path:
    """Write eval/results/SET-FINGERPRINT.json and return its path; an older result of the same name is replaced."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{result.name}-{result.fingerprint or 'unknown'}.json"
    path.write_text(json.dumps(result_json(result, words=False), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _grouped(result: Result, key: Callable[[Outcome], str]) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = {}
    for outcome in result.outcomes:
        groups.setdefault(key(outcome), []).append(outcome)
    return dict(sorted(groups.items()))


def _figures_json(made: Mapping[str, Figure]) -> Json:
    return {
        name: {
            "value": None if figure.value is None else round(figure.value, 4),
            "n": figure.n,
            **({"low": round(figure.interval.low, 4), "high": round(figure.interval.high, 4)} if figure.interval else {}),
        }
        for name, figure in made.items()
    }


def _failure_json(outcome: Outcome, words: bool) -> Json:
    shape: Json = {"id": outcome.question.id, "note": outcome.question.note, "wrong": outcome.wrong}
    if words:
        answer = outcome.answer
        shape |= {
            "question": outcome.question.question,
            "values": list(outcome.question.values),
            "value": answer.value.shown if answer and answer.value else None,
            "text": answer.text if answer else "",
        }
    return shape


def _failure_line(outcome: Outcome) -> str:
    answer = outcome.answer
    got = answer.value.shown if answer and answer.value else ""
    wanted = " / ".join(outcome.question.values)
    question = outcome.question
    return f"- {question.id} [{question.note}] {outcome.wrong}: {question.question!r} wanted {wanted!r} got {got!r}"


def _shown(figure: Figure) -> str:
    return "–" if figure.value is None else f"{figure.value:.3f}"


def _failed(result: Result) -> int:
    return sum(bool(outcome.error) for outcome in result.outcomes)


def _unscored(result: Result) -> int:
    return sum(outcome.unscored for outcome in result.outcomes)
