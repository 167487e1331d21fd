"""The chat panel: questions in, answers streaming out. The conversation is kept by the reader's browser, not here.

A turn as the browser keeps it:
    {"question": "And in 2023?", "standalone": "…", "text": "…", "markdown": "…", "liked": true}
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypedDict

import gradio as gr

from assistant.answers import Answer, Message
from index.errors import ReportsError
from index.records import Language, ReportInfo
from ui.i18n import text
from ui.render import answer_markdown, plain_markdown, question_markdown, text_markdown

LOG = logging.getLogger(__name__)

MAX_TURNS = 60  # kept in the browser, which allows a site about 5 MB
HISTORY_TURNS = 6  # given to the assistant
EXAMPLES = 4
CHATS_AT_ONCE = 32  # answers being written; each waits for a language model in a thread, of which Gradio has 40
SECONDS_BETWEEN_UPDATES = 0.04  # Gradio manages about 200 updates a second; 25 read smoothly
MAX_STORED = 40_000  # characters of one stored answer; a longer one is kept without its quotes, never cut in the middle
MAX_CHARACTERS = 1_200_000  # of a whole chat: the browser keeps it enciphered, beside the earlier ones


class Turn(TypedDict, total=False):
    """One question and its answer as the browser keeps them."""

    question: str
    standalone: str
    text: str
    markdown: str
    liked: bool


class Shelf(Protocol):
    def reports(self) -> Sequence[ReportInfo]: ...


class Answerer(Protocol):
    """What the panel needs of `assistant.Assistant`."""

    @property
    def library(self) -> Any: ...

    def stream(
        self, question: str, history: Sequence[Message] = (), *, reports: Sequence[str] | None = None
    ) -> Iterator[str | Answer]: ...

    def examples(self, language: Language, limit: int = EXAMPLES) -> list[str]: ...


def read_turns(value: object) -> list[Turn]:
    """The turns the browser sent, whatever it sent: entries of another shape are left out."""
    turns: list[Turn] = []
    for entry in value if isinstance(value, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("question"), str) or not isinstance(entry.get("markdown"), str):
            continue
        turn: Turn = {"question": entry["question"], "markdown": entry["markdown"]}
        turn["standalone"] = entry["standalone"] if isinstance(entry.get("standalone"), str) else ""
        turn["text"] = entry["text"] if isinstance(entry.get("text"), str) else ""
        if isinstance(entry.get("liked"), bool):
            turn["liked"] = entry["liked"]
        turns.append(turn)
    return turns[-MAX_TURNS:]


def read_picked(value: object) -> list[str] | None:
    """The ids of the ticked reports, None for all. The page sends "" or a JSON list."""
    try:
        ids = json.loads(value) if isinstance(value, str) and value else None
    except ValueError:
        return None
    return [item for item in ids if isinstance(item, str)] if isinstance(ids, list) else None


def history_of(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """The last turns as the assistant takes them; turns that ended in an error are left out."""
    messages: list[Message] = []
    for turn in [turn for turn in turns if turn.get("text")][-HISTORY_TURNS:]:
        messages += [Message("user", turn["question"], turn.get("standalone", "")), Message("assistant", turn["text"])]
    return tuple(messages)


def messages_of(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The turns as the chat shows them: two messages a turn."""
    messages = []
    for turn in turns:
        messages.append({"role": "user", "content": question_markdown(turn["question"])})
        messages.append({"role": "assistant", "content": turn["markdown"]})
    return messages


def bounded(turns: Sequence[Turn]) -> list[Turn]:
    """The turns that are kept: the last ones, as many as a browser's storage has room for."""
    kept = list(turns)[-MAX_TURNS:]
    while len(kept) > 1 and sum(len(turn["markdown"]) + len(turn.get("text", "")) for turn in kept) > MAX_CHARACTERS:
        kept.pop(0)
    return kept


def chat_of(turns: Sequence[Turn]) -> dict[str, Any]:
    """What makes the chat show these turns just as they were: messages, and the thumbs given."""
    thumbs = [{True: "Like", False: "Dislike"}.get(turn.get("liked")) for turn in turns]  # type: ignore[arg-type]
    return {"value": messages_of(turns), "feedback_value": thumbs}


