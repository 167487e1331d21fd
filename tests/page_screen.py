"""What a browser makes of the chat's Markdown and of the page's HTML: the words a reader sees, and what it would load or run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
ASIDE = {"ra-source", "ra-checks", "ra-words"}  # a source's page, how many figures were checked, the words looked for: no claims
HARMLESS = {"p", "br", "strong", "em", "ul", "ol", "li", "span", "a", "blockquote", "details", "summary", "hr", "h2", "code", "sup"}

LOADING = {"script", "style", "link", "iframe", "frame", "form", "object", "embed", "svg", "video", "audio", "base", "meta"}


class Screen(HTMLParser):
    """What a browser would make of the chat's Markdown: the words outside quotes and source lines, and everything it would do."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.problems: list[str] = []
        self._outside = 0
        self._open: list[bool] = []
        self.feed(MARKDOWN.render(markdown))

    @property
    def text(self) -> str:
        return re.sub(r"[ \t]+", " ", "".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        quoted = tag == "blockquote" or bool(ASIDE & set((given.get("class") or "").split()))
        if tag not in ("br", "hr"):
            self._open.append(quoted)
            self._outside += quoted
        if tag not in HARMLESS:
            self.problems.append(f"<{tag}>")
        for name, value in given.items():
            if name.startswith("on") or name in ("src", "srcset", "style", "action", "formaction", "poster", "background"):
                self.problems.append(f"{tag} {name}={value}")
            if name == "href" and not (value or "").startswith(("#cite-", "#edit-question")):
                self.problems.append(f"href={value}")

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag not in ("br", "hr"):
            self._outside -= self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._outside:
            self.words.append(data)


class Loads(HTMLParser):
    """What a browser would load, run or send for a piece of the page's HTML; nothing of it may come from a report."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LOADING:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            told = (value or "").strip()
            if name.startswith("on") or name in ("srcset", "action", "formaction", "poster", "background", "style"):
                self.found.append(f"{tag} {name}={told}")
            if name in ("href", "src", "xlink:href") and not told.startswith(("#", "/gradio_api/")):
                self.found.append(f"{tag} {name}={told}")
