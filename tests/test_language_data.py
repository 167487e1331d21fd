"""The language layer against reference data: every Vietnamese administrative unit, a real commune's report, human translations."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.language import detect_language, find_numbers, find_periods, find_places, fold, nfc, same_place, sentences
from index.records import Place

pytestmark = pytest.mark.data


def units(shared: Path) -> Iterator[tuple[str, str, str, str]]:
    """(full name, name, full English name, English name) of every unit of 2024."""
    for province in json.loads(gzip.decompress((shared / "reports" / "vn_units_2024.json.gz").read_bytes())):
        wards = [ward for district in province["District"] for ward in district["Ward"] or []]
        for level in (province, *province["District"], *wards):
            if level["FullName"]:
                yield level["FullName"], level["Name"], level["FullNameEn"], level["NameEn"]


@pytest.mark.parametrize(
    ("kind", "template", "least"),
    [
        ("Vietnamese", "Tỷ lệ hộ nghèo của {vi} năm 2022 là bao nhiêu?", 0.99),
        ("capitals", "UBND {upper}", 0.98),
        ("English", "What is the poverty rate of {en} in 2022?", 0.98),
        ("no marks", "ty le ho ngheo cua {folded} nam 2022 la bao nhieu?", 0.96),
    ],
)
def test_administrative_units_are_known_by_name(
    shared: Path, show_figures: Callable[[str], None], kind: str, template: str, least: float
) -> None:
    total = right = 0
    for full, name, full_en, name_en in units(shared):
        small = full[0].lower() + full[1:]
        found = find_places(template.format(vi=small, upper=full.upper(), en=full_en, folded=fold(small)))
        total += 1
        right += bool(found) and same_place(found[0].place, Place(name_en if kind == "English" else name))
    show_figures(f"places, {kind}: {right} of {total} administrative units found in a question ({right / total:.1%})")
    assert right / total >= least


def test_a_real_report(shared: Path) -> None:
    text = nfc((shared / "seed" / "hai-dong-2022.txt").read_text(encoding="utf-8"))
    assert detect_language(text) == detect_language(fold(text)) == "vi"
    parts = {text[start:end] for start, end in sentences(text)}
    assert any(part.startswith("10/10 ") for part in parts)
    assert all("\n" not in part for part in parts)
    percentages = [str(n.value) for n in find_numbers(text, "vi") if n.kind == "percentage"]
    assert " ".join(percentages) == "108 108 96.6 95.6 96 39.5 100 85.1 100 100 96 82 61"
    ratios = [(str(n.value), str(n.of), n.unit) for n in find_numbers(text, "vi") if n.kind == "ratio"]
    assert ratios == [("9", "12", "chỉ tiêu"), ("10", "10", "thôn")]
    counts = [n.text for n in find_numbers(text, "vi") if n.kind == "count"]
    assert counts == ["02 chi bộ", "350 lao động", "02 hộ", "01 thôn"]
    assert {m.place for m in find_places(text)} == {Place("Hải Đông", "commune"), Place("Móng Cái", "city")}
    assert {m.period.year for m in find_periods(text)} == {2021, 2022, 2023, 2025}


def test_the_language_of_translated_sentences(shared: Path, show_figures: Callable[[str], None]) -> None:
    lines = gzip.decompress((shared / "parallel" / "MERGED_human.tsv.gz").read_bytes()).decode().split("\n")
    pairs = [line.split("\t") for line in random.Random(7).sample(lines, 4000) if line.count("\t") == 1]
    pairs = [(nfc(vi), nfc(en)) for vi, en in pairs if min(len(vi), len(en)) >= 20]
    right = {
        "vi": sum(detect_language(vi) == "vi" for vi, _ in pairs),
        "vi without marks": sum(detect_language(fold(vi)) == "vi" for vi, _ in pairs),
        "en": sum(detect_language(en) == "en" for _, en in pairs),
    }
    shares = ", ".join(f"{kind} {count / len(pairs):.1%}" for kind, count in right.items())
    show_figures(f"language: {shares} of {len(pairs)} sentences")
    assert right["vi"] / len(pairs) >= 0.98
    assert right["en"] / len(pairs) >= 0.98
    assert right["vi without marks"] / len(pairs) >= 0.96