def converse(
    assistant: Answerer, question: str, turns: Sequence[Turn], picked: list[str] | None, language: Language
) -> Iterator[tuple[list[dict[str, str]], list[Turn] | None]]:
    """(messages to show, turns to keep) again and again; turns that are None stay as they are.

    The question is kept at once, as one without an answer: a page that is closed while the answer is on its way has it still.
    """
    doing = plain_markdown(_waiting(assistant, language))
    waiting: Turn = {"question": question, "markdown": f'<span class="ra-thinking">{doing}</span>'}
    broken = f'<span class="ra-error">{plain_markdown(text(language, "chat.interrupted"))}</span>'
    yield messages_of([*turns, waiting]), bounded([*turns, {"question": question, "text": "", "markdown": broken}])
    answer, so_far, shown_at = None, "", 0.0
    try:
        if picked is not None and not picked:
            yield _told(turns, question, text(language, "chat.no_reports_chosen"))
            return
        for piece in assistant.stream(question, history_of(turns), reports=picked):
            if isinstance(piece, Answer):
                answer = piece
                continue
            so_far += piece
            if time.monotonic() - shown_at >= SECONDS_BETWEEN_UPDATES and so_far.strip():
                shown_at = time.monotonic()
                yield messages_of([*turns, {"question": question, "markdown": text_markdown(so_far)}]), None
        if answer is None:
            raise RuntimeError("the assistant's stream ended without an Answer")
        reports = {report.id: report for report in assistant.library.reports()}
        markdown = answer_markdown(answer, turn=len(turns), reports=reports)
        if len(markdown) > MAX_STORED:
            markdown = text_markdown(answer.text[:MAX_STORED], answer.citations)
    except ReportsError as error:
        yield _told(turns, question, error.message(language))
        return
    except Exception:  # a mistake of ours: the reader gets a sentence, the log the traceback
        LOG.exception("answering %r", question[:200])
        yield _told(turns, question, text(language, "app.unexpected"))
        return
    turn: Turn = {
        "question": question,
        "standalone": answer.standalone,
        "text": answer.text[:MAX_STORED],
        "markdown": markdown,
    }
    kept = bounded([*turns, turn])
    yield messages_of(kept), kept


def _waiting(assistant: Answerer, language: Language) -> str:
    """What stands in the place of an answer: what is going on, and with a language model how long each of its calls may take."""
    model = getattr(assistant, "model", None)
    if model is None:
        return text(language, "chat.thinking")
    seconds = assistant.library.settings.model_total_seconds
    return f"{text(language, 'chat.thinking')} {text(language, 'model.writing', model=model.name, seconds=seconds)}"


def write_feedback(path: Path, turn: Turn, liked: bool | None, language: Language) -> None:
    """Appends one line to the library's feedback.jsonl; it stays on this machine. `liked` None: taken back."""
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "liked": liked,
        "language": language,
        "question": turn["question"],
        "standalone": turn.get("standalone", ""),
        "answer": turn.get("text", ""),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")


class Examples:
    """Example questions, found once for each state of the library: finding them asks the assistant, which takes a second or two."""

    def __init__(self, assistant: Answerer) -> None:
        self.assistant = assistant
        self._found: dict[Language, tuple[object, list[str]]] = {}

    def messages(self, language: Language) -> list[dict[str, str]]:
        """As the chat takes them; none where the library cannot be read (the list of reports then says why)."""
        try:
            state = [(report.id, report.content_hash) for report in self.assistant.library.reports()]
            held = self._found.get(language)
            if held is None or held[0] != state:
                held = self._found[language] = (state, self.assistant.examples(language, EXAMPLES))
        except ReportsError:
            return []
        return [{"text": question} for question in held[1]]


def placeholder(assistant: Answerer, language: Language) -> str:
    """What an empty chat says."""
    try:
        empty = not assistant.library.reports()
    except ReportsError:
        empty = False
    note = text(language, "chat.welcome_empty" if empty else "chat.welcome_note")
    return f"## {text(language, 'chat.welcome')}\n\n{note}"


class ChatPanel(NamedTuple):
    """The panel's components. `turns` lives in the reader's browser."""

    chatbot: gr.Chatbot
    box: gr.Textbox
    new: gr.Button
    turns: gr.BrowserState


