"""`ask --questions FILE`: many questions in one process. Knows JSON lines, nothing of how an answer is made.

{"id": "q1", "question": "How many hamlets are there?"}
{"id": "q2", "question": "And in 2023?", "history": ["How many hamlets are there?"]}
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from index.errors import ReportsError
from ui.json_shapes import answer_json, error_json
from ui.terminal import USER_MISTAKE, CommandError, Output

if TYPE_CHECKING:
    from assistant import Answer, Assistant, Message


def answer_file(source: str, open_assistant: Callable[[], Assistant], out: Output) -> None:
    """Each line its own object; a mistake in one line is told in its object, and the other lines are still answered.

    Ends with exit 1 where a line held a mistake. `source` is a path, or "-" for stdin.
    """
    lines = list(_question_lines(source))  # before the library opens: a wrong path should not wait for it
    assistant = open_assistant()
    mistakes = 0
    for number, line in lines:
        identity: Any = number
        try:
            entry = _question(line, source, number)
            identity = entry.get("id", number)
            answer = assistant.answer(entry["question"], _history(assistant, entry.get("history") or ()))
            out.json({"id": identity, **answer_json(answer)})
            mistakes += is_mistake(answer)
        except ReportsError as error:
            mistakes += 1
            out.json({"id": identity, "error": error_json(error)})
            out.mistake(error)
    if mistakes:
        raise typer.Exit(USER_MISTAKE)


def is_mistake(answer: Answer) -> bool:
    """True where the question itself was at fault: the asker has to do something, not the reports."""
    return answer.refusal is not None and answer.refusal.reason in ("empty", "too_long")


def _question_lines(source: str) -> Iterator[tuple[int, str]]:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise CommandError(
            en=f"{source}: the questions cannot be read ({reason}). Name a file with one JSON object a line.",
            vi=f"{source}: không đọc được tệp câu hỏi ({reason}). Hãy chỉ một tệp mỗi dòng một đối tượng JSON.",
        ) from error
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _question(line: str, source: str, number: int) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
        raise CommandError(
            en=f'{source}, line {number}: expected an object such as {{"id": "1", "question": "…"}}.',
            vi=f'{source}, dòng {number}: cần một đối tượng như {{"id": "1", "question": "…"}}.',
        )
    return entry


def _history(assistant: Assistant, earlier: Iterable[str | dict[str, str]]) -> tuple[Message, ...]:
    """Earlier questions are asked first, so that the follow-up meets the same conversation a reader would have had."""
    from assistant import Message

    history: tuple[Message, ...] = ()
    for turn in earlier:
        if isinstance(turn, dict):
            role = turn.get("role", "user")
            history += (Message("assistant" if role == "assistant" else "user", str(turn.get("text", turn.get("content", "")))),)
            continue
        answer = assistant.answer(turn, history)
        history += (Message("user", turn, answer.standalone), Message("assistant", answer.text, answer.standalone))
    return history
