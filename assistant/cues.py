"""The assistant's word lists, read from cues.toml. Pure but for that one read."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(files("assistant").joinpath("cues.toml").read_text(encoding="utf-8"))


def words(name: str) -> frozenset[str]:
    """The list `name` of cues.toml."""
    return frozenset(_lists()[name].split())


@cache
def contrasts() -> tuple[tuple[frozenset[str], ...], ...]:
    """Sides that exclude one another, each a set of folded phrases."""
    lines = _lists()["contrasts"].strip().splitlines()
    return tuple(tuple(frozenset(p.strip() for p in side.split(";")) for side in line.split(" / ")) for line in lines)


@cache
def regions() -> tuple[tuple[str, ...], ...]:
    """The names of each region, folded, longer names first."""
    return tuple(tuple(n.strip() for n in line.split(";")) for line in _lists()["regions"].strip().splitlines())


def regions_in(folded: str) -> frozenset[int]:
    """Which regions a folded text names. A longer name hides a shorter one inside it ("bac trung bo" in the name of two)."""
    text, found = f" {folded} ", set()
    for number, names in sorted(enumerate(regions()), key=lambda pair: -len(pair[1][0])):
        for name in names:
            if f" {name} " in text:
                text = text.replace(f" {name} ", " | ")
                found.add(number)
    return frozenset(found)
