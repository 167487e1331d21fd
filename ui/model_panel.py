"""The panel that says which language model writes the answers, and lets the owner of this machine choose another.

A key typed here goes into the memory of this process and nowhere else: the box is emptied at once, and no file, log or storage
of the browser ever holds it. Where the page serves a network, the panel only tells: a visitor must not choose what this machine
connects to.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

import gradio as gr

from assistant.generate import warm
from assistant.models import ChatModel, Key, Probe, open_model, probe
from index.errors import ReportsError
from index.records import Language
from ui.i18n import text
from ui.render import escape_html

LOG = logging.getLogger(__name__)


class ModelHolder(Protocol):
    """What the panel needs of `assistant.Assistant`: the library's settings, and the model, which it may change."""

    model: Any

    @property
    def library(self) -> Any: ...


class ModelPanel(NamedTuple):
    """The panel's components; `fixed` where the page may not choose."""

    holder: ModelHolder
    frame: gr.Accordion
    name: gr.Textbox
    url: gr.Textbox
    key: gr.Textbox
    use: gr.Button
    status: gr.HTML
    fixed: bool

    @property
    def components(self) -> list[Any]:
        """Those whose words change with the language."""
        return [self.frame, self.name, self.url, self.key, self.use, self.status]

    def labels(self, language: Language) -> list[Any]:
        """Their words in `language`, in the same order."""
        return [
            gr.Accordion(label=frame_label(self.holder, language)),
            gr.Textbox(label=text(language, "model.name")),
            gr.Textbox(label=text(language, "model.url")),
            gr.Textbox(label=text(language, "model.key")),
            gr.Button(text(language, "model.use")),
            status_html(self.holder, language, fixed=self.fixed),
        ]


def choose(holder: ModelHolder, name: str, url: str, key: str, language: Language) -> str:
    """Tries the model and takes it if it answers; the sentence that says what came of it. A model that fails changes nothing.

    An empty key stands for the one in use where model's provider and address stay the same, else for the environment's.
    """
    settings = replace(holder.library.settings, model=name.strip() or "none", model_url=url.strip())
    given = Key(key)
    if not given and isinstance(holder.model, ChatModel) and holder.model.serves(settings):
        given = holder.model.key
    model = open_model(settings, key=given or None)
    if model is None:
        holder.model = None
        return text(language, "model.off")
    found = probe(model)
    warm()
    holder.model = model
    return _works(model, found, language)


def status_html(holder: ModelHolder, language: Language, *, fixed: bool = False) -> str:
    """Which model writes, and where questions and evidence go."""
    model = holder.model
    told = [text(language, "model.none")]
    if model is not None:
        told = [text(language, "model.present", model=model.name)]
        told += [text(language, "model.local" if model.is_local else "model.remote", host=model.host)]
    told += [text(language, "model.fixed")] if fixed else []
    return f'<p class="ra-model-state">{escape_html(" ".join(told))}</p>'


def _works(model: ChatModel, found: Probe, language: Language) -> str:
    return text(language, "model.works", model=model.name, seconds=f"{found.seconds:.1f}", context=found.limits.context)


def frame_label(holder: ModelHolder, language: Language) -> str:
    return text(language, "model.label", model=holder.model.name if holder.model else text(language, "model.no_model"))


def build_model_panel(
    holder: ModelHolder, language_box: gr.Radio, read_language: Callable[[object], Language], first: Language, *, may_change: bool
) -> ModelPanel:
    """The panel's components and their events."""
    with gr.Accordion(frame_label(holder, first), open=False, elem_id="ra-model") as frame:
        status = gr.HTML(value=status_html(holder, first, fixed=not may_change), elem_id="ra-model-status", apply_default_css=False)
        name = gr.Textbox(
            value=holder.model.name if holder.model else "", label=text(first, "model.name"), placeholder="ollama:qwen3:8b",
            max_lines=1, visible=may_change, elem_id="ra-model-name",
        )  # fmt: skip
        url = gr.Textbox(
            value=holder.library.settings.model_url, label=text(first, "model.url"), placeholder="http://127.0.0.1:8000/v1",
            max_lines=1, visible=may_change, elem_id="ra-model-url",
        )  # fmt: skip
        key = gr.Textbox(
            label=text(first, "model.key"), type="password", max_lines=1, visible=may_change, elem_id="ra-model-key",
            html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
        )  # fmt: skip
        use = gr.Button(text(first, "model.use"), visible=may_change, elem_id="ra-model-use", size="sm")
    panel = ModelPanel(holder, frame, name, url, key, use, status, fixed=not may_change)
    if may_change:
        _wire(panel, holder, language_box, read_language)
    return panel


def _wire(panel: ModelPanel, holder: ModelHolder, language_box: gr.Radio, read_language: Callable[[object], Language]) -> None:
    def apply(name: str, url: str, key: str, wanted: str) -> tuple[Any, ...]:
        language = read_language(wanted)
        try:
            told, kind = choose(holder, name or "", url or "", key or "", language), "good"
        except ReportsError as error:
            told, kind = error.message(language), "bad"
        except Exception as error:  # a mistake of ours; its text could hold the key, its kind cannot
            LOG.error("choosing a model: %s", type(error).__name__)
            told, kind = text(language, "app.unexpected"), "bad"
        said = f'<p class="ra-model-{kind}" role="status">{escape_html(told)}</p>'
        return gr.Accordion(label=frame_label(holder, language)), status_html(holder, language) + said, ""

    def trying(wanted: str) -> str:
        return f'<p class="ra-model-state" role="status">{escape_html(text(read_language(wanted), "model.trying"))}</p>'

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    for event in (panel.use.click, panel.key.submit):
        event(trying, [language_box], [panel.status], **quiet).then(
            apply, [panel.name, panel.url, panel.key, language_box], [panel.frame, panel.status, panel.key], **quiet
        )
