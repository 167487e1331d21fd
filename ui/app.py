"""The page: header, reports on the left, the chat in the middle, the source on the right. Gradio is used in this package only.

    blocks = build(assistant, language="vi")     the page, not yet served (tests look into it)
    serve(assistant, port=7860)                  serves until interrupted

Nothing the page does leaves the machine: Gradio's analytics are off, fonts are the system's, and a Content-Security-Policy
forbids the browser every other host, whatever a report may contain.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by Gradio when imported; it calls api.gradio.app otherwise

import gradio as gr
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import load_assistant
from index import Library
from index.errors import SettingsError
from index.records import Language
from ui.api import routes
from ui.chat import Answerer, ChatPanel, Examples, build_chat_panel, chat_of, placeholder, read_turns
from ui.earlier import EarlierPanel, build_earlier_panel, list_chats, wire_earlier_panel
from ui.guard import HostGuard
from ui.i18n import LANGUAGES, choose_language, text, texts
from ui.mcp import HttpEndpoint
from ui.model_panel import ModelPanel, build_model_panel
from ui.reading import reading_html
from ui.render import escape_html
from ui.reports import ReportsPanel, build_reports_panel, list_reports, reports_head
from ui.source import build_source_panel

MAX_UPLOAD_MB = 200
LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}
# Gradio needs inline scripts and styles and evaluates its own event snippets; everything must come from this server.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)

_SECURITY_HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class PageMiddleware:
    """Adds the headers that keep the page on this machine, and puts our style and script first in the page's head.

    Gradio's own `head=` is inserted by its script, after the first paint and after it has chosen a language. Plain ASGI: answers
    stream through it piece by piece; only the page itself is held back to be completed.
    """

    def __init__(self, app: ASGIApp, head: str) -> None:
        self.app, self.head = app, head.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_page = scope["path"] in ("", "/") and scope["method"] == "GET"
        start: Message = {}
        body = bytearray()

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_SECURITY_HEADERS]
                start.update(message)
                if is_page:
                    return
            elif is_page and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                page = bytes(body).replace(b"<head>", b"<head>" + self.head, 1)
                start["headers"] = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
                start["headers"].append((b"content-length", str(len(page)).encode()))
                await send(start)
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self.app(scope, receive, complete)


def build(
    assistant: Answerer,
    *,
    language: Language = "vi",
    command: Sequence[str] | None = None,
    examples: Examples | None = None,
    may_change_model: bool = True,
) -> gr.Blocks:
    """The page as Gradio blocks. `may_change_model`: the page is this machine's own, so whoever sees it may choose the model.

    `language` is for browsers that prefer neither Vietnamese nor English. `command` adds reports in a process of its own (default:
    this program's command line on the same library). feedback.jsonl is written into the library's folder.
    """
    directory = Path(assistant.library.directory)
    command = list(command or [sys.executable, "-m", "ui.cli", "--library", str(directory)])

    def read_language(value: object) -> Language:
        return choose_language(value, default=language)

    blocks: gr.Blocks = gr.Blocks(title=text(language, "app.title"), analytics_enabled=False, fill_width=True)
    with blocks:
        with gr.Row(elem_id="ra-header"):
            header = gr.HTML(value=_header(language), elem_id="ra-heading", apply_default_css=False)
            new = gr.Button(text(language, "chat.new"), elem_id="ra-new", variant="secondary", scale=0)
            switch = gr.Radio(
                choices=[(LANGUAGE_NAMES[code], code) for code in LANGUAGES],
                value=language,
                label=text(language, "app.language"),
                show_label=False,
                container=False,
                elem_id="ra-language",
            )
        with gr.Row(elem_id="ra-main"):
            with gr.Column(elem_id="ra-left"):
                reports = build_reports_panel(assistant.library, command, switch, read_language, language)
                earlier = build_earlier_panel()
                holder: Any = assistant
                model = None
                if hasattr(assistant, "model"):
                    model = build_model_panel(holder, switch, read_language, language, may_change=may_change_model)
            with gr.Column(elem_id="ra-middle"):
                chat = build_chat_panel(assistant, switch, read_language, language, directory / "feedback.jsonl", new)
            with gr.Column(elem_id="ra-right"):
                build_source_panel(assistant.library, switch, read_language)
        wire_earlier_panel(earlier, chat, switch, read_language)
        parts = Parts(header, switch, reports, chat, earlier, model)
        _wire_page(blocks, assistant, parts, examples or Examples(assistant), language)
    blocks.queue(default_concurrency_limit=8, max_size=64)
    return blocks


def serve(
    assistant: Answerer | Library,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    language: Language = "vi",
    open_browser: bool = False,
    command: Sequence[str] | None = None,
    announce: Callable[[str], object] = print,
    allow_hosts: Sequence[str] = (),
) -> None:
    """Serves the page until interrupted. `announce` gets the address as soon as the page answers; port 0 takes a free one.

    Programs are served beside it (ui/api.py, ui/mcp.py). `allow_hosts` are names the server answers to (ui/guard.py).

    Takes an `Assistant`, or a `Library` to make one of. A port that is taken is a SettingsError.
    """
    answerer = load_assistant(assistant) if isinstance(assistant, Library) else assistant
    examples = Examples(answerer)
    # The first question finds models and index loaded, the first visitor the examples.
    threading.Thread(target=examples.messages, args=(language,), daemon=True).start()
    own = host in ("127.0.0.1", "localhost", "::1")
    blocks = build(answerer, language=language, command=command, examples=examples, may_change_model=own)
    address = launch(blocks, answerer, host=host, port=port, language=language, allow_hosts=allow_hosts)
    announce(address)
    if open_browser:
        webbrowser.open(address)
    try:
        blocks.block_thread()
    finally:
        blocks.close(verbose=False)


def launch(
    blocks: gr.Blocks,
    assistant: Answerer,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    language: Language = "vi",
    allow_hosts: Sequence[str] = (),
) -> str:
    """Starts serving in the background and returns the address; `blocks.close()` ends it."""
    port = _free_port(host, port)
    agents = HttpEndpoint(assistant)
    blocks.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        show_error=True,
        max_file_size=MAX_UPLOAD_MB * 1_000_000,
        footer_links=[],
        theme=_theme(),
        app_kwargs={
            "middleware": [Middleware(HostGuard, names=allow_hosts), Middleware(PageMiddleware, head=page_head(language))],
            "routes": [*routes(assistant), Route("/mcp", agents)],
            "lifespan": lambda app: agents.running(),
        },
    )
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"


def page_head(language: Language = "vi") -> str:
    """Our style, texts and script for the page's head. `language` is for browsers that prefer neither of ours."""
    here = files("ui")
    style, script = (here.joinpath(name).read_text(encoding="utf-8") for name in ("style.css", "page.js"))
    texts_of = {code: dict(texts(code)) for code in LANGUAGES}
    data = json.dumps({"fallback": language, "maxUploadMB": MAX_UPLOAD_MB, "texts": texts_of}, ensure_ascii=False).replace(
        "<", "\\u003c"
    )
    return f"<style>{style}</style>\n<script>window.raData = {data};</script>\n<script>{script}</script>"


class Parts(NamedTuple):
    """What carries words, or the reader's own data, and so is set anew when the page starts or changes its language."""

    header: gr.HTML
    switch: gr.Radio
    reports: ReportsPanel
    chat: ChatPanel
    earlier: EarlierPanel
    model: ModelPanel | None = None


def _wire_page(blocks: gr.Blocks, assistant: Answerer, parts: Parts, found: Examples, default: Language) -> None:
    """Start of the page and change of language: the server sets every text anew, page.js does the rest (Gradio's own words)."""
    reports, chat = parts.reports, parts.chat
    outputs = [parts.header, parts.switch, reports.head, reports.upload, reports.reading, reports.listing, parts.earlier.listing]
    outputs += [chat.chatbot, chat.box, chat.new]
    if parts.model is not None:
        outputs += parts.model.components

    def labels(language: Language, chats: object, **shown: Any) -> list[Any]:
        return [
            _header(language),
            gr.Radio(value=language, label=text(language, "app.language")),
            reports_head(language),
            gr.File(label=text(language, "reports.upload")),
            reading_html(assistant.library, language),
            list_reports(assistant.library, language),
            list_chats(chats, language),
            gr.Chatbot(
                label=text(language, "chat.label"),
                placeholder=placeholder(assistant, language),
                **shown,
            ),
            gr.Textbox(
                label=text(language, "chat.question"),
                placeholder=text(language, "chat.placeholder"),
                submit_btn=text(language, "chat.send"),
            ),
            gr.Button(text(language, "chat.new")),
            *(parts.model.labels(language) if parts.model is not None else []),
        ]

    def start(wanted: str, chats: object, stored: object, request: gr.Request) -> list[Any]:
        language = choose_language(wanted, request.headers.get("accept-language", ""), default)
        turns = read_turns(stored)
        return labels(language, chats, **chat_of(turns))

    def switched(wanted: str, chats: object) -> list[Any]:
        return labels(choose_language(wanted, default=default), chats)

    def examples(wanted: str) -> Any:
        language = choose_language(wanted, default=default)
        messages: Any = found.messages(language)
        return gr.Chatbot(placeholder=placeholder(assistant, language), examples=messages)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    wanted = "(language, ...rest) => [window.ra ? window.ra.wanted() : language, ...rest]"
    chosen = "(language, ...rest) => [window.ra ? window.ra.choose(language) : language, ...rest]"
    started = blocks.load(start, [parts.switch, parts.earlier.chats, chat.turns], outputs, js=wanted, **quiet)
    changed = parts.switch.input(switched, [parts.switch, parts.earlier.chats], outputs, js=chosen, **quiet)
    for event in (started, changed, reports.added, reports.changed):
        event.then(examples, [parts.switch], [chat.chatbot], **quiet)


def _header(language: Language) -> str:
    def word(key: str) -> str:
        return escape_html(text(language, key))

    return f"""<div class="ra-brand" data-language="{language}"><a class="ra-skip" href="#ra-box">{word("app.skip")}</a>
<button type="button" class="ra-drawer" aria-expanded="false" aria-controls="ra-left">{word("reports.label")}</button>
<div><h1>{word("app.title")}</h1><p>{word("app.subtitle")}</p></div></div>"""


def _theme() -> gr.themes.Base:
    system = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "DejaVu Sans", "sans-serif")
    mono = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")
    return gr.themes.Base(primary_hue="teal", neutral_hue="slate", radius_size="md", font=system, font_mono=mono)


def _free_port(host: str, port: int) -> int:
    """`port` if it is free, a free one for 0; a SettingsError where another program holds it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise SettingsError(
                name="port", value=port, allowed=f"it is taken or not allowed on {host} ({problem.strerror}); choose another"
            ) from problem
        return int(probe.getsockname()[1])
