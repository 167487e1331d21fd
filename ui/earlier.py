"""Earlier chats: put away by "new chat", kept by the reader's browser like the present one, opened or forgotten by a click.

[{"title": "What share of households use clean water?", "turns": [{…}, …]}, …]     newest first
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypedDict

import gradio as gr

from index.records import Language
from ui.chat import ChatPanel, Turn, chat_of, read_turns
from ui.render import earlier_html

MAX_CHATS = 20
MAX_CHARACTERS = 2_000_000  # of all of them together; a browser gives a site about 5 MB, two bytes a character


class Chat(TypedDict):
    """A chat that was put away."""

    title: str
    turns: list[Turn]


class EarlierPanel(NamedTuple):
    """The panel's components; `chats` lives in the reader's browser."""

    chats: gr.BrowserState
    listing: gr.HTML


def read_chats(value: object) -> list[Chat]:
    """The chats the browser sent; entries of another shape are left out."""
    chats: list[Chat] = []
    for entry in value if isinstance(value, list) else []:
        turns = read_turns(entry.get("turns")) if isinstance(entry, dict) else []
        if turns:
            chats.append({"title": turns[0]["question"][:120], "turns": turns})
    return chats[:MAX_CHATS]


def put_away(chats: Sequence[Chat], turns: Sequence[Turn]) -> list[Chat]:
    """The chats with `turns` in front; the oldest go where there are too many. A chat without a turn is not kept."""
    kept = [*([Chat(title=turns[0]["question"][:120], turns=list(turns))] if turns else []), *chats][:MAX_CHATS]
    while (
        len(kept) > 1
        and sum(len(turn["markdown"]) + len(turn.get("text", "")) for chat in kept for turn in chat["turns"]) > MAX_CHARACTERS
    ):
        kept.pop()
    return kept


def list_chats(value: object, language: Language) -> str:
    """The list as HTML, "" for none."""
    return earlier_html([chat["title"] for chat in read_chats(value)], language)


def build_earlier_panel() -> EarlierPanel:
    """The panel's components, to be placed; `wire_earlier_panel` connects them with the chat."""
    chats = gr.BrowserState([], storage_key="report-assistant-earlier", secret="report-assistant")
    listing = gr.HTML(
        value="", elem_id="ra-earlier", js_on_load="window.ra.earlierList(element, trigger, watch)", apply_default_css=False
    )
    return EarlierPanel(chats, listing)


def wire_earlier_panel(
    panel: EarlierPanel, chat: ChatPanel, language_box: gr.Radio, read_language: Callable[[object], Language]
) -> None:
    """New chat puts the present one away; a click on an earlier one swaps the two, or forgets it."""

    def begin(stored: object, chats: object, language: str) -> tuple[Any, ...]:
        kept = put_away(read_chats(chats), read_turns(stored))
        return gr.Chatbot(**chat_of([])), [], "", kept, list_chats(kept, read_language(language))

    def choose(stored: object, chats: object, language: str, event: gr.EventData) -> tuple[Any, ...]:
        asked = event._data if isinstance(event._data, dict) else {}
        kept, turns = read_chats(chats), read_turns(stored)
        number = asked.get("open", asked.get("forget"))
        if not isinstance(number, int) or not 0 <= number < len(kept):
            return (gr.skip(),) * 5
        chosen = kept.pop(number)
        if "open" in asked:
            kept, turns = put_away(kept, turns), chosen["turns"]
        return gr.Chatbot(**chat_of(turns)), turns, gr.skip(), kept, list_chats(kept, read_language(language))

    inputs = [chat.turns, panel.chats, language_box]
    outputs = [chat.chatbot, chat.turns, chat.box, panel.chats, panel.listing]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    chat.new.click(begin, inputs, outputs, **quiet)
    panel.listing.submit(choose, inputs, outputs, **quiet)
