"""eval/formats.py: sets on disk, quotes found again in stored text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.formats import SETS, Question, SetDamaged, SetMissing, SharedMissing, Span, find_quote, load_set

QUESTION = {
    "id": "q1", "lang": "vi", "question": "Có bao nhiêu thôn?", "answerable": True, "values": ["10"], "quote": "10 thôn",
    "report": "a.txt", "note": "count",
}  # fmt: skip


def make_set(folder: Path, *questions: object, reports: tuple[str, ...] = ("a.txt",), shared: str = "") -> Path:
    (folder / "reports").mkdir(parents=True)
    for name in reports:
        (folder / "reports" / name).write_text("Xã có 10 thôn.", encoding="utf-8")
    lines = [entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False) for entry in questions]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if shared:
        (folder / "reports.toml").write_text(f'shared = ["{shared}"]\n', encoding="utf-8")
    return folder


def test_a_set_is_read_with_its_reports(tmp_path: Path) -> None:
    extra = {**QUESTION, "id": "q2", "other_quotes": ["mười thôn"], "history": ["Xã nào?"], "spelling": "undiacritised"}
    loaded = load_set(make_set(tmp_path / "mine", QUESTION, "", extra))
    assert loaded.name == "mine"
    assert [path.name for path in loaded.reports] == ["a.txt"]
    assert loaded.questions[0] == Question("q1", "vi", "Có bao nhiêu thôn?", True, ("10",), ("10 thôn",), "a.txt", "count")
    assert loaded.questions[1].quotes == ("10 thôn", "mười thôn")
    assert loaded.questions[1].history == ("Xã nào?",)


def test_shared_reports_come_from_the_shared_folder_or_are_named(tmp_path: Path) -> None:
    (tmp_path / "shared" / "seed").mkdir(parents=True)
    (tmp_path / "shared" / "seed" / "x.txt").write_text("…", encoding="utf-8")
    folder = make_set(tmp_path / "s", QUESTION, reports=(), shared="seed/x.txt")
    assert [path.name for path in load_set(folder, shared=tmp_path / "shared").reports] == ["x.txt"]
    with pytest.raises(SharedMissing, match=r"seed/x\.txt.*REPORTS_SHARED"):
        load_set(folder, shared=tmp_path / "elsewhere")


def test_a_set_may_ask_about_the_reports_of_another(tmp_path: Path) -> None:
    make_set(tmp_path / "first", QUESTION, reports=("a.txt", "b.txt"))
    second = make_set(tmp_path / "second", QUESTION, reports=())
    (second / "reports.toml").write_text('sets = ["first"]\n', encoding="utf-8")
    assert [path.name for path in load_set(second).reports] == ["a.txt", "b.txt"]


def test_an_unknown_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetMissing, match="no-such-set"):
        load_set("no-such-set")
    with pytest.raises(SetMissing, match="no reports"):
        load_set(make_set(tmp_path / "s", QUESTION, reports=()))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{not json", "JSONDecodeError"),
        (json.dumps({"id": "q"}), "KeyError"),
        (json.dumps({**QUESTION, "lang": "fr"}), "lang is 'fr'"),
        (json.dumps({**QUESTION, "quote": ""}), "without a quote"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(SetDamaged, match="line 2") as caught:
        load_set(make_set(tmp_path / "s", {**QUESTION, "id": "q0"}, line))
    assert complaint in str(caught.value)


def test_an_id_used_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetDamaged, match="twice"):
        load_set(make_set(tmp_path / "s", QUESTION, QUESTION))


def test_a_quote_is_found_through_spaces_bars_and_unicode_form() -> None:
    text = "Chỉ tiêu | Năm 2022\n\nHộ nghèo | 2,1\n\nHộ nghèo | 2,1"
    assert [text[start:end] for start, end in find_quote(text, "Hộ nghèo 2,1")] == ["Hộ nghèo | 2,1"] * 2
    assert find_quote("Hộ nghèo", "Hộ nghèo") == [(0, 8)]
    assert find_quote("abc", "") == []
    assert find_quote("abc", "d") == []


@given(st.text(max_size=40), st.data())
def test_a_part_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    import unicodedata

    text = unicodedata.normalize("NFC", text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    part = unicodedata.normalize("NFC", text[start:end])
    visible = "".join(part.split()).strip("|\u200b\ufeff\u00ad")
    if visible and part == text[start:end]:
        assert find_quote(text, part)


def test_spans_cover_from_half_of_the_shorter() -> None:
    sentence = Span("r", 100, 200)
    assert sentence.covers(Span("r", 120, 140))
    assert Span("r", 120, 140).covers(sentence)
    assert sentence.covers(Span("r", 190, 210))
    assert not sentence.covers(Span("r", 195, 215))
    assert not sentence.covers(Span("r", 200, 210))
    assert not sentence.covers(Span("other", 120, 140))


@pytest.mark.parametrize("file", sorted(SETS.glob("*/questions.jsonl")), ids=lambda file: file.parent.name)
def test_bundled_sets_load(file: Path) -> None:
    try:
        loaded = load_set(file.parent)
    except SharedMissing as error:
        pytest.skip(str(error))
    assert len(loaded.questions) >= 80
    assert {question.lang for question in loaded.questions} == {"vi", "en"}
    unanswerable = sum(not question.answerable for question in loaded.questions)
    assert 0.25 <= unanswerable / len(loaded.questions) <= 0.45
