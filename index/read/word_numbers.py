"""The numbers Word shows before headings and list items that are numbered by themselves: they stand in no paragraph's text.

    numbers = Numbers(numbering_xml)
    numbers.mark("3", 0) == "I."      numbers.mark("3", 1) == "1."      numbers.mark("3", 1) == "2."

A paragraph names a list (numId) and a level in it; word/numbering.xml says how each level counts and looks (ECMA-376 17.9).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.read.numbering import list_number

DEEPEST = 8  # levels count from 0
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{_W}val"
_SLOT = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: its first number, the look of the number, and what stands round it ("%1.%2)")."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    restart: int = -1  # counts anew after this many-th level or one above it; 0: never; -1: after any above
    plain: bool = False  # all levels in digits ("isLgl")
    paragraph_style: str = ""


class Numbers:
    """Counts the numbered paragraphs of one document, which must come in order."""

    def __init__(self, numbering: Any | None) -> None:
        """`numbering`: the root of word/numbering.xml, None where the file has none."""
        self._levels: dict[str, dict[int, _Level]] = {}  # list -> its levels
        self._family: dict[str, str] = {}  # list -> the definition it counts with; lists of one definition go on from each other
        self._restarts: dict[str, dict[int, int]] = {}  # list -> levels it begins anew, with their first number
        self._counts: dict[str, dict[int, int]] = {}
        if numbering is not None:
            self._load(numbering)

    def level_of_style(self, number_id: str, style: str) -> int:
        """The level that a list gives to paragraphs of a style, 0 where it names none."""
        return next((at for at, level in self._levels.get(number_id, {}).items() if style and level.paragraph_style == style), 0)

    def mark(self, number_id: str, level: int) -> str:
        """Count one paragraph on: what Word shows before it, "" for bullets and unknown lists."""
        levels = self._levels.get(number_id)
        if levels is None or level not in levels:
            return ""
        counts = self._counts.setdefault(self._family[number_id], {})
        anew = self._restarts.get(number_id, {}).pop(level, None)
        if anew is not None:
            counts[level] = anew
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = levels[level].start
        for deeper in [known for known in counts if known > level]:
            limit = levels[deeper].restart if deeper in levels else -1
            if limit < 0 or level < limit:
                del counts[deeper]
        return self._shown(levels, counts, level)

    @staticmethod
    def _shown(levels: dict[int, _Level], counts: dict[int, int], level: int) -> str:
        own = levels[level]
        if own.style == "bullet":
            return ""

        def number(slot: re.Match[str]) -> str:
            at = int(slot[1]) - 1
            there = levels.get(at, _Level())
            return list_number(counts.get(at, there.start), "decimal" if own.plain else there.style)

        return " ".join(_SLOT.sub(number, own.text).split())

    def _load(self, numbering: Any) -> None:
        definitions = {node.get(f"{_W}abstractNumId") or "": node for node in numbering.iter(f"{_W}abstractNum")}
        linked = {
            named: key for key, node in definitions.items() if (named := _value(node.find(f"{_W}styleLink"), "")) and len(node) > 1
        }
        levels = {key: dict(_levels(node)) for key, node in definitions.items()}
        for key, node in definitions.items():  # a definition may only name the style that holds the real one
            real = linked.get(_value(node.find(f"{_W}numStyleLink"), ""))
            if real is not None and not levels[key]:
                levels[key] = levels[real]
        for node in numbering.iter(f"{_W}num"):
            number_id, family = node.get(f"{_W}numId") or "", _value(node.find(f"{_W}abstractNumId"), "")
            if not number_id or family not in levels:
                continue
            self._family[number_id] = family
            self._levels[number_id] = dict(levels[family])
            for override in node.iter(f"{_W}lvlOverride"):
                at = _whole(override.get(f"{_W}ilvl"), 0)
                self._levels[number_id].update(_levels(override))
                first = override.find(f"{_W}startOverride")
                if first is not None:
                    self._restarts.setdefault(number_id, {})[at] = _whole(first.get(_VAL), 1)


def _levels(node: Any) -> Iterator[tuple[int, _Level]]:
    for level in node.findall(f"{_W}lvl"):
        at = _whole(level.get(f"{_W}ilvl"), 0)
        if at <= DEEPEST:
            yield (
                at,
                _Level(
                    start=_whole(_value(level.find(f"{_W}start"), "0"), 0),
                    style=_value(level.find(f"{_W}numFmt"), "decimal"),
                    text=_value(level.find(f"{_W}lvlText"), "")[:60],
                    restart=_whole(_value(level.find(f"{_W}lvlRestart"), ""), -1),
                    plain=_value(level.find(f"{_W}isLgl"), "") not in ("", "0", "false"),
                    paragraph_style=_value(level.find(f"{_W}pStyle"), ""),
                ),
            )


def _value(node: Any, missing: str) -> str:
    """The `val` of a node; "1" for a node without one (a switch that is on), `missing` for none."""
    return node.get(_VAL, "1") if node is not None else missing


def _whole(text: str | None, missing: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else missing