def build_chat_panel(
    assistant: Answerer,
    language_box: gr.Radio,
    read_language: Callable[[object], Language],
    first: Language,
    feedback: Path,
    new: gr.Button,
) -> ChatPanel:
    """The panel's components and their events. `new` is the button of the header that starts another chat."""
    turns = gr.BrowserState(
        [], storage_key="report-assistant-chat", secret="report-assistant"
    )  # no secret: a name that outlives a restart
    picked = gr.Textbox(value="", visible="hidden", label="reports", elem_id="ra-picked")
    chatbot = gr.Chatbot(
        label=text(first, "chat.label"),
        show_label=False,
        elem_id="ra-chat",
        height="100%",
        latex_delimiters=[],  # "$" is money here
        buttons=["copy"],
        layout="panel",
        placeholder=placeholder(assistant, first),
        feedback_options=("Like", "Dislike"),
        group_consecutive_messages=False,
        line_breaks=False,
    )
    with gr.Row(elem_id="ra-ask"):
        box = gr.Textbox(
            label=text(first, "chat.question"),
            placeholder=text(first, "chat.placeholder"),
            show_label=False,
            container=False,
            lines=1,
            max_lines=6,
            autofocus=True,
            submit_btn=text(first, "chat.send"),
            elem_id="ra-box",
            scale=1,
        )
    panel = ChatPanel(chatbot, box, new, turns)
    _wire(panel, picked, assistant, language_box, read_language, feedback)
    return panel


def _wire(
    panel: ChatPanel,
    picked: gr.Textbox,
    assistant: Answerer,
    language_box: gr.Radio,
    read_language: Callable[[object], Language],
    feedback: Path,
) -> None:
    chatbot, box, _, turns = panel

    def ask(question: str, stored: object, chosen: str, language: str) -> Iterator[tuple[Any, ...]]:
        kept = read_turns(stored)
        if not question or not question.strip():
            yield gr.skip(), gr.skip(), ""
            return
        for messages, new_turns in converse(assistant, question.strip(), kept, read_picked(chosen), read_language(language)):
            yield messages, gr.skip() if new_turns is None else new_turns, ""

    def example(stored: object, chosen: str, language: str, event: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        value: object = event.value
        question = value.get("text") if isinstance(value, Mapping) else value
        yield from ask(str(question or ""), stored, chosen, language)

    def retry(stored: object, chosen: str, language: str, event: gr.RetryData) -> Iterator[tuple[Any, ...]]:
        kept = read_turns(stored)
        number = _turn_number(event.index, len(kept))
        if number is not None:
            yield from ask(kept[number]["question"], kept[:number], chosen, language)

    def like(stored: object, language: str, event: gr.LikeData) -> list[Turn]:
        kept = read_turns(stored)
        number = _turn_number(event.index, len(kept))
        if number is not None:
            liked = event.liked if isinstance(event.liked, bool) else None
            write_feedback(feedback, kept[number], liked, read_language(language))
            if liked is None:
                kept[number].pop("liked", None)
            else:
                kept[number]["liked"] = liked
        return kept

    outputs = [chatbot, turns, box]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    pick = "(...given) => window.ra ? window.ra.withPicked(given) : given"
    answers: dict[str, Any] = {**quiet, "concurrency_limit": CHATS_AT_ONCE, "concurrency_id": "answers"}
    box.submit(ask, [box, turns, picked, language_box], outputs, js=pick, **answers)
    chatbot.example_select(example, [turns, picked, language_box], outputs, js=pick, **answers)
    chatbot.retry(retry, [turns, picked, language_box], outputs, js=pick, **answers)
    chatbot.like(like, [turns, language_box], [turns], **quiet)


def _told(turns: Sequence[Turn], question: str, sentence: str) -> tuple[list[dict[str, str]], list[Turn]]:
    turn: Turn = {"question": question, "text": "", "markdown": f'<span class="ra-error">{plain_markdown(sentence)}</span>'}
    kept = bounded([*turns, turn])
    return messages_of(kept), kept


def _turn_number(index: object, count: int) -> int | None:
    """The turn of a chat message's index (two messages a turn)."""
    first = index[0] if isinstance(index, (list, tuple)) and index else index
    number = first // 2 if isinstance(first, int) else -1
    return number if 0 <= number < count else None
