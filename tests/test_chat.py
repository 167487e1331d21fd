"""What the browser keeps of a chat: enough to show it again just as it was, never more than it has room for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from page_fakes import FakeAssistant, FakeLibrary, sample_reports

from ui.chat import MAX_CHARACTERS, MAX_STORED, Turn, bounded, chat_of, converse, history_of, messages_of, read_turns


def chat(tmp_path: Path, *questions: str) -> tuple[list[Turn], list[dict[str, str]]]:
    """(turns as the browser keeps them, messages last shown) after `questions`."""
    assistant = FakeAssistant(FakeLibrary(tmp_path, sample_reports()))
    turns: list[Turn] = []
    messages: list[dict[str, str]] = []
    for question in questions:
        before = turns
        for shown, kept in converse(assistant, question, before, None, "en"):
            messages, turns = shown, kept if kept is not None else turns
        turns = read_turns(json.loads(json.dumps(turns)))  # to the browser and back
    return turns, messages


def test_a_chat_read_back_shows_the_same_messages_and_citations(tmp_path: Path) -> None:
    turns, messages = chat(tmp_path, "What share of households use clean water?", "What about poverty?", "no such thing")
    assert messages_of(turns) == messages
    assert "#cite-water22-" in messages[1]["content"]
    turns[0]["liked"] = True
    shown = chat_of(read_turns(json.loads(json.dumps(turns))))
    assert shown == {"value": messages, "feedback_value": ["Like", None, None]}


def test_a_page_closed_in_the_middle_of_an_answer_has_the_question_still(tmp_path: Path) -> None:
    assistant = FakeAssistant(FakeLibrary(tmp_path, sample_reports()))
    stream = converse(assistant, "What share of households use clean water?", [], None, "en")
    messages, kept = next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert kept is not None
    (turn,) = read_turns(json.loads(json.dumps(kept)))
    assert turn["question"] == "What share of households use clean water?"
    assert "closed before" in turn["markdown"]
    assert "closed before" not in messages[-1]["content"]
    assert history_of([turn]) == ()


def test_a_chat_never_outgrows_the_browsers_storage() -> None:
    turn: Turn = {"question": "q", "text": "t" * 1000, "markdown": "m" * 39_000}
    kept = bounded([turn] * 60)
    assert 1 < len(kept) < 60
    assert sum(len(turn["markdown"]) + len(turn["text"]) for turn in kept) <= MAX_CHARACTERS
    assert bounded([turn | {"markdown": "m" * 2 * MAX_CHARACTERS}]) != []  # type: ignore[list-item]


def test_a_very_long_answer_loses_its_quotes_and_keeps_its_links(tmp_path: Path) -> None:
    class Long(FakeAssistant):
        def stream(self, *given: Any, **more: Any) -> Any:
            from dataclasses import replace

            for piece in super().stream(*given, **more):
                if not isinstance(piece, str):
                    cites = tuple(replace(cite, quote="x" * MAX_STORED) for cite in piece.citations)
                    piece = replace(piece, citations=cites)
                yield piece

    *_, (_, kept) = converse(Long(FakeLibrary(tmp_path, sample_reports())), "clean water?", [], None, "en")
    assert kept is not None
    assert len(kept[0]["markdown"]) < MAX_STORED
    assert "(#cite-water22-" in kept[0]["markdown"]
