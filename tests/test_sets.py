"""The evaluation sets: well-formed lines, and evidence that stands word for word in what the reader makes of the reports."""

from __future__ import annotations

import json
import os
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from index.read import read_file

SETS = Path(__file__).resolve().parents[1] / "eval" / "sets"
SHARED = Path(os.environ.get("REPORTS_SHARED") or Path(__file__).resolve().parents[2] / "shared")
TENS = (
    "na-khoang", "tan-giang", "thach-giang", "nghia-khoai", "cao-nguyen", "loc-van",
    "hai-sa", "kinh-thanh", "thanh-bac", "lang-ha", "dong-lang", "kon-drang", "nghi-cam", "binh-thanh-dong",
    "nam-khoang", "cai-tram", "hoa-trieu", "kim-sa", "muong-lo", "kien-son",
)  # ten reports each  # fmt: skip
SMALLEST = {"samples": 110, "seed": 90, "heldout": 80, "blind": 100, "reworded": 200, "hoanh-linh": 200, "trach-giang": 200}
SMALLEST |= dict.fromkeys(TENS, 280)
OWN_SHARES = {"reworded", "hoanh-linh", "trach-giang", *TENS}  # asked in the shares of their own cards
NAMES = sorted(name for name in SMALLEST if (SETS / name / "questions.jsonl").is_file())
FIELDS = {"id", "lang", "spelling", "question", "answerable", "values", "quote", "report", "note", "other_quotes", "history"}
NOTES = {"plain", "target", "neighbour", "table", "name", "date", "yes_no", "ratio", "followup"}
NOTES |= {"other_year", "other_place", "absent"}  # mostly unanswerable


def questions(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SETS / name / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def texts(name: str) -> dict[str, str]:
    """File name -> the text as read, of every report of the set; skips where a shared one is absent."""
    paths = sorted((SETS / name / "reports").glob("*"))
    listed = SETS / name / "reports.toml"
    if listed.is_file():
        named = tomllib.loads(listed.read_text(encoding="utf-8"))
        paths += [SHARED / entry for entry in named.get("shared", ())]
        paths += [path for other in named.get("sets", ()) for path in sorted((SETS / other / "reports").glob("*"))]
    if absent := [path.name for path in paths if not path.is_file()]:
        pytest.skip(f"{', '.join(absent)}: not here; set REPORTS_SHARED")
    return {path.name: unicodedata.normalize("NFC", read_file(path).text) for path in paths}


def is_ascii(text: str) -> bool:
    return all(ord(character) < 128 for character in text)


def test_the_sets_asked_for_are_there() -> None:
    assert {"samples", "seed"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_well_formed(name: str) -> None:
    for entry in questions(name):
        assert set(entry) <= FIELDS, entry
        assert set(entry) >= FIELDS - {"other_quotes", "history"}, entry
        assert entry["lang"] in ("vi", "en"), entry
        assert entry["note"] in NOTES, entry
        assert entry["question"].strip() == entry["question"] == unicodedata.normalize("NFC", entry["question"]), entry
        assert bool(entry["values"]) == bool(entry["quote"]) == entry["answerable"], entry
        assert (entry["note"] == "followup") <= bool(entry.get("history")), entry
        if entry["lang"] == "vi":
            assert is_ascii(entry["question"]) == (entry["spelling"] == "undiacritised"), entry


@pytest.mark.parametrize("name", NAMES)
def test_ids_and_questions_are_unique(name: str) -> None:
    entries = questions(name)
    assert len({entry["id"] for entry in entries}) == len(entries)
    asked = Counter((entry["question"], *entry.get("history", ())) for entry in entries)
    assert [question for question, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("name", sorted({*NAMES} - OWN_SHARES))
def test_every_kind_is_there_often_enough(name: str) -> None:
    entries = questions(name)
    spellings = Counter((entry["lang"], entry["spelling"]) for entry in entries)
    unanswerable = sum(not entry["answerable"] for entry in entries)
    assert len(entries) >= SMALLEST[name]
    assert 0.28 <= unanswerable / len(entries) <= 0.40
    for spelling in (("en", "plain"), ("vi", "plain"), ("vi", "undiacritised")):
        assert spellings[spelling] >= 0.25 * len(entries), spelling


@pytest.mark.parametrize("name", NAMES)
def test_evidence_stands_once_and_word_for_word_in_the_report_as_read(name: str) -> None:
    reports = texts(name)
    for entry in questions(name):
        if not entry["answerable"]:
            continue
        among = [reports[entry["report"]]] if entry["report"] else list(reports.values())
        for quote in (entry["quote"], *entry.get("other_quotes", ())):
            assert sum(text.count(quote) for text in among) == 1, f"{entry['id']}: {quote!r}"


@pytest.mark.parametrize("name", NAMES)
def test_every_report_is_asked_about(name: str) -> None:
    assert {entry["report"] for entry in questions(name) if entry["report"]} == set(texts(name))


@pytest.mark.parametrize("name", sorted({"samples", "heldout", "blind", *TENS} & set(NAMES)))
def test_invented_reports_say_so(name: str) -> None:
    for file, text in texts(name).items():
        assert "số liệu minh họa" in text or "illustrative figures" in text, file
